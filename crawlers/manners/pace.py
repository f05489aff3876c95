"""How fast a host is asked: Crawl-delay and Retry-After are waited for, up to a bound, and a page limit ends it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.crawl_control import end_crawl
from crawlers.manners.turns import LONGEST_WAIT_S
from crawlers.reading.permalink import bare_host
from crawlers.source_spider import CrawlContext

BUSY_STATUSES = (429, 503)


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110 section 10.2.3); None when it cannot be read."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError):
        return None


class Pace:
    """Scrapy downloader middleware between robots.txt and the retries."""

    def __init__(self, crawler: Crawler, context: CrawlContext) -> None:
        self.crawler = crawler
        self.context = context
        self._pages = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Pace":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider.context)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        """Refuse what lies beyond the page limit or on a closed host; how long to wait is settled in its turn."""
        self.context.turns.must_be_open(bare_host(request.url))
        if not request.meta.get("is_robots_request"):
            self._take_page()

    def _take_page(self) -> None:
        self._pages += 1
        if self._pages > self.context.max_pages:
            end_crawl(self.crawler, "max_pages")
            raise IgnoreRequest("The source's page limit is reached.")

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a busy host's Retry-After before the retry middleware sees the answer."""
        stated = response.headers.get("Retry-After")
        if response.status not in BUSY_STATUSES or not stated:
            return response
        wait_s = retry_after_s(stated.decode("latin-1"), now=self.context.clock())
        host = bare_host(request.url)
        if wait_s is not None and wait_s > LONGEST_WAIT_S:
            self.context.turns.close(host)
            self.crawler.stats.inc_value("pace/host_closed")
            request.meta["dont_retry"] = True
        elif wait_s:
            self.context.turns.wait_at_least(host, wait_s)
            self.crawler.stats.inc_value("pace/retry_after")
        return response
