"""How fast a host is asked: Crawl-delay and Retry-After are waited for, up to a bound, and a page limit ends it."""

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.crawl_control import end_crawl
from crawlers.source_spider import CrawlContext

# A host that wants a longer pause than this is left alone for the rest of the crawl.
LONGEST_WAIT_S = 120.0
BUSY_STATUSES = (429, 503)
_POLL_S = 0.25


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110 section 10.2.3); None when it cannot be read."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class Pace:
    """Scrapy downloader middleware between robots.txt and the retries."""

    def __init__(self, crawler: Crawler, context: CrawlContext) -> None:
        self.crawler = crawler
        self.context = context
        self._pages = 0
        self._free_at: dict[str, float] = {}
        self._closed: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Pace":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider.context)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked again; refuse what lies beyond the page limit."""
        host = urlsplit(request.url).netloc
        if host in self._closed:
            raise IgnoreRequest("The host asked for a longer pause than this crawl lasts.")
        if not request.meta.get("is_robots_request"):
            self._take_page()
        await self._wait_for(host)
        if delay_s := request.meta.get("crawl_delay_s"):
            self._free_at[host] = time.monotonic() + min(delay_s, LONGEST_WAIT_S)

    def _take_page(self) -> None:
        self._pages += 1
        if self._pages > self.context.max_pages:
            end_crawl(self.crawler, "max_pages")
            raise IgnoreRequest("The source's page limit is reached.")

    async def _wait_for(self, host: str) -> None:
        while self.crawler.crawling and (left_s := self._free_at.get(host, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(min(left_s, _POLL_S))

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a busy host's Retry-After before the retry middleware sees the answer."""
        stated = response.headers.get("Retry-After")
        if response.status not in BUSY_STATUSES or not stated:
            return response
        wait_s = retry_after_s(stated.decode("latin-1"), now=self.context.clock())
        host = urlsplit(request.url).netloc
        if wait_s is not None and wait_s > LONGEST_WAIT_S:
            self._closed.add(host)
            self.crawler.stats.inc_value("pace/host_closed")
            request.meta["dont_retry"] = True
        elif wait_s:
            self._free_at[host] = time.monotonic() + wait_s
            self.crawler.stats.inc_value("pace/retry_after")
        return response
