"""Meta Content Library's tables: columns have the dotted names of its API's fields (documented; no public sample)."""

from collections.abc import Iterator
from pathlib import Path

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.file_rows import file_rows
from crawlers.importers.local_time import LocalClock
from crawlers.importers.rows import Row
from crawlers.importers.stated_time import place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

_NOTED = {
    "post_owner.username": "author_username",
    "owner.username": "author_username",
    "post_owner.id": "author_id",
    "owner.id": "author_id",
    "post_owner.type": "author_type",
    "surface.name": "surface",
    "surface.type": "surface_type",
    "content_type": "post_type",
    "media_type": "post_type",
    "statistics.views": "views",
    "statistics.like_count": "likes",
    "statistics.share_count": "shares",
    "statistics.comment_count": "comments",
    "parent_id": "reply_to",
    "mcl_url": "library_url",
}
_PREVIEW = {
    "url": ("link_attachment.link", "link"),
    "title": ("link_attachment.name",),
    "description": ("link_attachment.description", "link_attachment.caption"),
}


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The posts or comments in the file's order; DataError for a table without the library's columns."""
    clock = LocalClock(choices, name=path.name)
    for row in file_rows(path, _has_its_columns):
        if not _has_its_columns(row):
            raise DataError(
                f"{path.name} lacks the columns id and creation_time.",
                hint="Give a CSV file of the Meta Content Library, or use `table`.",
            )
        yield _post(row, clock)


def _has_its_columns(row: Row) -> bool:
    return {"id", "creation_time"} <= row.keys()


def _post(row: Row, clock: LocalClock) -> ParsedPost:
    posted_at, notes = place_stated(row.first("creation_time") or "", clock)
    notes |= row.noted(_NOTED)
    preview = {name: found for name, columns in _PREVIEW.items() if (found := row.first(*columns))}
    text = row.first("text", "caption", "message")
    return ParsedPost(
        native_id=bounded_id(row.first("id") or digest_id(text or "", row.first("creation_time") or "")),
        url=absolute_url("", row.first("url", "permalink", "permalink_url")),
        text=text or "",
        author=row.first("post_owner.name", "owner.name", "post_owner.username", "owner.username"),
        posted_at=posted_at,
        lang_hint=(row.first("lang") or "")[:20] or None,
        extra=notes | ({"link_preview": preview} if preview else {}),
    )
