"""CrowdTangle's CSV of Facebook pages and groups and of Instagram. It closed in August 2024: these are old files."""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.file_rows import file_rows
from crawlers.importers.local_time import LocalClock
from crawlers.importers.rows import Row
from crawlers.importers.stated_time import Order, order_of, place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# CrowdTangle's columns, and the names that `extra` has for them.
_NOTED = {
    "user name": "author_username",
    "facebook id": "author_id",
    "type": "post_type",
    "total interactions": "interactions",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "image text": "image_text",
    "page admin top country": "author_country",
    "sponsor name": "sponsor",
}
# Before 2020 it was `Created`.
_CREATED = ("post created", "created")
_PREVIEW = {"url": ("final link", "link"), "title": ("link text",), "description": ("description",)}


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The posts in the file's order; DataError for a table without CrowdTangle's columns."""
    clock = LocalClock(choices, name=path.name)
    # A file that went through Excel has dates in the order of its country.
    rows = partial(file_rows, path, _has_its_columns)
    order = cache(lambda: order_of((row.first(*_CREATED) or "" for row in rows()), choices, name=path.name))
    for row in rows():
        if not _has_its_columns(row):
            raise DataError(
                f"{path.name} lacks the columns Post Created, Message or Description, and URL.",
                hint="Give a CSV file that CrowdTangle made, or use `table`.",
            )
        yield _post(row, clock, order)


def _has_its_columns(row: Row) -> bool:
    return "url" in row and bool(row.keys() & {"message", "description"}) and bool(row.keys() & set(_CREATED))


def _post(row: Row, clock: LocalClock, order: Order) -> ParsedPost:
    url = absolute_url("", row.first("url"))
    # Instagram's captions stand in Description, where Facebook has that of a linked page.
    text = row.first("message") if "message" in row else row.first("description")
    posted_at, notes = place_stated(row.first(*_CREATED) or "", clock, order)
    notes |= row.noted(_NOTED)
    preview = {name: found for name, columns in _PREVIEW.items() if (found := row.first(*columns))}
    if "message" in row and preview:
        notes["link_preview"] = preview
    return ParsedPost(
        native_id=bounded_id(_own_id(url) or digest_id(str(url), text or "")),
        url=url,
        title=row.first("title") if "message" not in row else None,
        text=text or "",
        author=row.first("page name", "group name", "account", "user name"),
        posted_at=posted_at,
        extra=notes,
    )


def _own_id(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    story = parse_qs(parts.query).get("story_fbid") or parse_qs(parts.query).get("fbid")
    return story[0] if story else parts.path.rstrip("/").rpartition("/")[2] or None
