"""JSON lines in the shape that `parse` and `import --to-jsonl` print, or near it: `text` and, where known, the rest."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.fields import dig, first_text, plain
from crawlers.importers.json_objects import json_objects
from crawlers.importers.local_time import LocalClock
from crawlers.importers.stated_time import place_stated
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
    for number, item in enumerate(json_objects(path), start=1):
        found = {name: first_text(item, *_named(choices, name), *names) for name, names in _NAMES.items()}
        if not (found["text"] or found["title"]):
            raise DataError(
                f"{path.name}: post {number} has no text.", hint='Each is an object such as {"text": "...", "author"}.'
            )
        yield _post(item, found, clock)


def _named(choices: Choices, field: str) -> list[str]:
    return [choices.columns[field]] if field in choices.columns else []


def _post(item: dict[str, Any], found: dict[str, str | None], clock: LocalClock) -> ParsedPost:
    posted_at, notes = place_stated(found["posted_at"] or "", clock)
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
