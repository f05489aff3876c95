"""JSON Feed, https://www.jsonfeed.org/version/1.1/: the feed format that feedparser does not read."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawlers.reading.instants import read_date
from crawlers.reading.json_fields import as_object, as_objects, as_string, read_json
from crawlers.reading.markup import one_line, text_of_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, clean_permalink
from store.parsed_post import ParsedPost

VERSION = re.compile(r"^https?://jsonfeed\.org/version/")


def is_json_feed(body: bytes) -> bool:
    """Whether these bytes are JSON and call themselves a JSON Feed."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(
        VERSION.match(as_string(as_object(read_json(body)).get("version")))
    )


def read_json_feed(body: bytes, url: str, *, fetched_at: datetime) -> Iterator[ParsedPost]:
    """The items of a JSON Feed in its order; what is no object is left out."""
    feed = as_object(read_json(body))
    for item in as_objects(feed.get("items")):
        yield _post(item, _author(item) or _author(feed), url, fetched_at)


def _post(item: dict[str, Any], author: str | None, url: str, fetched_at: datetime) -> ParsedPost:
    def field(name: str) -> str:
        return as_string(item.get(name))

    title, link = one_line(field("title")), absolute_url(url, field("url"))
    text = text_of_markup(field("content_html")) or field("content_text").strip() or field("summary").strip()
    published = read_date(field("date_published"), fetched_at=fetched_at)
    dated = published or read_date(field("date_modified"), fetched_at=fetched_at)
    return ParsedPost(
        native_id=bounded_id(field("id") or digest_id(link or "", title or text)),
        url=clean_permalink(link) if link else None,
        title=title or None,
        text=text,
        author=author,
        posted_at=dated.at if dated else None,
        lang_hint=field("language")[:20] or None,
        extra=(dated.notes() | ({} if published else {"posted_at_from": "updated"})) if dated else {},
    )


def _author(item: dict[str, Any]) -> str | None:
    stated = as_objects(item.get("authors")) or [as_object(item.get("author"))]
    return one_line(as_string(stated[0].get("name"))) or None
