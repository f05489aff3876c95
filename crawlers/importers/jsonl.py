"""JSON lines in the shape that `parse` and `import --to-jsonl` print, or near it: `text` and, where known, the rest."""

import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.field_names import fields_in
from crawlers.importers.fields import dig, plain
from crawlers.importers.json_objects import json_objects
from crawlers.importers.local_time import LocalClock
from crawlers.importers.stated_time import Order, order_of, place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# What a picture without words has, or a post that tells what somebody did.
_OF_POSTS = frozenset({"text", "title", "url", "posted_at"})
# Dumps of Reddit's posts have addresses without their host.
_OF_REDDIT = re.compile(r"/(?:r|user|u)/")


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The posts in the file's order; DataError that names the place of an object that is none."""
    clock = LocalClock(choices, name=path.name)
    items = partial(json_objects, path, within_lists=True)
    found_in = partial(fields_in, said=choices.columns)
    order = cache(lambda: order_of((found_in(item).get("posted_at", "") for item in items()), choices, name=path.name))
    for number, item in enumerate(items(), start=1):
        found = found_in(item)
        if not (found.keys() & _OF_POSTS or "text" in item):
            raise DataError(
                f"{path.name}: post {number} has no text.", hint='Each is an object such as {"text": "...", "author"}.'
            )
        yield _post(item, found, clock, order)


def _post(item: dict[str, Any], found: dict[str, str], clock: LocalClock, order: Order) -> ParsedPost:
    posted_at, notes = place_stated(found.get("posted_at", ""), clock, order)
    extra = plain(dig(item, "extra"))
    url = found.get("url", "")
    text, title = found.get("text", ""), found.get("title")
    return ParsedPost(
        native_id=bounded_id(found.get("native_id") or digest_id(text, title or "", found.get("posted_at", ""))),
        url=absolute_url("https://www.reddit.com" if _OF_REDDIT.match(url) else "", url),
        title=title,
        text=text,
        author=found.get("author"),
        posted_at=posted_at,
        location=found.get("location"),
        salary=found.get("salary"),
        lang_hint=found.get("lang_hint", "")[:20] or None,
        extra=(extra if isinstance(extra, dict) else {}) | notes,
    )
