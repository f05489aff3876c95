"""RSS, Atom and JSON Feed. A feed that is not well formed still gives the items that can be read."""

import codecs
import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import feedparser  # type: ignore[import-untyped]
from scrapy import Request
from scrapy.http import Response
from w3lib.encoding import http_content_type_encoding

from crawlers.reading.instants import Dated, read_date
from crawlers.reading.json_feed import is_json_feed, read_json_feed
from crawlers.reading.local_dates import read_alone
from crawlers.reading.markup import guess_charset, is_charset, one_line, text_of_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, clean_permalink
from crawlers.source_spider import CapturedPage, SourceSpider
from store.parsed_post import ParsedPost

_DECLARATION = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([^"'>]+)""")
_FEED_SIGNS = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)\b")
BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The items of a feed in its order; bytes that are no feed give none. Never raises on content."""
    if is_json_feed(body):
        yield from read_json_feed(body, url, fetched_at=fetched_at)
        return
    readable, headers = _readable(body, content_type)
    # From a stream: feedparser would take plain bytes for a file's name.
    try:
        feed = feedparser.parse(BytesIO(readable), response_headers={"content-location": url} | headers)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        # Torn in the wrong places, a feed brings it down in as many ways.
        return
    # Who wrote an Atom feed wrote what in it names nobody else (RFC 4287 section 4.1.1); RSS only names an editor.
    is_atom = str(feed.get("version") or "").startswith("atom")
    for entry in feed.entries:
        yield _post(entry, feed.feed, url, fetched_at, is_atom=is_atom)


def is_feed(body: bytes) -> bool:
    """Whether these bytes look like RSS or Atom, which interfaces of other kinds give too."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(_FEED_SIGNS.search(body[:2_000]))


def _post(entry: Any, feed: Any, url: str, fetched_at: datetime, *, is_atom: bool) -> ParsedPost:
    title = _title(entry)
    link = absolute_url(url, entry.get("link"))
    lang = (feed.get("language") or "")[:20]
    dated, field = _entry_date(entry, lang, fetched_at)
    text = _entry_text(entry)
    return ParsedPost(
        native_id=bounded_id(entry.get("id") or digest_id(link or "", title or text)),
        url=clean_permalink(link) if link else None,
        title=title,
        text=text,
        author=_author_names(entry) or _author_names(feed) if is_atom else _author_as_given(entry),
        posted_at=dated.at if dated else None,
        location=one_line(entry.get("region") or entry.get("location") or "") or None,
        lang_hint=lang or None,
        extra=(dated.notes() | ({"posted_at_from": field} if field != "published" else {})) if dated else {},
    )


def _readable(body: bytes, stated: str | None) -> tuple[bytes, dict[str, str]]:
    """The bytes and the Content-Type for feedparser, which must not meet a charset that is none."""
    stated = stated if (stated or "").isprintable() else None
    declared = _DECLARATION.search(body[:1_000])
    named = [http_content_type_encoding(stated), declared[1].decode("latin-1") if declared else None]
    if any(name and not is_charset(name) for name in named):
        return body.decode(guess_charset(body) or "utf-8", "replace").encode(), {"content-type": _xml("utf-8")}
    if any(named) or body.startswith(BYTE_ORDER_MARKS):
        return body, {"content-type": stated} if stated else {}
    charset = guess_charset(body)
    if charset and charset != "utf-8":
        return body, {"content-type": _xml(charset)}
    return body, {"content-type": stated} if stated else {}


def _xml(charset: str) -> str:
    return f"application/xml; charset={charset}"


def _title(entry: Any) -> str | None:
    return one_line(entry.get("title") or "") or None


def _author_names(stated: Any) -> str | None:
    """The names of all authors, without the mail addresses that may stand beside them."""
    named = [one_line(each.get("name") or "") for each in (stated.get("authors") or [])[:10]]
    return ", ".join(dict.fromkeys(filter(None, named))) or None


def _author_as_given(entry: Any) -> str | None:
    """RSS writes "hr@example.test (HR)" as one text, or names several by Dublin Core."""
    names = None if "@" in (entry.get("author") or "") else _author_names(entry)
    return names or one_line(entry.get("author") or "") or None


def _entry_text(entry: Any) -> str:
    """The longest of content and summary: feeds give a teaser in one and the whole in the other."""
    candidates = [part.get("value") or "" for part in entry.get("content", [])] + [entry.get("summary") or ""]
    return max((text_of_markup(value) for value in candidates), key=len)


def _entry_date(entry: Any, lang: str, fetched_at: datetime) -> tuple[Dated | None, str]:
    # Asked for by name only when there: feedparser answers for a missing `updated` with another field.
    for field in ("published", "updated", "created"):
        if dict.__contains__(entry, field) and entry[field]:
            dated = read_date(entry[field], fetched_at=fetched_at)
            if dated and dated.precision != "instant":
                otherwise = read_alone(dated.given, lang=lang, fetched_at=fetched_at)
                if otherwise and (dated.at is None or otherwise.precision == "instant"):
                    return otherwise, field
            return dated, field
    return None, "published"


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
