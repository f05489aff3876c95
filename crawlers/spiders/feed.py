"""RSS, Atom and JSON Feed. A feed that is not well formed still gives the items that can be read."""

import calendar
import codecs
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser  # type: ignore[import-untyped]
from scrapy import Request
from scrapy.http import Response

from crawlers.instants import Dated, read_date
from crawlers.json_feed import is_json_feed, read_json_feed
from crawlers.markup import guess_charset, one_line, text_of_markup
from crawlers.native_ids import bounded_id, digest_id
from crawlers.permalink import absolute_url, clean_permalink
from crawlers.source_spider import CapturedPage, SourceSpider
from store.parsed_post import ParsedPost

BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The items of a feed in its order; bytes that are no feed give none. Never raises on content."""
    if is_json_feed(body):
        yield from read_json_feed(body, url, fetched_at=fetched_at)
        return
    headers = {"content-location": url} | _content_type(body, content_type)
    # From a stream: feedparser would take plain bytes for a file's name.
    feed = feedparser.parse(BytesIO(body), response_headers=headers)
    for entry in feed.entries:
        yield _post(entry, feed.feed, url, fetched_at)


def _post(entry: Any, feed: Any, url: str, fetched_at: datetime) -> ParsedPost:
    title = _title(entry)
    link = absolute_url(url, entry.get("link"))
    dated, field = _entry_date(entry, fetched_at)
    text = _entry_text(entry)
    return ParsedPost(
        native_id=bounded_id(entry.get("id") or digest_id(link or "", title or text)),
        url=clean_permalink(link) if link else None,
        title=title,
        text=text,
        author=one_line(entry.get("author") or "") or None,
        posted_at=dated.at if dated else None,
        location=one_line(entry.get("region") or entry.get("location") or "") or None,
        lang_hint=(feed.get("language") or "")[:20] or None,
        extra=(dated.notes() | ({"posted_at_from": field} if field != "published" else {})) if dated else {},
    )


def _content_type(body: bytes, stated: str | None) -> dict[str, str]:
    """What feedparser is told of the charset; guessed where neither server, mark nor declaration says it."""
    says_it = "charset=" in (stated or "").lower() or body.startswith(BYTE_ORDER_MARKS) or b"encoding=" in body[:200]
    charset = None if says_it else guess_charset(body)
    if charset and charset != "utf-8":
        return {"content-type": f"application/xml; charset={charset}"}
    return {"content-type": stated} if stated else {}


def _title(entry: Any) -> str | None:
    return one_line(entry.get("title") or "") or None


def _entry_text(entry: Any) -> str:
    """The longest of content and summary: feeds give a teaser in one and the whole in the other."""
    candidates = [part.get("value") or "" for part in entry.get("content", [])] + [entry.get("summary") or ""]
    return max((text_of_markup(value) for value in candidates), key=len)


def _entry_date(entry: Any, fetched_at: datetime) -> tuple[Dated | None, str]:
    # Asked for by name only when there: feedparser answers for a missing `updated` with another field.
    for field in ("published", "updated", "created"):
        if dict.__contains__(entry, field) and entry[field]:
            dated = read_date(entry[field], fetched_at=fetched_at)
            return _or_feedparsers_day(dated, entry.get(f"{field}_parsed")), field
    return None, "published"


def _or_feedparsers_day(dated: Dated | None, parsed: Any) -> Dated | None:
    """feedparser also reads dates of other languages, but says nothing of a missing zone: its day is taken."""
    if dated is None or dated.at is not None or parsed is None:
        return dated
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return dated
    return Dated(moment.replace(hour=0, minute=0, second=0), "day", dated.given)


class FeedSpider(SourceSpider):
    """Reads one feed."""

    name = "feed"

    # Feeds move to other hosts; the address guard and that host's robots.txt hold there too.
    stays_on_site = False

    async def start(self) -> AsyncIterator[Request]:
        """The feed itself."""
        yield Request(self.source.url, dont_filter=True)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The items; a feed without any is counted."""
        page = self.captured_page(response, parse_page)
        if not page.posts:
            self.count("feed/no_items")
        yield page
