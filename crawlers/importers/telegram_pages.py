"""Telegram Desktop's export as HTML (`messages.html`, `messages2.html`, ...), read message by message.

A page names the chat but no ids of chat and authors, nor what was edited: the JSON says more. Since version 3.7.6 each
time has the offset of the computer's clock; for older ones a person has to say where that computer stood.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element  # type: ignore[import-untyped]

from crawlers.importers.html_stream import below, child, classes_of, elements, line_of, text_of
from crawlers.importers.local_time import LocalClock
from crawlers.importers.stated_time import Placed, place_stated
from crawlers.reading.json_fields import only_stated
from crawlers.reading.native_ids import bounded_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost, rfc3339

_HEADER, _MESSAGE = "page_header", "message"
# Qt writes UTC itself without an offset.
_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2}:\d{2})(?: (UTC)([+-]\d{2}(?::\d{2})?)?)?")
_VIA = re.compile(r"(?P<name>.*?)\s+via (?P<bot>@\w+)", re.DOTALL)
_REPLY = re.compile(r"#go_to_message(\d{1,18})$")
# What wraps a picture or a file, and the kind that it is.
_KINDS = {
    "photo_wrap": "photo", "sticker_wrap": "sticker", "animated_wrap": "video", "video_file_wrap": "video",
    "media_photo": "photo", "media_video": "video", "media_voice_message": "voice", "media_audio_file": "audio",
    "media_file": "document", "media_contact": "contact", "media_location": "place", "media_live_location": "place",
    "media_venue": "place", "media_poll": "poll",
}  # fmt: skip
# Words in the place of a name.
_STICKER = "Sticker"
_CALL = "media_call"
_MOST_PARTS = 100


@dataclass(slots=True)
class _Said:
    """What a page says once for several messages: its chat, and who wrote and passed on the one before."""

    chat: str = ""
    author: str = ""
    via_bot: str = ""
    forwarded_from: str = ""


def read_page(source: BinaryIO, clock: LocalClock, *, name: str) -> Iterator[ParsedPost]:
    """The messages of a page in its order; service messages and calls are left out. `name` is what errors call it.

    Raises DataError for what is no page of such an export, and where it breaks off, after what stands before was given.
    """
    said = _Said()
    found = False
    for element in elements(source, frozenset({_HEADER, _MESSAGE}), name=name):
        if _HEADER in classes_of(element):
            said.chat = line_of(_first(element, "text"))
        elif (body := child(element, "body")) is not None:
            found = True
            if "service" not in classes_of(element):
                yield from _posts(element, body, said, clock)
    if not found:
        raise DataError(
            f"{name} is no page of a Telegram export.", hint="Give messages.html, or the folder of the export."
        )


def _posts(message: _Element, body: _Element, said: _Said, clock: LocalClock) -> Iterator[ParsedPost]:
    """The post that a message is; none for a call, though it too names who made it."""
    forwarded = child(body, "forwarded", "body")
    _take_names(body, forwarded, said)
    if not below(message, _CALL):
        yield _post(message, body, forwarded, said, clock)


def _post(message: _Element, body: _Element, forwarded: _Element | None, said: _Said, clock: LocalClock) -> ParsedPost:
    content = body if forwarded is None else forwarded
    date = child(body, "date")
    stated = "" if date is None else date.get("title", "")
    posted_at, notes = _placed(stated, clock)
    # Two chats may have one name: a number with its second tells their messages apart.
    when = rfc3339(posted_at) if posted_at and not notes else stated
    return ParsedPost(
        native_id=bounded_id(f"{said.chat}/{message.get('id', '').removeprefix('message')}/{when}"),
        text=text_of(child(content, "text")),
        author=said.author or None,
        posted_at=posted_at,
        extra=_extra(body, content, said, is_forwarded=forwarded is not None) | notes,
    )


def _take_names(body: _Element, forwarded: _Element | None, said: _Said) -> None:
    """A joined message names nobody: it is by whoever wrote the one before, from whom that was passed on."""
    author = child(body, "from_name")
    if author is not None:
        said.author, said.via_bot = _name(author)
    original = None if forwarded is None else child(forwarded, "from_name")
    if original is not None:
        said.forwarded_from, said.via_bot = _name(original)


def _name(element: _Element) -> tuple[str, str]:
    """Whose name it is, and the bot through whom it was written."""
    own = " ".join(f"{element.text or ''} {' '.join(each.tail or '' for each in element)}".split())
    through = _VIA.fullmatch(own)
    return (through["name"], through["bot"]) if through else (own, "")


def _placed(stated: str, clock: LocalClock) -> Placed:
    match = _DATE.fullmatch(stated.strip())
    if match is None:
        return place_stated(stated, clock)
    day, month, year, time, utc, offset = match.groups()
    return place_stated(f"{year}-{month}-{day}T{time}{(offset or '+00:00') if utc else ''}", clock)


def _extra(body: _Element, content: _Element, said: _Said, *, is_forwarded: bool) -> dict[str, Any]:
    reply = _REPLY.search(next((each.get("href", "") for each in _links(child(content, "reply_to"))), ""))
    return only_stated(
        {
            "chat": said.chat,
            "signature": line_of(child(content, "signature")),
            "via_bot": said.via_bot,
            "forwarded_from": said.forwarded_from if is_forwarded else None,
            "reply_to": int(reply[1]) if reply else None,
            "media": [item for wrap in _all(content, "media_wrap") for item in _media(wrap)],
            "poll": [line for part in ("question", "answer") for line in _poll_lines(content, part)],
            "buttons": [_button(each) for each in _all(body, "bot_button")],
            "reactions": [_reaction(each) for each in _all(body, "reaction")],
            "links": _hidden_links(child(content, "text")),
        }
    )


def _all(element: _Element, name: str) -> list[_Element]:
    return below(element, name)[:_MOST_PARTS]


def _first(element: _Element, name: str) -> _Element | None:
    return next(iter(below(element, name)), None)


def _links(element: _Element | None) -> list[_Element]:
    return [] if element is None else list(element.iterdescendants("a"))[:_MOST_PARTS]


def _media(wrap: _Element) -> Iterator[dict[str, Any]]:
    for each in wrap:
        kind = next((_KINDS[name] for name in classes_of(each) if name in _KINDS), None)
        title, status = (line_of(_first(each, name))[:200] for name in ("title", "status"))
        # A file that was left out of the export has its name as the title.
        named = title if kind == "document" else PurePosixPath(unquote(urlsplit(each.get("href", "")).path)).name
        if kind:
            yield only_stated(
                {
                    "kind": "sticker" if title == _STICKER else kind,
                    "name": "" if kind in ("place", "contact") else named[:200],
                    "description": f"{title} {status.removesuffix(' - vCard')}" if kind == "contact" else "",
                }
            )


def _poll_lines(content: _Element, part: str) -> Iterator[str]:
    for each in _all(content, part):
        votes = line_of(child(each, "details"))
        yield line_of(each).removesuffix(votes).removeprefix("- ").strip()


def _button(button: _Element) -> dict[str, str]:
    return only_stated({"text": line_of(button), "url": next((each.get("href", "") for each in _links(button)), "")})


def _reaction(reaction: _Element) -> str:
    count = line_of(child(reaction, "count")) or str(len(below(reaction, "userpic")) or 1)
    return f"{line_of(child(reaction, 'emoji'))} {count}"


def _hidden_links(text: _Element | None) -> list[str]:
    """Addresses that do not stand in the text themselves."""
    found = (each.get("href", "") for each in _links(text) if not text_of(each).startswith("@"))
    shown = text_of(text)
    return [link for link in found if link.startswith(("http://", "https://", "tg:")) and link not in shown][:20]
