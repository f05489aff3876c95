"""What the spiders of all kinds share: one registered source, one store, and pages that are captured before parsing."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import httpx2
from scrapy import Request, Spider
from scrapy.http import Response

from crawlers.bounded_reading import MOST_POSTS, MOST_REQUESTS, read_bounded
from crawlers.frontier.frontier import Frontier, RobotsAnswers
from crawlers.manners.budget import Budget
from crawlers.manners.robots import RobotsGate
from crawlers.manners.turns import HostTurns
from crawlers.register import RegisteredSource
from crawlers.stop_switch import StopSwitch
from store.database import Store
from store.parsed_post import ParsedPost
from store.posts import SavedPost
from store.tables import Post

logger = logging.getLogger(__name__)


class PageParser(Protocol):
    """The pure half of a spider: bytes of a page in, posts out. It never raises on what a page contains."""

    def __call__(
        self, body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None
    ) -> Iterator[ParsedPost]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """What one spider works with; `clock` gives aware instants, `turns` is shared by all spiders of a crawl."""

    source: RegisteredSource
    source_id: int
    store: Store
    captures_dir: Path
    clock: Callable[[], datetime]
    max_pages: int
    turns: HostTurns
    # Bytes of the source's own, then pages and bytes of the run, which all its spiders spend.
    budgets: tuple[Budget, ...]
    switch: StopSwitch
    frontier: Frontier
    robots: RobotsAnswers | None = None
    # Goes into a header or a form of requests to the source's own host, and nowhere else.
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page and its posts, as a spider is asked where it leads; `next_link` is its Link header's "next"."""

    url: str
    posts: tuple[ParsedPost, ...]
    body: bytes = field(repr=False)
    content_type: str | None
    next_link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Where a page leads: to the page before it, and to what it names or leaves out, which is asked for in any case."""

    older: str | None = None
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPage:
    """What one captured page was read to say: the item that goes to the pipeline."""

    url: str
    capture_id: int
    seen_at: datetime
    posts: tuple[ParsedPost, ...]
    further: Further = Further()
    # Posts that this page was asked for, and the status of one that is gone.
    looked_for: tuple[int, ...] = ()
    gone_status: int | None = None


# RFC 9110 sections 15.5.5 and 15.5.11.
GONE_STATUSES = (404, 410)
LOOKED_FOR = "looked_for"


class SourceSpider(Spider):
    """A spider for one registered source. Its pages reach `parse` only after their capture was committed."""

    # False for kinds whose pages legitimately move to other hosts by redirect.
    stays_on_site = True
    # True for interfaces that serve nobody without a token: the terms that it was given under rule, not robots.txt.
    needs_token = False
    handle_httpstatus_list: tuple[int, ...] = GONE_STATUSES

    def __init__(self, *, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.source = context.source

    def _parse(self, response: Response, **kwargs: Any) -> Any:
        """What every answer goes through before the spider's own reading."""
        if response.status in GONE_STATUSES:
            return iter((self._gone_page(response),))
        if LOOKED_FOR in response.meta:
            # Of a page that is asked for one post no link is followed.
            return (each for each in super()._parse(response, **kwargs) if isinstance(each, CapturedPage))
        return super()._parse(response, **kwargs)

    def request(self, url: str, **kwargs: Any) -> Request:
        """A request for one page."""
        return Request(url, **kwargs)

    def address_of(self, _post: Post) -> str | None:
        """Where a kept post can be looked for by itself; None for kinds that have no such page."""
        return None

    def _gone_page(self, response: Response) -> CapturedPage:
        return CapturedPage(
            url=response.request.url if response.request else response.url,
            capture_id=response.meta["capture_id"],
            seen_at=response.meta["fetched_at"],
            posts=(),
            looked_for=tuple(response.meta.get(LOOKED_FOR, ())),
            gone_status=response.status,
        )

    def unsigned(self, request: Request) -> Request:
        """The request without a token: the form in which it is kept."""
        return request

    def signed(self, request: Request) -> Request:
        """A kept request as it may leave."""
        return request

    def captured_page(self, response: Response, parse_page: PageParser) -> CapturedPage:
        """Parse a response that the capture middleware has sealed; PageTooCostlyError when that costs too much."""
        fetched_at, content_type = response.meta["fetched_at"], self.content_type(response)

        def read() -> tuple[tuple[ParsedPost, ...], Further, bool]:
            posts = parse_page(response.body, response.url, fetched_at=fetched_at, content_type=content_type)
            told = first_tellings(islice(posts, MOST_POSTS))
            has_more = next(posts, None) is not None
            page = ReadPage(
                url=response.url,
                posts=told,
                body=response.body,
                content_type=content_type,
                next_link=next_link((response.headers.get("Link") or b"").decode("latin-1")),
            )
            further = self.further(page)
            return told, replace(further, rest=further.rest[:MOST_REQUESTS]), has_more

        posts, further, has_more = read_bounded(read, len(response.body))
        if has_more:
            self.count("page/posts_cut")
            logger.warning("Source %r: of the posts of a page the first %d are kept.", self.source.name, MOST_POSTS)
        return CapturedPage(
            url=response.url,
            capture_id=response.meta["capture_id"],
            seen_at=fetched_at,
            posts=posts,
            further=further,
            looked_for=tuple(response.meta.get(LOOKED_FOR, ())),
        )

    def further(self, _page: ReadPage) -> Further:
        """Where a page leads; asked in the process that reads it, so it changes nothing. Most kinds lead nowhere."""
        return Further()

    def next_requests(self, _page: CapturedPage, _saved: list[SavedPost]) -> list[Request]:
        """Further pages to fetch once a page's posts are in the store; most kinds have none."""
        return []

    def count(self, key: str) -> None:
        """Add one to a named counter of this crawl."""
        self.crawler.stats.inc_value(key)

    async def sitemaps_of_robots(self, url: str) -> list[str]:
        """The Sitemap lines of the robots.txt that holds for `url`, which the robots gate fetches once."""
        gate = self.crawler.get_downloader_middleware(RobotsGate)
        return await gate.sitemaps(url) if gate else []

    @staticmethod
    def content_type(response: Response) -> str | None:
        """The Content-Type header as text."""
        value = response.headers.get("Content-Type")
        return value.decode("latin-1") if value else None


def first_tellings(posts: Iterable[ParsedPost]) -> tuple[ParsedPost, ...]:
    """The posts of a page, each once: what is told twice on one page is one post, and the first telling stands."""
    told: dict[str, ParsedPost] = {}
    for post in posts:
        told.setdefault(post.native_id, post)
    return tuple(told.values())


def next_link(header: str) -> str | None:
    """The target of `rel="next"` in a Link header (RFC 8288), as it stands there; None when there is none."""
    if not header.isprintable():
        return None
    # As bytes: of text it takes ASCII alone.
    return httpx2.Response(200, headers={b"Link": header.encode("latin-1", "replace")}).links.get("next", {}).get("url")
