"""What spiders of timelines and of platforms' interfaces share: pages back in time, a token, limits that are heeded."""

import logging
import re
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.reading.permalink import bare_host, is_same_site
from crawlers.source_spider import GONE_STATUSES, LOOKED_FOR, CapturedPage, Further, ReadPage, SourceSpider
from store.posts import SavedPost
from store.tables import Post

logger = logging.getLogger(__name__)

# What an interface answers to those whom it does not serve: closed to strangers, token wrong or spent.
REFUSALS = (401, 403, 404, 410, 422)
_SECONDS = re.compile(r"^\d{1,6}(?:\.\d+)?$")


class PagedSpider(SourceSpider):
    """Reads the newest page, then older ones until a known post, a repeated address or the page limit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked: set[str] = set()

    def first_address(self) -> str:
        """Where the newest page is; the register's address unless the interface stands elsewhere."""
        return self.source.url

    async def start(self) -> AsyncIterator[Request]:
        """The newest page; every crawl looks at it."""
        yield self.request(self.first_address(), dont_filter=True)

    def fresh_requests(self, urls: Iterable[str]) -> list[Request]:
        """Requests for those of the pages that this crawl has not asked for yet."""
        fresh = [url for url in dict.fromkeys(urls) if url not in self._asked]
        self._asked.update(fresh)
        return [self.request(url) for url in fresh]

    def older_page(self, page: ReadPage) -> str | None:
        """The address of the page before this one; None at the end."""
        raise NotImplementedError

    def further(self, page: ReadPage) -> Further:
        """The page before this one."""
        return Further(older=self.older_page(page))

    def next_requests(self, page: CapturedPage, saved: list[SavedPost]) -> list[Request]:
        """What the page leaves out, and the older page unless this one reached posts that were in the store already."""
        # An erased post was known too, and is not among the saved ones.
        has_known = len(saved) < len(page.posts) or any(not post.is_first_here for post in saved)
        further = [] if has_known else self.older_requests(page)
        return [*self.fresh_requests(page.further.rest), *further]

    def older_requests(self, page: CapturedPage) -> list[Request]:
        """The older page, unless it was asked for already."""
        return self.fresh_requests(filter(None, (page.further.older,)))


class ListedSpider(PagedSpider):
    """Reads a list and what it leads to, page after page while there is something new."""

    async def start(self) -> AsyncIterator[Request]:
        """The list, whole even when it did not change: its links are needed too."""
        yield self.request(self.first_address(), dont_filter=True, meta={"conditional": False})

    def address_of(self, post: Post) -> str | None:
        """The page of an advert or message; a list's line has none of its own."""
        return urldefrag(post.url or "")[0] if not post.native_id.startswith(("listing/", "thread/")) else None

    def next_requests(self, page: CapturedPage, saved: list[SavedPost]) -> list[Request]:
        """What a list leads to, and the next page; of a list only while it shows something new."""
        listed = [post.url for post in page.posts if post.url and post.extra.get("kind") in ("thread", "listing")]
        is_known_list = bool(listed) and not any(post.is_first_here for post in saved)
        further = [] if is_known_list else self.older_requests(page)
        return [*further, *self.fresh_requests(url for url in listed if is_same_site(url, page.url))]


class ApiSpider(PagedSpider):
    """A spider of a platform's own interface; the token, if any, leaves in a header and is on no record."""

    handle_httpstatus_list = REFUSALS

    def request(self, url: str, **kwargs: Any) -> Request:
        """A request for JSON, with the token where there is one."""
        return self.signed(Request(url, headers={"Accept": "application/json"}, **kwargs))

    def signed(self, request: Request) -> Request:
        """The request with the token in its header, unless a redirect led it to another host."""
        if self.context.token and not is_redirected_elsewhere(request):
            request.headers["Authorization"] = f"Bearer {self.context.token}"
        return request

    def _parse(self, response: Response, **kwargs: Any) -> Any:
        """What every answer goes through before the spider's own reading."""
        self._heed_limits(response)
        is_gone = response.status in GONE_STATUSES and LOOKED_FOR in response.meta
        if response.status in REFUSALS and not is_gone:
            self.refuse(f"status {response.status}")
            return iter(())
        return super()._parse(response, **kwargs)

    def refuse(self, answer: str) -> None:
        """Count an answer that serves us nothing, and tell whoever set the source up."""
        self.count("api/refused")
        logger.warning("Source %r: the interface refused with %s.", self.source.name, answer)

    def _heed_limits(self, response: Response) -> None:
        wait_s = limit_wait_s(_headers(response), now=self.context.clock())
        if wait_s:
            self.context.turns.wait_at_least(bare_host(response.url), wait_s)
            self.count("api/limit_waits")


def is_redirected_elsewhere(request: Request) -> bool:
    """Whether some answer led the request away from the origin that it was made for."""
    chain = [*request.meta.get("redirect_urls", ()), request.url]
    return len({urlsplit(url)[:2] for url in chain}) > 1


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): (response.headers.get(name) or b"").decode("latin-1")
        for name in response.headers
    }


def limit_wait_s(headers: dict[str, str], *, now: datetime) -> float:
    """Seconds until an interface's allowance is filled up again; 0 while some of it is left.

    Reddit counts the seconds in X-Ratelimit-Reset, Mastodon names the instant.
    """
    remaining, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "").strip()
    if not _SECONDS.match(remaining) or float(remaining) >= 1:
        return 0.0
    if _SECONDS.match(reset):
        return float(reset)
    try:
        moment = datetime.fromisoformat(reset)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
