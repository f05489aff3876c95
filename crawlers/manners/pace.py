"""How fast a host is asked, and how much: Crawl-delay and Retry-After are waited for, up to a bound; budgets end it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.crawl_control import end_crawl, is_page
from crawlers.manners.turns import LONGEST_WAIT_S
from crawlers.reading.permalink import bare_host

if TYPE_CHECKING:
    from crawlers.source_spider import CrawlContext

BUSY_STATUSES = (429, 503)
# What is large takes its time to be sealed and read: till then its host sends nothing more that would fill the memory.
_LARGE_BYTES = 1024 * 1024
_BYTES_A_SECOND = 8 * 1024 * 1024


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
    """Scrapy downloader middleware between robots.txt and the network: refuses what is beyond a budget."""

    def __init__(self, crawler: Crawler, context: "CrawlContext") -> None:
        self.crawler = crawler
        self.context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Pace":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider.context)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        """Refuse what lies beyond a budget or on a closed host; how long to wait is settled in its turn."""
        self.context.turns.must_be_open(bare_host(request.url))
        if is_page(request):
            self._take_page(request.meta["frontier_id"])

    def _take_page(self, number: str) -> None:
        spent = filter(None, (budget.exhausted() for budget in self.context.budgets))
        is_too_many = self.context.frontier.count_page(number) > self.context.max_pages
        if reason := "max_pages" if is_too_many else next(spent, None):
            end_crawl(self.crawler, reason)
            raise IgnoreRequest("A budget of the crawl is spent.")
        for budget in self.context.budgets:
            budget.pages_asked += 1


def heed(crawler: Crawler, request: Request, response: Response) -> None:
    """Settle before a host's turn ends how long it is left alone, if it is busy: nobody's next request is too early."""
    context: CrawlContext = crawler.spider.context  # type: ignore[union-attr]
    host = bare_host(request.url)
    if len(response.body) > _LARGE_BYTES:
        context.turns.wait_at_least(host, len(response.body) / _BYTES_A_SECOND)
    if response.status not in BUSY_STATUSES:
        context.turns.calm(host)
        return
    stated = (response.headers.get("Retry-After") or b"").decode("latin-1")
    backed_off_s = context.turns.back_off(host, crawler.settings.getfloat("DOWNLOAD_DELAY"))
    wait_s = retry_after_s(stated, now=context.clock()) or backed_off_s
    if wait_s > LONGEST_WAIT_S:
        context.turns.close(host, wait_s)
        crawler.stats.inc_value("pace/host_closed")
        request.meta["dont_retry"] = True
    else:
        context.turns.wait_at_least(host, wait_s)
        crawler.stats.inc_value("pace/waits")
