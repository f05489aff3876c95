"""Forums as people see them: XenForo, vBulletin, phpBB, SMF, MyBB, IP.Board, Vanilla, Forumotion, and others by habit.

A thread's page gives its messages; a list gives its threads, each as a post with title and link. Quotes are kept apart
from what a member wrote.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urldefrag

from parsel import Selector
from scrapy.http import Response

from crawlers.paged_spider import ListedSpider
from crawlers.reading.discourse_pages import is_discourse
from crawlers.reading.forum_habits import alike_messages, listed_alike, structured_messages
from crawlers.reading.forum_pages import Found, first_name, read_messages, read_threads
from crawlers.reading.forum_software import NEXT_PAGE, PAGE_BARS, THREAD_TITLE
from crawlers.reading.json_fields import only_stated
from crawlers.reading.local_dates import PageDates, habit_of
from crawlers.reading.markup import decode_page, one_line
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, base_of, clean_permalink, is_same_site
from crawlers.source_spider import CapturedPage, ReadPage
from crawlers.spiders import discourse
from store.parsed_post import ParsedPost

# A board's footer says its zone; the whole of a long page is not searched for it.
FOOTER_CHARACTERS = 20_000
_LATER_PAGE = re.compile(
    r"/page-?(?:[2-9]|1\d)|[?&](?:start|page|st)=(?!0\b|1\b)\d|[?&]p=(?!1\b)\d{1,3}\b|/p(?:[2-9]|1\d)\b|-[2-9]\.html$"
)
# "Board • View topic - Title" and "Title - Page 2".
_TITLE_LABEL = re.compile(r"^.*?\bView topic - |\s+(?:-|\|) Page \d+.*$", re.IGNORECASE)
# How boards write a thread's number into its address, most telling first.
_THREAD_NUMBERS = (
    re.compile(r"[?&;](?:t|topic|tid|threadid)=(\d+)", re.IGNORECASE),
    re.compile(r"/(?:topic|discussion|thread|tid)[/-](\d+)"),
    re.compile(r"\.(\d+)/?(?:$|[?#]|page-)"),
    re.compile(r"[-/]t(\d+)(?:-|\.html|$)"),
    re.compile(r"/(\d+)-[^/]+$"),
    re.compile(r"\?(\d+)(?:-|$)"),
)


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The messages of a thread's page, or else the threads of a list, in the page's order. Never raises on content."""
    html = decode_page(body, content_type)
    page = Selector(text=html, type="html")
    if is_discourse(page):
        yield from discourse.parse_page(body, url, fetched_at=fetched_at, content_type=content_type)
        return
    context = _Context(page, html, url)
    software, found = read_messages(page)
    kind = "message"
    if not found:
        found, software = structured_messages(page), "schema.org"
    if not found:
        software, found = read_threads(page)
        kind = "thread"
    if not found:
        software, kind, found = "unknown", "message", alike_messages(page)
    if not found:
        kind, found = "thread", listed_alike(page)
    habit = habit_of([each.date for each in found], lang=context.lang, page_text=context.footer)
    dates = PageDates(habit, fetched_at=fetched_at)
    for position, each in enumerate(found):
        yield _post(each, context, dates, software=software, kind=kind, opens=position == 0 and context.is_first_page)


class _Context:
    """What a page says beside its messages, read before these are taken apart."""

    def __init__(self, page: Selector, html: str, url: str) -> None:
        self.base = base_of(html, url)
        self.lang = page.xpath("/html/@lang | /html/@xml:lang").get(default="")[:20]
        canonical = page.css("link[rel=canonical]::attr(href)").get()
        own = absolute_url(self.base, canonical)
        self.url = own if own and is_same_site(own, url) else url
        self.thread = _thread_title(page)
        # SMF calls the neighbouring topics "prev" and "next".
        before = page.css("link[rel=prev]:not([href*=prev_next]), a[rel=prev]:not([href*=prev_next])")
        later = before or _LATER_PAGE.search(url) or _LATER_PAGE.search(self.url)
        self.is_first_page = not later
        self.footer = " ".join(" ".join(page.root.itertext())[-FOOTER_CHARACTERS:].split())


def _thread_title(page: Selector) -> str:
    whole = one_line((page.css("title::text").get() or "")[:500])
    heading = first_name(page, THREAD_TITLE)
    # A heading that holds more than the title is a bar with other things in it.
    if not heading or heading not in whole:
        heading = one_line((page.css("meta[property='og:title']::attr(content)").get() or "")[:500]) or whole
    return _TITLE_LABEL.sub("", heading)


def _post(found: Found, context: _Context, dates: PageDates, *, software: str, kind: str, opens: bool) -> ParsedPost:
    dated, notes = (None, {}) if found.at else dates.read(found.date)
    title = found.title if kind == "thread" else found.title or (context.thread if opens else "")
    quoted = {"quoted": found.quotes} if found.quotes else {}
    return ParsedPost(
        native_id=bounded_id(_native_id(found, context, kind)),
        url=_permalink(found, context, kind),
        title=title or None,
        text=found.text,
        author=found.author or None,
        posted_at=found.at or (dated.at if dated else None),
        lang_hint=context.lang or None,
        extra=notes
        | quoted
        | only_stated(
            {
                "kind": "thread" if kind == "thread" else "",
                "software": software,
                "thread": context.thread if kind == "message" and not opens else "",
            }
        ),
    )


def _native_id(found: Found, context: _Context, kind: str) -> str:
    link = absolute_url(context.base, found.link) or ""
    if kind == "thread":
        return f"thread/{_thread_number(link) or digest_id(clean_permalink(link), found.title)}"
    return found.number or digest_id(link or context.url, found.author, found.date, found.text)


def _thread_number(link: str) -> str:
    return next((match[1] for pattern in _THREAD_NUMBERS if (match := pattern.search(link))), "")


def _permalink(found: Found, context: _Context, kind: str) -> str | None:
    """The page's own link to a message; without one the page's address and the message's anchor."""
    link = absolute_url(context.base, found.link)
    if link is None and kind == "message":
        anchor = found.anchor or found.number
        return f"{clean_permalink(context.url)}#{anchor}" if anchor else clean_permalink(context.url)
    if link is None:
        return None
    anchor = urldefrag(link)[1]
    return clean_permalink(link) + (f"#{anchor}" if anchor and kind == "message" else "")


def next_page(body: bytes, url: str, *, content_type: str | None = None) -> str | None:
    """The address of the page after this one, on the same site; None at the end."""
    html = decode_page(body, content_type)
    page, base = Selector(text=html, type="html"), base_of(html, url)
    for selector in NEXT_PAGE:
        found = absolute_url(base, page.css(f"{selector}::attr(href)").get())
        if found and "prev_next" not in found and is_same_site(found, url) and _is_other(found, url):
            return clean_permalink(found)
    counted = absolute_url(base, _next_number(page))
    return clean_permalink(counted) if counted and is_same_site(counted, url) and _is_other(counted, url) else None


def _is_other(link: str, url: str) -> bool:
    return urldefrag(link)[0] != urldefrag(url)[0]


def _next_number(page: Selector) -> str | None:
    """The link behind the number after the page's own, which is the one number in its bar without a link."""
    for bar in page.css(PAGE_BARS)[:4]:
        links: dict[str, str | None] = {
            (link.xpath("string()").get() or "").strip(): link.root.attrib.get("href") for link in bar.css("a")[:60]
        }
        unlinked = " ".join(bar.xpath(".//text()[not(ancestor::a)]").getall()[:60])
        own = next((number for number in re.findall(r"\b\d{1,5}\b", unlinked) if number not in links), None)
        if own and (link := links.get(str(int(own) + 1))):
            return link
    return None


class ForumSpider(ListedSpider):
    """Reads a list and its threads, or one thread, page after page while there is something new."""

    name = "forum"

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The messages or threads of a page."""
        page = self.captured_page(response, parse_page)
        if not page.posts:
            self.count("forum/no_posts")
        yield page

    def older_page(self, page: ReadPage) -> str | None:
        """The list's or the thread's next page."""
        return next_page(page.body, page.url, content_type=page.content_type)
