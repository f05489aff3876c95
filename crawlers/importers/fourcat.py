"""4CAT's datasets: CSV in its own columns, or NDJSON of raw items. `timestamp` is the server's local time; only
`unix_timestamp` is an instant.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.fields import dig, text_at
from crawlers.importers.file_rows import begins_as_json, file_rows
from crawlers.importers.json_objects import json_objects
from crawlers.importers.local_time import LocalClock
from crawlers.importers.platform_posts import platform_posts
from crawlers.importers.rows import Row
from crawlers.importers.stated_time import place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

_ADDRESSES = ("url", "post_url", "tiktok_url", "youtube_url", "tweet_url", "permalink", "link")
_PUBLIC_CHAT = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)
# Its columns differ by platform; `extra` has one name for what is the same.
_NOTED = {
    "thread_id": "thread",
    "author_full": "author_name",
    "author_fullname": "author_name",
    "author_name": "author_name",
    "author_id": "author_id",
    "chat": "chat",
    "group_name": "chat",
    "plays": "views",
    "views": "views",
    "impression_count": "views",
    "like_count": "likes",
    "num_likes": "likes",
    "likes": "likes",
    "upvotes": "likes",
    "num_comments": "comments",
    "comments": "comments",
    "reply_count": "replies",
    "replies": "replies",
    "retweet_count": "reposts",
    "reposts": "reposts",
    "shares": "shares",
    "reactions": "reactions",
}


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The items of a dataset in its order; DataError as `read_table` has it, and that names a broken place."""
    if begins_as_json(path):
        for item in json_objects(path):
            yield from _raw(item)
        return
    yield from read_table(path, choices)


def read_table(path: Path, choices: Choices) -> Iterator[ParsedPost]:
    """The rows of a table with 4CAT's columns; DataError without them."""
    clock = LocalClock(choices, name=path.name)
    for row in file_rows(path, _has_its_columns):
        if not _has_its_columns(row):
            raise DataError(
                f"{path.name} lacks the columns id, body and timestamp.", hint="Give a dataset of 4CAT, or use `table`."
            )
        yield _row(row, clock)


def _has_its_columns(row: Row) -> bool:
    return {"id", "body", "timestamp"} <= row.keys()


def _raw(item: dict[str, Any]) -> Iterator[ParsedPost]:
    collected = dig(item, "__import_meta") or {}
    platform = text_at(collected, "source_platform") or text_at(item, "source_platform") or _platform(item)
    inner = item.pop("data") if isinstance(item.get("data"), dict) else item
    return platform_posts(platform, inner, collected if isinstance(collected, dict) else {})


def _platform(item: dict[str, Any]) -> str:
    """Of what 4CAT collected itself it does not say from where."""
    if "_chat" in item:
        return "telegram.org"
    return "api.x.com" if "author_user" in item else "unknown"


def _row(row: Row, clock: LocalClock) -> ParsedPost:
    stamp, stated = row.first("unix_timestamp"), row.first("timestamp") or ""
    posted_at, notes = place_stated(stamp or stated, clock)
    notes |= row.noted(_NOTED)
    reply = row.first("reply_to", "parent_id")
    if reply and reply != row["id"].strip():
        notes["reply_to"] = reply
    forwarded = row.first("author_forwarded_from_name", "author_forwarded_from_username")
    body = row["body"].strip()
    thread = row.first("thread_id")
    own = f"{thread}/{row['id'].strip()}" if thread and thread != row["id"].strip() else row["id"].strip()
    return ParsedPost(
        native_id=bounded_id(own or digest_id(body, stated)),
        url=absolute_url("", row.first(*_ADDRESSES)) or _on_telegram(row),
        title=row.first("subject", "title"),
        text=body,
        author=_author(row),
        posted_at=posted_at,
        location=row.first("location_name", "place_name"),
        extra=notes | ({"forwarded_from": forwarded} if forwarded else {}),
    )


def _author(row: Row) -> str | None:
    """Who wrote it, by name: of Telegram's messages `author` is a number."""
    author = row.first("author")
    return author if author and not author.isdecimal() else row.first("author_username", "author_name") or author


def _on_telegram(row: Row) -> str | None:
    """The address of a message in a public channel or group, whose rows have none."""
    chat = row.first("chat")
    return f"https://t.me/{chat}/{row['id'].strip()}" if chat and _PUBLIC_CHAT.fullmatch(chat) else None
