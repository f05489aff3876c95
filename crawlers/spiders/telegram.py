"""Telegram channels through their public preview, `t.me/s/<channel>`: no account, no contact, no trace.

The selectors hold for the layouts of 2021 and 2026. A channel without a preview
redirects to its landing page: that is counted and not asked again.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]
from parsel import Selector, SelectorList
from scrapy.http import Response

from crawlers.paged_spider import PagedSpider
from crawlers.reading.json_fields import as_string, from_rfc3339, only_stated, read_json
from crawlers.reading.markup import decode_page, parsable
from crawlers.reading.native_ids import bounded_id
from crawlers.reading.permalink import absolute_url
from crawlers.source_spider import CapturedPage, ReadPage
from store.parsed_post import ParsedPost
from store.tables import Post

MESSAGES = "div.tgme_widget_message[data-post]:not(.service_message)"
TEXT = ".tgme_widget_message_text:not(.js-message_reply_text)"
REPLY = "a.tgme_widget_message_reply"
DATE_LINK = "a.tgme_widget_message_date"
# The first <time> of a film is its length.
DATES = (f"{DATE_LINK} time[datetime]", "time[datetime]:not(.message_video_duration)")
MEDIA = {
    "photo": ".tgme_widget_message_photo_wrap",
    "video": ".tgme_widget_message_video_player, .tgme_widget_message_roundvideo_player",
    "voice": ".tgme_widget_message_voice_player",
    "document": ".tgme_widget_message_document_wrap",
    "sticker": ".tgme_widget_message_sticker_wrap",
    "place": ".tgme_widget_message_location_wrap",
    "contact": ".tgme_widget_message_contact_wrap",
}
MEDIA_TITLE = ".tgme_widget_message_document_title, .tgme_widget_message_contact_name"
# An album has ten parts, a poll a dozen answers.
MOST_PARTS = 100
_BLOCKS = frozenset({"blockquote", "pre"})
# From the beginning of a run alone: a hostile one must not cost quadratic time.
_MARKUP_BREAK = re.compile(r"(?<![ \t])[ \t]*+[\r\n]\s*+")
# Stands for one until the text is put together; a page holds no such character, see `parsable`.
_GAP = "\x1f"
_EDITED = re.compile(r"\bedited\b", re.IGNORECASE)
_PREVIEW_PATH = re.compile(r"^/s/([A-Za-z0-9_]+)/?$")


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The messages of a preview page, oldest first as shown; a landing page has none. Never raises on content."""
    del fetched_at  # Telegram states every instant in full.
    page = _page(body, content_type)
    channel = _line(page.css(".tgme_channel_info_header_title"))
    posts = []
    # Last first, and each out of the tree once it is read: a page that nests its messages would be read quadratically.
    for message in reversed(page.css(MESSAGES)):
        posts.append(_post(message, url, channel))
        message.root.drop_tree()
    yield from reversed(posts)


def _page(body: bytes, content_type: str | None) -> Selector:
    """A preview, as a whole page or as what scripts fetch further messages by: its markup in a string of JSON."""
    markup = read_json(body) if body.startswith(b'"') else None
    return Selector(text=parsable(as_string(markup)) or decode_page(body, content_type), type="html")


def _post(message: Selector, page_url: str, channel: str | None) -> ParsedPost:
    native_id = bounded_id(message.root.attrib["data-post"])
    owner = _line(message.css(".tgme_widget_message_owner_name"))
    # In a group stands "author in group", in a channel the channel alone.
    author = _line(_outside_replies(message, ".tgme_widget_message_author_name"))
    dates = (message.css(f"{selector}::attr(datetime)").get() for selector in DATES)
    return ParsedPost(
        native_id=native_id,
        url=_permalink(message, page_url),
        text=_text(message) or "\n".join(_poll(message)),
        author=author or owner or channel,
        posted_at=next(filter(None, map(from_rfc3339, dates)), None),
        extra=_extra(message, owner if author else channel),
    )


def _permalink(message: Selector, page_url: str) -> str | None:
    """The link of a message, in an album without its `?single`; by its number where a page leaves it out."""
    link = absolute_url(page_url, message.css(f"{DATE_LINK}::attr(href)").get())
    return link.partition("?")[0] if link else absolute_url("https://t.me/", message.root.attrib["data-post"])


def _outside_replies(message: Selector, selector: str) -> Any:
    quoted = {each.root for reply in message.css(REPLY)[:MOST_PARTS] for each in reply.css(selector)}
    return SelectorList(each for each in message.css(selector) if each.root not in quoted)


def _text(message: Selector) -> str:
    # An album's caption stands in two nested elements of the same class; the inner one has it once.
    found = [element.root for element in _outside_replies(message, TEXT)]
    for element, following in zip(found, [*found[1:], None], strict=False):
        # In the order of the page, whatever stands inside an element comes right after it.
        if following is None or element not in following.iterancestors():
            lines = "".join(_visible(element)).split("\n")
            return "\n".join(line.strip(_GAP) for line in lines).replace(_GAP, " ").strip()
    return ""


def _visible(element: lxml.html.HtmlElement) -> Iterator[str]:
    """The text below `element`; <br> is a line break, quotes and code stand on lines of their own."""
    written_out = 0
    for event, node in lxml.etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        written_out += (node.tag == "pre") * ((event == "start") - (event == "end"))
        if event in ("comment", "pi"):
            yield _shown(node.tail, written_out)
        elif event == "start":
            yield "\n" if node.tag in _BLOCKS or node.tag == "br" else ""
            yield _shown(node.text, written_out)
        elif node is not element:
            yield "\n" if node.tag in _BLOCKS else ""
            yield _shown(node.tail, written_out)


def _shown(text: str | None, written_out: int) -> str:
    """A line break in the markup is a gap, which Telegram's own pages have none of but those that a browser saved."""
    return (text or "") if written_out else _MARKUP_BREAK.sub(_GAP, text or "")


def _line(found: Any) -> str | None:
    return " ".join(found.xpath("string()").get(default="").split()) or None


def _extra(message: Selector, channel: str | None) -> dict[str, Any]:
    found = {
        "channel": channel,
        "signature": _line(message.css(".tgme_widget_message_from_author")),
        "views": _line(message.css(".tgme_widget_message_views")),
        "forwarded_from": _line(message.css(".tgme_widget_message_forwarded_from_name")),
        "forwarded_from_url": message.css(".tgme_widget_message_forwarded_from_name::attr(href)").get(),
        "reply_to": message.css(f"{REPLY}::attr(href)").get(),
        "edited": bool(_EDITED.search(_line(message.css(".tgme_widget_message_meta")) or "")),
        "media": _media(message),
        "link_preview": _link_preview(message),
        "buttons": _buttons(message),
        "poll": _poll(message),
        "quoted": _quoted(message),
        "reactions": _lines(message, ".tgme_reaction"),
    }
    return only_stated(found)


def _media(message: Selector) -> list[dict[str, str]]:
    """The pictures, videos and files of a message, each by its kind; their addresses expire and are not kept."""
    shown = [
        only_stated({"kind": kind, "description": _line(each.css(MEDIA_TITLE))})
        for kind, selector in MEDIA.items()
        for each in message.css(selector)[:MOST_PARTS]
    ]
    return shown or [{"kind": "left_out"} for _each in message.css(".message_media_not_supported")[:1]]


def _poll(message: Selector) -> list[str]:
    return _lines(message, ".tgme_widget_message_poll_question, .tgme_widget_message_poll_option_text")


def _lines(message: Selector, selector: str) -> list[str]:
    return [line for each in message.css(selector)[:MOST_PARTS] if (line := _line(each))]


def _quoted(message: Selector) -> list[dict[str, str]]:
    """The beginning of the message that this one answers, as the preview shows it."""
    reply = message.css(REPLY)[:1]
    author, text = _line(reply.css(".tgme_widget_message_author_name")), _line(reply.css(".tgme_widget_message_text"))
    return [only_stated({"author": author, "text": text})] if text else []


def _buttons(message: Selector) -> list[dict[str, str]]:
    """The links below a message that look like buttons; a bot adds them, and they often are the contact."""
    return [
        only_stated({"text": _line(each), "url": each.root.attrib.get("href")})
        for each in message.css("a.tgme_widget_message_inline_button")[:MOST_PARTS]
    ]


def _link_preview(message: Selector) -> dict[str, str]:
    preview = message.css("a.tgme_widget_message_link_preview")
    found = {
        "url": preview.xpath("./@href").get(),
        "title": _line(preview.css(".link_preview_title")),
        "description": _line(preview.css(".link_preview_description")),
    }
    return only_stated(found)


def older_page(body: bytes, url: str, *, content_type: str | None = None) -> str | None:
    """The address of the page before this one; None at the channel's first message and on pages without a preview."""
    channel = _PREVIEW_PATH.match(urlsplit(url).path)
    page = _page(body, content_type)
    link = page.css("link[rel=prev]::attr(href)").get(default="")
    cursor = page.css("a.tme_messages_more[data-before]::attr(data-before)").get() or link.partition("before=")[2]
    if not channel or not (cursor.isascii() and cursor.isdigit()):
        return None
    return urljoin(url, f"/s/{channel[1]}?before={cursor}")


class TelegramSpider(PagedSpider):
    """Reads a channel's newest page, then older ones."""

    name = "telegram"

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The messages of a page, or a count of the channel that has no preview."""
        if not _PREVIEW_PATH.match(urlsplit(response.url).path):
            self.count("telegram/no_preview")
            return
        yield self.captured_page(response, parse_page)

    def address_of(self, post: Post) -> str | None:
        """The preview that ends with a message: it shows the ones up to the number before which it is asked for."""
        channel, _, number = post.native_id.partition("/")
        return urljoin(self.source.url, f"/s/{channel}?before={int(number) + 1}") if number.isdecimal() else None

    def older_page(self, page: ReadPage) -> str | None:
        """The page before this one."""
        return older_page(page.body, page.url, content_type=page.content_type)
