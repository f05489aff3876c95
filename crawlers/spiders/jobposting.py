"""Job boards: pages with schema.org JobPosting in JSON-LD, microdata or RDFa, or with places that we know or are told.

`parse_page` is pure; the spider adds discovery by sitemap or list page. A page without an advert yields nothing and is
counted. A list gives a post for each advert, `kind` "listing", and its adverts are fetched.
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

from parsel import Selector
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import IGNORED_EXTENSIONS
from scrapy.utils.url import url_has_any_extension

from crawlers.bounded_reading import read_bounded
from crawlers.reading.advert_habits import alike_adverts, one_advert, one_or_rows
from crawlers.reading.advert_rows import posts_of_rows
from crawlers.reading.board_pages import FoundAdvert, read_board
from crawlers.reading.board_selectors import BOARDS, BoardPlaces
from crawlers.reading.instants import Dated, read_date
from crawlers.reading.item_scopes import MICRODATA, RDFA, items_of_type
from crawlers.reading.job_records import embedded_records
from crawlers.reading.jsonld import blocks_of_page, nodes_of_type
from crawlers.reading.markup import decode_page, text_of_markup, text_of_tree, unescape_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.page_facts import PageFacts, own_permalink
from crawlers.reading.permalink import absolute_url, base_of, is_same_site
from crawlers.reading.posted_dates import PostedDates
from crawlers.reading.posting_fields import (
    as_list,
    as_text,
    is_remote,
    read_identifier,
    read_location,
    read_places,
    read_salary,
)
from crawlers.reading.posting_merge import merged, title_of, with_references
from crawlers.reading.sitemap import UNPACKED_LIMIT_BYTES, is_sitemap, sitemap_entries
from crawlers.source_spider import CapturedPage, Further, ReadPage, SourceSpider
from store.parsed_post import ParsedPost, rfc3339
from store.tables import Post

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
LONGEST_ADDRESS = 1_000
# What boards call jobs in their addresses; that of one advert has its number too.
JOB_ADDRESS = re.compile(
    r"/[^/?#]*(?:job|career|vacan|position|opening|recruit|viec-lam|tuyen-dung|lowongan|loker|kerja|jawatan|trabaho"
    r"|vakans|rabota|praca|prace|oferta|empleo|trabajo|emploi|offre|stelle|lavoro|vaga|emprego|ilan"
    r"|งาน|招聘|职位|職缺|工作|求人|채용|وظ)[^?#]*",
    re.IGNORECASE,
)
JOB_PAGE = re.compile(JOB_ADDRESS.pattern + r"\d{3}|[?&](?:job|vacancy)_?id=", re.IGNORECASE)
# Fields that a board shows beside the description and that carry promises and demands.
FURTHER_TEXT = ("responsibilities", "qualifications", "jobBenefits")
LINK_DEPTH = 2
FILE_EXTENSIONS = {f".{extension}" for extension in IGNORED_EXTENSIONS}


def parse_page(
    body: bytes,
    url: str,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
    selectors: BoardPlaces | None = None,
) -> Iterator[ParsedPost]:
    """The adverts of one page: from schema.org in any markup, else by `selectors`, or those of a known board.

    Nothing when there is none. Never raises on content.
    """
    html = decode_page(body, content_type)
    page = Selector(text=html, type="html")
    yield from adverts_of_page(PageFacts(page, url, html, fetched_at=fetched_at), html, selectors)


def adverts_of_page(facts: PageFacts, html: str, selectors: BoardPlaces | None = None) -> Iterator[ParsedPost]:
    """The adverts of a page that was taken apart already."""
    page, fetched_at = facts.tree, facts.fetched_at
    postings = _postings(page)
    if postings:
        if len(postings) > 1:
            _add_links(postings, page)
        posted = [_first(posting, "datePosted") for posting in postings]
        dates = PostedDates(posted, lang=facts.lang, fetched_at=fetched_at)
        for posting in postings:
            yield _post(posting, facts, dates, alone=len(postings) == 1)
        return
    rows = read_board(page, (*filter(None, (selectors,)), *BOARDS))
    if rows:
        yield from posts_of_rows(rows, facts)
        return
    found = list(embedded_records(html, facts.base, fetched_at=fetched_at, address=facts.permalink))
    yield from found or posts_of_rows(_by_habit(facts), facts)


def _add_links(postings: list[dict[str, Any]], page: Selector) -> None:
    """RemoteOK tells its lists in JSON-LD, but the addresses in its rows alone."""
    links = {row.title: row.link for row in read_board(page, BOARDS) if row.link}
    for posting in postings:
        posting["url"] = posting.get("url") or links.get(title_of(posting))


def _by_habit(facts: PageFacts) -> list[FoundAdvert]:
    """Adverts of a board that we do not know, where addresses say that they are of jobs."""
    listed = alike_adverts(facts.tree)
    rows = [row for row in listed if JOB_ADDRESS.search(_address(absolute_url(facts.base, row.link)))]
    one = one_advert(facts.tree, pays=True) if JOB_PAGE.search(_address(facts.permalink)) else []
    return one_or_rows(one, rows)


def _address(url: str | None) -> str:
    """An address as people read it, cut: the search for words in it grows with the square of its length."""
    return unquote((url or "")[:LONGEST_ADDRESS])


def _postings(page: Selector) -> list[dict[str, Any]]:
    blocks = list(blocks_of_page(page))
    stated = [node for block in blocks for node in nodes_of_type(block, "JobPosting")]
    in_markup = [items_of_type(page.root, syntax, "JobPosting") for syntax in (MICRODATA, RDFA)]
    # Two plug-ins of one page may say the same.
    return merged([with_references(list({repr(each): each for each in stated}.values()), blocks), *in_markup])


def _post(posting: dict[str, Any], page: PageFacts, dates: PostedDates, *, alone: bool) -> ParsedPost:
    title = title_of(posting)
    permalink = page.permalink if alone else own_permalink(as_text(posting.get("url")), page.permalink)
    at, notes = dates.read(_first(posting, "datePosted"))
    text = _text(posting, page.tree if alone else None)
    own_id = read_identifier(posting) or digest_id(permalink, *([] if alone else [title]))
    # Beside others, without a text and with a page of its own: a row.
    is_row = not alone and not text and permalink != page.permalink
    return ParsedPost(
        native_id=bounded_id(f"listing/{own_id}" if is_row else own_id),
        url=permalink,
        title=title or None,
        text=text,
        author=as_text(posting.get("hiringOrganization")) or None,
        posted_at=at,
        location=read_location(posting),
        salary=read_salary(posting),
        lang_hint=as_text(posting.get("inLanguage"))[:20] or None,
        extra=notes
        | _extra(posting, page, is_expired=alone and page.is_expired)
        | ({"kind": "listing"} if is_row else {}),
    )


def _first(posting: dict[str, Any], key: str) -> str:
    """Microdata may state a thing in several places."""
    return next(filter(None, map(as_text, as_list(posting.get(key)))), "")


def _text(posting: dict[str, Any], page: Selector | None) -> str:
    text = _stated_text(posting.get("description"))
    if not text and page is not None:
        text = _body_text(page)
    for key in FURTHER_TEXT:
        further = _stated_text(posting.get(key)) or as_text(posting.get(key))
        if further and further not in text:
            text = f"{text}\n\n{further}".strip()
    return text


def _stated_text(value: Any) -> str:
    """A text with its markup undone; of several those that no other one holds."""
    stated = [each.get("@value") if isinstance(each, dict) else each for each in as_list(value)[:50]]
    texts = [text_of_markup(unescape_markup(each)) for each in stated if isinstance(each, str)]
    kept = [text for text in texts if not any(text != other and text in other for other in texts)]
    return "\n\n".join(dict.fromkeys(kept))


def _body_text(page: Selector) -> str:
    for selector in BODY_SELECTORS:
        # Every reading copies the element, and a page may nest ten thousand empty ones.
        for element in page.css(selector)[:READ_ELEMENTS]:
            text = text_of_tree(element.root)
            if text:
                return text
    return ""


def _extra(posting: dict[str, Any], page: PageFacts, *, is_expired: bool) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    stated = read_date(_first(posting, "validThrough"), fetched_at=page.fetched_at)
    if stated and stated.at:
        extra["valid_through"] = rfc3339(stated.at)
    if is_expired or (stated and stated.at and _is_over(stated, page.fetched_at)):
        extra["expired"] = True
    if places := len(read_places(posting)):
        extra["places"] = places
    if is_remote(posting):
        extra["remote"] = True
    if employment_type := as_text(posting.get("employmentType")):
        extra["employment_type"] = employment_type
    return extra


def _is_over(valid_through: Dated, fetched_at: datetime) -> bool:
    """A day is over when it is over everywhere."""
    slack = timedelta(0) if valid_through.precision == "instant" else timedelta(hours=36)
    return valid_through.at is not None and valid_through.at + slack < fetched_at


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
        page = self.captured_page(response, partial(parse_page, selectors=self.source.selectors))
        if not page.posts:
            self.count("jobposting/no_posting")
        yield page
        depth = response.meta.get("link_depth", 0) + 1
        if depth <= LINK_DEPTH and isinstance(response, HtmlResponse):
            yield from (Request(url, meta={"link_depth": depth}) for url in page.further.rest)

    def further(self, page: ReadPage) -> Further:
        """The links of a page that is no advert's."""
        is_list = all(post.extra.get("kind") == "listing" for post in page.posts)
        return Further(rest=tuple(dict.fromkeys(_links(page))) if is_list else ())

    def address_of(self, post: Post) -> str | None:
        """An advert's own page; a list's line has none."""
        return post.url if not post.native_id.startswith("listing/") else None

    def _follow_sitemap(self, response: Response) -> Iterator[Request]:
        found = read_bounded(partial(sitemap_entries, response.body, response.url), UNPACKED_LIMIT_BYTES)
        for url in found.urls:
            if is_same_site(url, response.url):
                yield self.discovery(url) if found.is_index else Request(url, meta={"link_depth": LINK_DEPTH})


def _links(page: ReadPage) -> Iterator[str]:
    """The addresses of its site that a page links to, but for pictures, films, archives and other files."""
    html = decode_page(page.body, page.content_type)
    base = base_of(html, page.url)
    for href in Selector(text=html, type="html").xpath("//a/@href"):
        url = absolute_url(base, href.get())
        if url and is_same_site(url, page.url) and not url_has_any_extension(url, FILE_EXTENSIONS):
            yield url
