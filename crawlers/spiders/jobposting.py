"""Job boards: pages with schema.org JobPosting in JSON-LD, found through a sitemap or a list page.

`parse_page` is pure; the spider adds discovery. A page without a JobPosting yields nothing and is counted.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from parsel import Selector
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import IGNORED_EXTENSIONS
from scrapy.utils.response import get_base_url
from scrapy.utils.url import url_has_any_extension

from crawlers.reading.instants import Dated, read_date
from crawlers.reading.jsonld import blocks_of_page, nodes_of_type
from crawlers.reading.markup import decode_page, text_of_markup, text_of_tree, unescape_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, clean_permalink, is_same_site
from crawlers.reading.posting_fields import as_text, is_remote, read_identifier, read_location, read_places, read_salary
from crawlers.reading.sitemap import is_sitemap, sitemap_entries
from crawlers.source_spider import CapturedPage, SourceSpider
from store.parsed_post import ParsedPost, rfc3339

# Where boards put the text that their JSON-LD lacks (LinkedIn gives a null description), most exact first.
BODY_SELECTORS = (
    ".show-more-less-html__markup",
    ".description__text",
    "[itemprop=description]",
    "main",
    "article",
    "body",
)
READ_ELEMENTS = 3
# Fields that a board shows beside the description and that carry promises and demands.
FURTHER_TEXT = ("responsibilities", "qualifications", "jobBenefits")
LINK_DEPTH = 2
FILE_EXTENSIONS = {f".{extension}" for extension in IGNORED_EXTENSIONS}


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The JobPostings of one page, each block read by itself; nothing when there is none. Never raises on content."""
    page = Selector(text=decode_page(body, content_type), type="html")
    postings = [node for block in blocks_of_page(page) for node in nodes_of_type(block, "JobPosting")]
    canonical = page.xpath("//link[@rel='canonical']/@href").get()
    own_page = _own_permalink(canonical, url)
    for posting in postings:
        permalink = own_page if len(postings) == 1 else _own_permalink(as_text(posting.get("url")), own_page)
        yield _post(posting, page, permalink, fetched_at, alone=len(postings) == 1)


def _own_permalink(link: str | None, page_url: str) -> str:
    """`link` made absolute if it stays on the site: boards also put the employer's address there."""
    try:
        absolute = urljoin(page_url, link or page_url)
    except ValueError:
        absolute = page_url
    return clean_permalink(absolute if is_same_site(absolute, page_url) else page_url)


def _post(posting: dict[str, Any], page: Selector, permalink: str, fetched_at: datetime, *, alone: bool) -> ParsedPost:
    title = as_text(posting.get("title") or posting.get("name"))
    dated = _dated(posting.get("datePosted"), fetched_at)
    return ParsedPost(
        native_id=bounded_id(read_identifier(posting) or digest_id(permalink, *([] if alone else [title]))),
        url=permalink,
        title=title or None,
        text=_text(posting, page if alone else None),
        author=as_text(posting.get("hiringOrganization")) or None,
        posted_at=dated.at if dated else None,
        location=read_location(posting),
        salary=read_salary(posting),
        lang_hint=as_text(posting.get("inLanguage"))[:20] or None,
        extra=_extra(posting, dated, fetched_at),
    )


def _dated(value: Any, fetched_at: datetime) -> Dated | None:
    return read_date(value, fetched_at=fetched_at) if isinstance(value, str) else None


def _text(posting: dict[str, Any], page: Selector | None) -> str:
    stated = posting.get("description")
    text = text_of_markup(unescape_markup(stated)) if isinstance(stated, str) else ""
    if not text and page is not None:
        text = _body_text(page)
    for key in FURTHER_TEXT:
        value = posting.get(key)
        further = text_of_markup(unescape_markup(value)) if isinstance(value, str) else as_text(value)
        if further and further not in text:
            text = f"{text}\n\n{further}".strip()
    return text


def _body_text(page: Selector) -> str:
    for selector in BODY_SELECTORS:
        # Every reading copies the element, and a page may nest ten thousand empty ones.
        for element in page.css(selector)[:READ_ELEMENTS]:
            text = text_of_tree(element.root)
            if text:
                return text
    return ""


def _extra(posting: dict[str, Any], dated: Dated | None, fetched_at: datetime) -> dict[str, Any]:
    extra: dict[str, Any] = dict(dated.notes()) if dated else {}
    valid_through = _dated(posting.get("validThrough"), fetched_at)
    if valid_through and valid_through.at:
        extra["valid_through"] = rfc3339(valid_through.at)
    if places := len(read_places(posting)):
        extra["places"] = places
    if is_remote(posting):
        extra["remote"] = True
    if employment_type := as_text(posting.get("employmentType")):
        extra["employment_type"] = employment_type
    return extra


class JobPostingSpider(SourceSpider):
    """Walks the sitemap of the register, or else the list page, two links deep, and the sitemaps of robots.txt."""

    name = "jobposting"

    async def start(self) -> AsyncIterator[Request]:
        """Where to look for postings."""
        if self.source.sitemap:
            yield self.discovery(self.source.sitemap)
            return
        yield self.discovery(self.source.url)
        for url in await self.sitemaps_of_robots(self.source.url):
            if is_same_site(url, self.source.url):
                yield self.discovery(url, priority=-1)

    def discovery(self, url: str, **kwargs: Any) -> Request:
        """A request whose page is read for links: it must come whole, so it is never made conditional."""
        return Request(url, meta={"conditional": False}, **kwargs)

    def parse(self, response: Response) -> Iterator[CapturedPage | Request]:
        """A sitemap's entries, a page's postings, or, where there are none, its links."""
        if is_sitemap(response.body):
            yield from self._follow_sitemap(response)
            return
        page = self.captured_page(response, parse_page)
        if page.posts:
            yield page
            return
        self.count("jobposting/no_posting")
        yield page
        yield from self._follow_links(response)

    def _follow_sitemap(self, response: Response) -> Iterator[Request]:
        found = sitemap_entries(response.body)
        for url in found.urls:
            if is_same_site(url, response.url):
                yield self.discovery(url) if found.is_index else Request(url, meta={"link_depth": LINK_DEPTH})

    def _follow_links(self, response: Response) -> Iterator[Request]:
        depth = response.meta.get("link_depth", 0) + 1
        if depth > LINK_DEPTH:
            return
        for url in _links(response):
            if is_same_site(url, response.url):
                yield Request(url, meta={"link_depth": depth})


def _links(response: Response) -> Iterator[str]:
    """The addresses that an HTML page links to, but for pictures, films, archives and other files."""
    if not isinstance(response, HtmlResponse):
        return
    base = get_base_url(response)
    for href in response.xpath("//a/@href").getall():
        url = absolute_url(base, href)
        if url and not url_has_any_extension(url, FILE_EXTENSIONS):
            yield url
