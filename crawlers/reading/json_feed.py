"""JSON Feed, https://www.jsonfeed.org/version/1.1/: the feed format that feedparser does not read."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawlers.reading.instants import read_date
from crawlers.reading.jsonld import whole_number
from crawlers.reading.markup import one_line, text_of_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, clean_permalink
from store.parsed_post import ParsedPost

VERSION = re.compile(r"^https?://jsonfeed\.org/version/")


def is_json_feed(body: bytes) -> bool:
    """Whether these bytes are JSON and call themselves a JSON Feed."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(VERSION.match(str(_load(body).get("version"))))


def read_json_feed(body: bytes, url: str, *, fetched_at: datetime) -> Iterator[ParsedPost]:
    """The items of a JSON Feed in its order; what is no object is left out."""
    items = _load(body).get("items")
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield _post(item, url, fetched_at)


def _load(body: bytes) -> dict[str, Any]:
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"), strict=False, parse_int=whole_number)
    except (ValueError, RecursionError):
        return {}
    return feed if isinstance(feed, dict) else {}


def _post(item: dict[str, Any], url: str, fetched_at: datetime) -> ParsedPost:
    def field(name: str) -> str:
        value = item.get(name)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    title, link = one_line(field("title")), absolute_url(url, field("url"))
    text = text_of_markup(field("content_html")) or field("content_text").strip() or field("summary").strip()
    dated = read_date(field("date_published"), fetched_at=fetched_at)
    return ParsedPost(
        native_id=bounded_id(field("id") or digest_id(link or "", title or text)),
        url=clean_permalink(link) if link else None,
        title=title or None,
        text=text,
        author=_author(item),
        posted_at=dated.at if dated else None,
        lang_hint=field("language")[:20] or None,
        extra=dated.notes() if dated else {},
    )


def _author(item: dict[str, Any]) -> str | None:
    stated = item.get("authors") or [item.get("author")]
    first = stated[0] if isinstance(stated, list) and stated else None
    name = first.get("name") if isinstance(first, dict) else None
    return one_line(name) or None if isinstance(name, str) else None
