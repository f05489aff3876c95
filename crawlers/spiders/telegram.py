"""Telegram channels through their public preview, `t.me/s/<channel>`: no account, no contact, no trace.

The selectors hold for the layouts of 2021 and 2026. A channel without a preview
redirects to its landing page: that is counted and not asked again.
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]
from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from crawlers.reading.markup import decode_page
from crawlers.reading.native_ids import bounded_id
from crawlers.reading.permalink import absolute_url
from crawlers.source_spider import CapturedPage, SourceSpider
from store.parsed_post import ParsedPost
from store.posts import SavedPost

MESSAGES = "div.tgme_widget_message[data-post]:not(.service_message)"
TEXT = ".tgme_widget_message_text.js-message_text:not(.js-message_reply_text)"
DATE_LINK = "a.tgme_widget_message_date"
_BLOCKS = frozenset({"blockquote", "pre"})
_EDITED = re.compile(r"\bedited\b", re.IGNORECASE)
_PREVIEW_PATH = re.compile(r"^/s/([A-Za-z0-9_]+)/?$")


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The messages of a preview page, oldest first as shown; a landing page has none. Never raises on content."""
    del fetched_at  # Telegram states every instant in full.
    page = Selector(text=decode_page(body, content_type), type="html")
    channel = _line(page.css(".tgme_channel_info_header_title"))
    for message in page.css(MESSAGES):
        yield _post(message, url, channel)


def _post(message: Selector, page_url: str, channel: str | None) -> ParsedPost:
    native_id = bounded_id(message.attrib["data-post"])
    link = message.css(f"{DATE_LINK}::attr(href)").get()
    return ParsedPost(
        native_id=native_id,
        url=absolute_url(page_url, link),
        text=_text(message),
        author=_line(message.css(".tgme_widget_message_owner_name")),
        posted_at=_instant(message.css(f"{DATE_LINK} time[datetime]::attr(datetime)").get()),
        extra=_extra(message, channel),
    )


def _text(message: Selector) -> str:
    # An album's caption stands in two nested elements of the same class; the inner one has it once.
    found = [element.root for element in message.css(TEXT)]
    for element, following in zip(found, [*found[1:], None], strict=False):
        # In the order of the page, whatever stands inside an element comes right after it.
        if following is None or element not in following.iterancestors():
            return "".join(_visible(element)).strip()
    return ""


def _visible(element: lxml.html.HtmlElement) -> Iterator[str]:
    """The text below `element`; <br> is a line break, quotes and code stand on lines of their own."""
    for event, node in lxml.etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            yield node.tail or ""
        elif event == "start":
            yield "\n" if node.tag in _BLOCKS or node.tag == "br" else ""
            yield node.text or ""
        elif node is not element:
            yield "\n" if node.tag in _BLOCKS else ""
            yield node.tail or ""


def _line(found: Any) -> str | None:
    return " ".join(found.xpath("string()").get(default="").split()) or None


def _instant(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _extra(message: Selector, channel: str | None) -> dict[str, Any]:
    found = {
        "channel": channel,
        "signature": _line(message.css(".tgme_widget_message_from_author")),
        "views": _line(message.css(".tgme_widget_message_views")),
        "forwarded_from": _line(message.css(".tgme_widget_message_forwarded_from_name")),
        "forwarded_from_url": message.css(".tgme_widget_message_forwarded_from_name::attr(href)").get(),
        "reply_to": message.css("a.tgme_widget_message_reply::attr(href)").get(),
        "edited": bool(_EDITED.search(_line(message.css(".tgme_widget_message_meta")) or "")),
        "media": _media(message),
        "link_preview": _link_preview(message),
    }
    return {key: value for key, value in found.items() if value}


def _media(message: Selector) -> dict[str, int]:
    """How many pictures, videos and files a message shows; their addresses expire and are not kept."""
    selectors = {
        "photo": ".tgme_widget_message_photo_wrap",
        "video": ".tgme_widget_message_video_player",
        "voice": ".tgme_widget_message_voice_player",
        "document": ".tgme_widget_message_document_wrap",
    }
    counts = {kind: len(message.css(selector)) for kind, selector in selectors.items()}
    return {kind: count for kind, count in counts.items() if count}


def _link_preview(message: Selector) -> dict[str, str]:
    preview = message.css("a.tgme_widget_message_link_preview")
    found = {
        "url": preview.attrib.get("href"),
        "title": _line(preview.css(".link_preview_title")),
        "description": _line(preview.css(".link_preview_description")),
    }
    return {key: value for key, value in found.items() if value}


def older_page(body: bytes, url: str, *, content_type: str | None = None) -> str | None:
    """The address of the page before this one; None at the channel's first message and on pages without a preview."""
    channel = _PREVIEW_PATH.match(urlsplit(url).path)
    page = Selector(text=decode_page(body, content_type), type="html")
    link = page.css("link[rel=prev]::attr(href)").get(default="")
    cursor = page.css("a.tme_messages_more[data-before]::attr(data-before)").get() or link.partition("before=")[2]
    if not channel or not (cursor.isascii() and cursor.isdigit()):
        return None
    return urljoin(url, f"/s/{channel[1]}?before={cursor}")


class TelegramSpider(SourceSpider):
    """Reads a channel's newest page, then older ones until a known post, a repeated cursor or the page limit."""

    name = "telegram"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """The newest page; every crawl looks at it."""
        yield Request(self.source.url, dont_filter=True)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The messages of a page, or a count of the channel that has no preview."""
        if not _PREVIEW_PATH.match(urlsplit(response.url).path):
            self.count("telegram/no_preview")
            return
        yield self.captured_page(response, parse_page)

    def next_requests(self, page: CapturedPage, saved: list[SavedPost]) -> list[Request]:
        """The older page, unless this one reached posts that were in the store already."""
        older = older_page(page.body, page.url, content_type=page.content_type)
        if older is None or older in self._asked or any(not post.is_new for post in saved):
            return []
        self._asked.add(older)
        return [Request(older)]
