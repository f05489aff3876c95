"""Adverts in the answers of job boards' interfaces, JSON or XML, and in the data that pages carry for their scripts.

No board is known by name: an advert is an object with a title, an address or number, and what else adverts have, under
the names of `job_fields`. Reading is bounded and without recursion; entities of XML are never resolved.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import lxml.etree  # type: ignore[import-untyped]

from crawlers.reading import job_fields as names
from crawlers.reading.json_fields import add_value, from_epoch, read_json
from crawlers.reading.jsonld import read_block, whole_number
from crawlers.reading.markup import one_line, text_of_markup, unescape_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, clean_permalink
from crawlers.reading.posted_dates import PostedDates
from crawlers.reading.posting_fields import as_list, as_text, read_salary
from store.parsed_post import ParsedPost, rfc3339

MOST_OBJECTS = 200_000
MOST_ADVERTS = 5_000
DEEPEST = 12
# How much of what adverts have an object must have, beside title and address.
SURE, LIKELY = 1, 3
# Search engines put an advert into an object with its index, id and score.
LARGEST_WRAPPER = 6
MOST_DATA_IN_SCRIPTS, LONGEST_DATA = 60, 4_000_000
_MILLISECONDS = 100_000_000_000
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")
_ASP_DATE = re.compile(r"^/Date\((\d{1,15})(?:[+-]\d{4})?\)/$")
# Data as they are, data in a string, and hh.ru's in a template, its quotes written as entities.
_DATA = re.compile(
    r"""<script[^<>]*\btype\s*=\s*["']application/json["'][^<>]*>\s*(?=[\[{])|(?<![=!<>])=\s*(?=\{\s*"|\[\s*\{)"""
    r"""|(?:(?<![=!<>])=|\bJSON\.parse\()\s*(?="(?:\{|\[\{)\\")|<template\b[^<>]*>\s*(?=[\[{])"""
)
_SMARTRECRUITERS = "https://api.smartrecruiters.com/"
_WORKDAY = re.compile(r"^/wday/cxs/[^/]+/([^/]+)/")


@dataclass(frozen=True, slots=True)
class _Board:
    """Where an answer is from and when it was read."""

    base: str
    fetched_at: datetime
    dates: PostedDates
    # Whose board it is, where the answer says so once for all adverts.
    author: str
    # Of the page, where it is about one advert.
    address: str | None


def records_of_answer(body: bytes, base: str, *, fetched_at: datetime) -> Iterator[ParsedPost]:
    """The adverts of an interface's answer in its order; nothing for anything else. Never raises on content."""
    value = _value_of_xml(body) if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else read_json(body)
    longest = max(_groups(value, needed=SURE), key=len, default=[])
    yield from _posts(longest, base, fetched_at, author=_owner(value))


def embedded_records(
    page: str, base: str, *, fetched_at: datetime, address: str, pays: bool = True
) -> Iterator[ParsedPost]:
    """The adverts in the data that a page's scripts begin with; those of a list are of kind "listing".

    The advert that a page at `address` is about tells more than all those beside it. Where nobody is paid, a sum of
    money is `extra.price`.
    """
    for value in _data_in_scripts(page):
        groups = _groups(value, needed=LIKELY)
        listed = max(groups, key=len, default=[])
        one = max((group for group in groups if len(group) == 1), key=_length, default=[])
        if _length(one) > _length(listed) or len(listed) == 1:
            yield from _posts(one, base, fetched_at, address=address, pays=pays)
        elif listed:
            yield from _posts(listed, base, fetched_at, kind="listing", pays=pays)
        if listed:
            return


def _length(adverts: list[dict[str, Any]]) -> int:
    texts = (_first(advert, names.TEXT) for advert in adverts)
    return sum(len(text) for text in texts if isinstance(text, str))


def _data_in_scripts(page: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False, parse_int=whole_number)
    position = 0
    for _count in range(MOST_DATA_IN_SCRIPTS):
        match = _DATA.search(page, position)
        if match is None:
            return
        position = match.end()
        if match[0].startswith("<template"):
            held = page[position : position + LONGEST_DATA].partition("</template")[0]
            position += len(held)
            yield read_block(html.unescape(held))
            continue
        try:
            value, length = decoder.raw_decode(page[position : position + LONGEST_DATA])
        except json.JSONDecodeError as error:
            # What was read of it is not read again.
            position += error.pos
            continue
        except RecursionError:
            continue
        position += length
        yield read_block(value) if isinstance(value, str) else value


def _groups(value: Any, *, needed: int) -> list[list[dict[str, Any]]]:
    """The lists of adverts in a value, one alone as a list too; objects in adverts are parts of them."""
    groups: list[list[dict[str, Any]]] = []
    waiting, seen = [(value, 0)], 0
    while waiting and seen < MOST_OBJECTS:
        node, depth = waiting.pop()
        seen += 1
        children = list(node.values()) if isinstance(node, dict) else as_list(node) if isinstance(node, list) else []
        flat = [advert for each in as_list(node) if (advert := _advert_in(each, needed, wrapped=node is not each))]
        if flat:
            groups.append(flat[:MOST_ADVERTS])
        elif depth < DEEPEST:
            waiting.extend((child, depth + 1) for child in reversed(children) if isinstance(child, dict | list))
    return groups


def _advert_in(value: Any, needed: int, *, wrapped: bool) -> dict[str, Any]:
    """An entry that is an advert, or, in a list, the advert that it wraps; else empty."""
    plain = _plain(value)
    if _is_advert(plain, needed):
        return plain
    inner = plain.values() if wrapped and len(plain) <= LARGEST_WRAPPER else ()
    return next((each for each in map(_plain, inner) if _is_advert(each, needed)), {})


def _plain(value: Any) -> dict[str, Any]:
    """An object under the plain form of its names."""
    if not isinstance(value, dict):
        return {}
    return {_NOT_IN_NAMES.sub("", str(key).lower()): each for key, each in list(value.items())[:300]}


def _is_advert(advert: dict[str, Any], needed: int) -> bool:
    if not _text(advert, names.TITLE) or not (_text(advert, names.LINK) or _text(advert, names.NUMBER)):
        return False
    parts = (names.AUTHOR, (*names.POSTED, *names.UPDATED), names.PLACE, (*names.SALARY, *names.LOWEST), names.TEXT)
    return sum(_first(advert, part) not in (None, "", [], {}) for part in parts) >= needed


def _owner(value: Any) -> str:
    """Whom the whole answer names; Workable calls an account's adverts by its `name`."""
    plain = _plain(value)
    return _text(plain, names.AUTHOR) or (_text(plain, ("name",)) if "jobs" in plain else "")


def _posts(
    adverts: list[dict[str, Any]],
    base: str,
    fetched_at: datetime,
    *,
    kind: str = "",
    author: str = "",
    address: str | None = None,
    pays: bool = True,
) -> Iterator[ParsedPost]:
    posted = (_text(advert, (*names.POSTED, *names.UPDATED)) for advert in adverts)
    board = _Board(_base(base), fetched_at, PostedDates(posted, lang=None, fetched_at=fetched_at), author, address)
    for advert in adverts:
        post = _post(advert, board, kind)
        yield post if pays else _priced(post, advert)


def _priced(post: ParsedPost, advert: dict[str, Any]) -> ParsedPost:
    price = _text(advert, names.PRICE) or post.salary
    return replace(post, salary=None, extra=post.extra | ({"price": price} if price else {}))


def _base(url: str) -> str:
    """The address that links of an answer are relative to; Workday's interface stands beside its pages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    workday = _WORKDAY.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}/{workday[1]}" if workday else url


def _post(advert: dict[str, Any], board: _Board, kind: str) -> ParsedPost:
    link = _link(advert, board.base)
    title = _text(advert, names.TITLE)
    at, notes = _posted(advert, board)
    number = _text(advert, names.NUMBER)
    # Where an advert has a subject, its name is that of a person.
    named = (*names.AUTHOR, *names.POSTER, *(("name",) if "subject" in advert else ()))
    own_id = number or digest_id(link or board.address or "", title)
    return ParsedPost(
        native_id=bounded_id(f"{kind}/{own_id}" if kind else own_id),
        url=clean_permalink(link) if link else board.address,
        title=title or None,
        text=_whole_text(advert),
        author=_text(advert, named) or board.author or None,
        posted_at=at,
        location=_place(advert),
        salary=_salary(advert),
        lang_hint=_text(advert, ("language", "lang", "inlanguage"))[:20] or None,
        extra=notes | _extra(advert, board, at) | ({"kind": kind} if kind else {}),
    )


def _first(advert: dict[str, Any], wanted: tuple[str, ...]) -> Any:
    """The first of these that is there and not empty."""
    for name in wanted:
        value = advert.get(name)
        if "." in name:
            outer, _, inner = name.partition(".")
            value = _plain(advert[outer]).get(inner) if outer in advert else None
        if value is not None and value not in ("", [], {}):
            return value
    return None


def _text(advert: dict[str, Any], wanted: tuple[str, ...]) -> str:
    """The first of these that says something, on one line."""
    for name in wanted:
        if (name in advert or "." in name) and (line := _line(_first(advert, (name,)))):
            return line
    return ""


def _line(value: Any, depth: int = 0) -> str:
    if isinstance(value, list) and depth < 3:
        return ", ".join(dict.fromkeys(filter(None, (_line(each, depth + 1) for each in value[:50]))))
    if isinstance(value, dict) and depth < 3:
        plain = _plain(value)
        return _line(_first(plain, names.NAMES), depth + 1) or _line(list(plain.values()) if len(plain) == 1 else None)
    return as_text(value) if isinstance(value, str | int | float) else ""


def _link(advert: dict[str, Any], base: str) -> str | None:
    stated = _text(advert, names.LINK)
    if stated.startswith(_SMARTRECRUITERS) and (company := _text(advert, ("company.identifier",))):
        # Its lists name the interface's address alone.
        return f"https://jobs.smartrecruiters.com/{company}/{_text(advert, names.NUMBER)}"
    workday_path = _text(advert, ("externalpath",))
    if workday_path and stated == workday_path and base:
        return absolute_url(base, f"{base.rstrip('/')}/{workday_path.lstrip('/')}")
    return absolute_url(base, stated)


def _posted(advert: dict[str, Any], board: _Board) -> tuple[datetime | None, dict[str, str]]:
    started = names.STARTED if "postedon" in advert else ()
    unread: dict[str, str] = {}
    for name in (*names.POSTED, *started, *names.UPDATED):
        value = _first(advert, (name,))
        at, notes = _instant(value, board) if value is not None else (None, {})
        if at:
            return at, notes | ({"posted_at_from": "updated"} if name in names.UPDATED else {})
        unread = unread or notes
    return None, unread


def _instant(value: Any, board: _Board) -> tuple[datetime | None, dict[str, str]]:
    if isinstance(value, dict):
        # hh.ru has the words of a date beside its seconds.
        stated = [each for each in list(value.values())[:3] if isinstance(each, str | int | float)]
        return next((read for each in stated if (read := _instant(each, board))[0]), (None, {}))
    given = value.strip() if isinstance(value, str) else value
    if isinstance(given, str) and (asp := _ASP_DATE.match(given)):
        return from_epoch(int(asp[1]) / 1000), {}
    if isinstance(given, int | float) and not isinstance(given, bool):
        return from_epoch(given / 1000 if given > _MILLISECONDS else given), {}
    return board.dates.read(given[:200]) if isinstance(given, str) else (None, {})


def _place(advert: dict[str, Any]) -> str | None:
    for name in names.PLACE:
        value = _first(advert, (name,))
        places = dict.fromkeys(filter(None, (_one_place(each) for each in as_list(value)[:6])))
        if places and name in names.PLACE_PARTS:
            return ", ".join(filter(None, (_text(advert, (part,)) for part in names.PLACE_PARTS)))
        if places:
            return "; ".join(places)
    return None


def _one_place(value: Any) -> str:
    if not isinstance(value, dict):
        return _line(value)
    plain = _plain(value)
    wanted = [part for part in names.ADDRESS_PARTS if part != "countrycode" or not plain.get("country")]
    parts = dict.fromkeys(filter(None, (_line(plain.get(part)) for part in wanted)))
    return _line(value) or ", ".join(parts) or _line(list(plain.values()))


def _salary(advert: dict[str, Any]) -> str | None:
    stated = _first(advert, names.SALARY)
    if isinstance(stated, str):
        return one_line(stated)[:200] or None
    holder = _plain(stated)
    lowest = _first(holder, names.AMOUNTS[0]) or _first(advert, names.LOWEST)
    highest = _first(holder, names.AMOUNTS[1]) or _first(advert, names.HIGHEST)
    currency = _line(_first(holder, ("currency", "currencycode"))) or _text(advert, names.CURRENCY)
    amount = read_salary(
        {
            "baseSalary": {
                "minValue": lowest or None,
                "maxValue": highest or None,
                "value": None if lowest or highest else stated if isinstance(stated, int | float) else None,
                "currency": currency,
                "unitText": _line(_first(holder, names.PERIODS)) or _text(advert, names.PERIOD),
            }
        }
    )
    return amount or (_line(stated) if isinstance(stated, dict) else "") or None


def _whole_text(advert: dict[str, Any]) -> str:
    title = _text(advert, names.TITLE)
    parts = [_prose(_first(advert, (name,))) for name in names.TEXT]
    body = next((part for part in parts if part and part != title), "")
    further = (_prose(_first(advert, (name,))) for name in names.FURTHER_TEXT)
    return "\n\n".join(dict.fromkeys(part for part in (body, *further) if part))


def _prose(value: Any, depth: int = 0) -> str:
    """A text with its markup undone; of objects their texts, headings first."""
    if isinstance(value, str):
        return text_of_markup(unescape_markup(value))
    if isinstance(value, list | dict) and depth < 4:
        inner = value if isinstance(value, list) else _told(value)
        return "\n".join(filter(None, (_prose(each, depth + 1) for each in inner[:50])))
    return ""


def _told(value: dict[str, Any]) -> list[Any]:
    """What an object tells: the text that it holds in several forms, once, or else all its parts."""
    one = _first(_plain(value), names.ONE_TEXT)
    return [one] if isinstance(one, str) else list(value.values())


def _extra(advert: dict[str, Any], board: _Board, at: datetime | None) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    expires = _instant(_first(advert, names.EXPIRES), board)[0] if _first(advert, names.EXPIRES) else None
    if expires and (at is None or expires > at):
        extra["valid_through"] = rfc3339(expires)
    if advert.get("archived") is True or (expires and expires < board.fetched_at.astimezone(UTC)):
        extra["expired"] = True
    remote = _first(advert, names.REMOTE)
    if remote is True or (isinstance(remote, str) and remote.lower() in ("remote", "true", "yes", "telecommute")):
        extra["remote"] = True
    if work_type := _text(advert, names.WORK_TYPE):
        extra["employment_type"] = work_type
    return extra


def _value_of_xml(body: bytes) -> Any:
    """An XML answer as objects and lists: an element by its local name, several of one name as a list."""
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = lxml.etree.fromstring(body, parser)
    except (lxml.etree.LxmlError, ValueError):
        return None
    return _object_of_element(root) if root is not None else None


def _object_of_element(root: Any) -> Any:
    """Bottom up, so that depth costs no stack."""
    values: dict[Any, Any] = {}
    for _event, element in lxml.etree.iterwalk(root, events=("end",)):
        if not isinstance(element.tag, str):
            continue
        name = _local_name(element)
        children = [each for each in element if isinstance(each.tag, str)]
        if not children or _NOT_IN_NAMES.sub("", name.lower()) in names.TEXT[:4]:
            values[element] = "".join(element.itertext()).strip()
            continue
        held: dict[str, Any] = {}
        for child in children:
            add_value(held, _local_name(child), values.pop(child, ""))
        values[element] = held
    return {_local_name(root): values.get(root)}


def _local_name(element: Any) -> str:
    """Without its namespace, or a prefix that nobody declared, which a repaired tree leaves in the name."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]
