"""JSON lines in the shape that `parse` and `import --to-jsonl` print, or near it: `text` and, where known, the rest."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.date_order import DateOrder
from crawlers.importers.fields import dig, first_text, plain
from crawlers.importers.json_objects import json_objects
from crawlers.importers.local_time import LocalClock
from crawlers.importers.stated_time import order_of, place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

_NAMES = {
    "native_id": ("native_id", "id"),
    "url": ("url", "link", "permalink"),
    "title": ("title", "subject"),
    "text": ("text", "body", "message", "content", "description"),
    "author": ("author", "author.name", "from", "user", "user.name", "username"),
    "posted_at": ("posted_at", "date", "created_at", "timestamp", "time", "unix_timestamp"),
    "location": ("location", "place"),
    "salary": ("salary",),
    "lang_hint": ("lang_hint", "lang", "language"),
}


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The posts in the file's order; DataError that names the place of a line without text."""
    clock = LocalClock(choices, name=path.name)
    dates = (_first(item, choices, "posted_at") or "" for item in _readable(path))
    order = order_of(dates, choices, name=path.name)
    for number, item in enumerate(json_objects(path), start=1):
        found = {name: _first(item, choices, name) for name in _NAMES}
        if not (found["text"] or found["title"] or "text" in item):
            raise DataError(
                f"{path.name}: post {number} has no text.", hint='Each is an object such as {"text": "...", "author"}.'
            )
        yield _post(item, found, clock, order)


def _readable(path: Path) -> Iterator[dict[str, Any]]:
    """The objects before the first broken place, which is named when they are read for good."""
    with suppress(DataError):
        yield from json_objects(path)


def _first(item: dict[str, Any], choices: Choices, field: str) -> str | None:
    return first_text(item, *_named(choices, field), *_NAMES[field])


def _named(choices: Choices, field: str) -> list[str]:
    return [choices.columns[field]] if field in choices.columns else []


def _post(item: dict[str, Any], found: dict[str, str | None], clock: LocalClock, order: DateOrder) -> ParsedPost:
    posted_at, notes = place_stated(found["posted_at"] or "", clock, order)
    extra = plain(dig(item, "extra"))
    text, title = found["text"] or "", found["title"]
    return ParsedPost(
        native_id=bounded_id(found["native_id"] or digest_id(text, title or "", found["posted_at"] or "")),
        url=absolute_url("", found["url"]),
        title=title,
        text=text,
        author=found["author"],
        posted_at=posted_at,
        location=found["location"],
        salary=found["salary"],
        lang_hint=(found["lang_hint"] or "")[:20] or None,
        extra=(extra if isinstance(extra, dict) else {}) | notes,
    )
