"""The source register, `sources.toml`: what is read, why, on which legal basis, and who answers for it.

Nothing is crawled that does not stand here with all of that.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawlers.reading.board_selectors import SELECTOR_NAMES, BoardPlaces
from crawlers.terms import objection
from lurewatch.errors import ConfigurationError, SourceError

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredSource:
    """One entry of the register; `max_pages`, `max_bytes` and `max_seconds` bound one crawl, tighter than the settings.

    `token_from` names the environment variable with the platform's token: the register itself holds no secret.
    `selectors` say where a board without schema.org has what. With `browser` its pages are made in one, out of parts
    from its own site and from `browser_hosts`. `off_because` says whose terms keep it off where the register does not
    decide.
    """

    name: str
    kind: str
    url: str
    purpose: str
    legal_basis: str
    owner: str
    enabled: bool = True
    max_pages: int | None = None
    max_bytes: int | None = None
    max_seconds: int | None = None
    sitemap: str | None = None
    token_from: str | None = None
    selectors: BoardPlaces | None = None
    off_because: str = ""
    browser: bool = False
    browser_hosts: tuple[str, ...] = ()


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(min_length=1)
    url: str = Field(min_length=1)
    purpose: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    enabled: bool | None = None
    max_pages: int | None = Field(default=None, ge=1)
    max_bytes: int | None = Field(default=None, ge=1)
    max_seconds: int | None = Field(default=None, ge=1)
    sitemap: str | None = None
    token_from: str | None = Field(default=None, pattern="^[A-Z][A-Z0-9_]*$")
    selectors: dict[str, str] | None = None
    browser: bool = False
    browser_hosts: list[str] = []


def token_of(source: RegisteredSource, *, needed: bool) -> str:
    """The token of a platform's interface, or ""; ConfigurationError when one is named or needed and absent."""
    token = os.environ.get(source.token_from, "").strip() if source.token_from else ""
    if not token and (source.token_from or needed):
        raise ConfigurationError(
            f"Source {source.name!r} needs a token, and {source.token_from or 'no variable'} holds none.",
            hint="Name the environment variable with the token in `token_from`, set it, or disable the source.",
        )
    return token


def read_register(path: Path, *, kinds: Iterable[str]) -> list[RegisteredSource]:
    """The sources of a register in its order; SourceError names file, entry and the nearest known word."""
    entries = _entries(path)
    known = sorted(kinds)
    sources = [_source(path, number, entry, known) for number, entry in enumerate(entries, start=1)]
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            raise SourceError(f"{path.name}: two sources are named {source.name!r}.", hint="Give each its own name.")
        seen.add(source.name)
    return sources


def _entries(path: Path) -> list[Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}.", hint="Write a source register.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} is not valid TOML: {error}.", hint="Mend that place.") from error
    for key in content:
        if key != "source":
            raise SourceError(f"{path.name}: unknown key {key!r}.", hint="A register holds [[source]] entries.")
    entries = content.get("source", [])
    if not isinstance(entries, list):
        raise SourceError(f"{path.name}: `source` is no list.", hint="Write [[source]] with two brackets.")
    return entries


def _source(path: Path, number: int, entry: Any, kinds: list[str]) -> RegisteredSource:
    name = entry.get("name") if isinstance(entry, dict) else None
    place = f"{path.name}: source {number}" + (f" ({name!r})" if isinstance(name, str) else "")
    try:
        checked = _Entry.model_validate(entry)
    except ValidationError as error:
        raise _explain(place, error.errors()[0]) from error
    if checked.kind not in kinds:
        raise SourceError(f"{place}: unknown kind {checked.kind!r}.", hint=_nearest(checked.kind, kinds))
    for address in filter(None, (checked.url, checked.sitemap)):
        _must_be_web_address(place, address)
    for host in checked.browser_hosts:
        _must_be_host(place, host)
    told = objection(checked.kind, checked.url, checked.sitemap or "") if checked.enabled is None else ""
    decided = {"enabled": checked.enabled if checked.enabled is not None else not told, "off_because": told}
    read = {"selectors": _places(place, checked.selectors), "browser_hosts": tuple(checked.browser_hosts)}
    return RegisteredSource(**(checked.model_dump() | read | decided))


def _places(place: str, selectors: dict[str, str] | None) -> BoardPlaces | None:
    """The selectors of an entry; SourceError names one that is unknown or no CSS."""
    if selectors is None:
        return None
    for name, selector in selectors.items():
        if name not in SELECTOR_NAMES:
            raise SourceError(f"{place}: unknown selector {name!r}.", hint=_nearest(name, list(SELECTOR_NAMES)))
        _must_be_css(place, name, selector)
    if "title" not in selectors:
        raise SourceError(f"{place}: `selectors` has no `title`.", hint="Say at least where the title of an advert is.")
    parts = {name: (selector,) for name, selector in selectors.items() if name != "advert"}
    return BoardPlaces(advert=selectors.get("advert", ""), **parts)


def _must_be_css(place: str, name: str, selector: str) -> None:
    try:
        HTMLTranslator().css_to_xpath(selector.removeprefix("::").partition("::attr(")[0] or "*")
    except (SelectorError, ValueError) as error:
        raise SourceError(
            f"{place}: selector {name!r} has value {selector!r}, which is no CSS: {error}.", hint="Mend that selector."
        ) from error


def _explain(place: str, problem: Any) -> SourceError:
    field = ".".join(str(part) for part in problem["loc"]) or "entry"
    if problem["type"] == "missing":
        return SourceError(
            f"{place}: {field!r} is missing.", hint="Say name, kind, url, purpose, legal_basis and owner."
        )
    if problem["type"] == "extra_forbidden":
        return SourceError(f"{place}: unknown key {field!r}.", hint=_nearest(field, list(_Entry.model_fields)))
    return SourceError(f"{place}: {field} has value {problem['input']!r}: {problem['msg']}.", hint="Mend that value.")


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}."


def _must_be_host(place: str, host: str) -> None:
    if not _HOST.fullmatch(host):
        raise SourceError(
            f"{place}: browser_hosts has value {host!r}, which is no host.", hint="Write it as cdn.example.org."
        )


def _must_be_web_address(place: str, address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError(f"{place}: {address!r} is no http or https address.", hint="Write it as in a browser.")
