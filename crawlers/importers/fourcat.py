"""4CAT's datasets: CSV in its own columns, or NDJSON of raw items. `timestamp` is the server's local time; only
`unix_timestamp` is an instant.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.archive import opened
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.fields import dig, text_at
from crawlers.importers.json_objects import json_objects
from crawlers.importers.local_time import LocalClock
from crawlers.importers.rows import Row, csv_rows
from crawlers.importers.stated_time import place_stated
from crawlers.importers.zeeschuimer import platform_posts
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

_ADDRESSES = ("url", "post_url", "tiktok_url", "youtube_url", "tweet_url", "permalink", "link")
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
    """The items of a dataset in its order; DataError for a table without the columns that every dataset has."""
    with opened(path) as source:
        is_json = source.read(64).lstrip(b"\xef\xbb\xbf \r\n")[:1] in (b"{", b"[")
    if is_json:
        for item in json_objects(path):
            yield from _raw(item)
        return
    clock = LocalClock(choices, name=path.name)
    for row in csv_rows(path):
        if not {"id", "body", "timestamp"} <= row.keys():
            raise DataError(
                f"{path.name} lacks the columns id, body and timestamp.", hint="Give a dataset of 4CAT, or use `table`."
            )
        yield _row(row, clock)


def _raw(item: dict[str, Any]) -> Iterator[ParsedPost]:
    collected = dig(item, "__import_meta") or {}
    platform = text_at(collected, "source_platform") or text_at(item, "source_platform") or "unknown"
    inner = item.pop("data") if isinstance(item.get("data"), dict) else item
    return platform_posts(platform, inner, collected if isinstance(collected, dict) else {})


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
        url=absolute_url("", row.first(*_ADDRESSES)),
        title=row.first("subject", "title"),
        text=body,
        author=row.first("author", "author_username", "author_name"),
        posted_at=posted_at,
        location=row.first("location_name", "place_name"),
        extra=notes | ({"forwarded_from": forwarded} if forwarded else {}),
    )
