"""Once a source is read, a crawl looks again for some posts that it did not meet: gone posts are recorded so.

A Scrapy extension. It asks for a post's own page where the source's kind has one, a tenth of the page limit at most;
robots.txt, pauses and captures hold for these requests as for all others.
"""

from collections import defaultdict
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from crawlers.source_spider import LOOKED_FOR, SourceSpider
from store.absences import to_look_for

SHARE = 10


class LookAgain:
    """Asks when the spider has nothing else to do, once in a crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._has_asked = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "LookAgain":
        """How Scrapy builds it."""
        extension = cls(crawler)
        crawler.signals.connect(extension.look, signal=signals.spider_idle)
        return extension

    def look(self, spider: SourceSpider) -> None:
        """Ask for the pages of posts that were not seen for long; DontCloseSpider while there are any."""
        if self._has_asked:
            return
        self._has_asked = True
        requests = _requests(spider)
        for request in requests:
            self.crawler.engine.crawl(request)
        self.crawler.stats.inc_value("look_again/asked", len(requests))
        if requests:
            raise DontCloseSpider


def _requests(spider: SourceSpider) -> list[Request]:
    context = spider.context
    with context.store.reading() as session:
        limit = max(1, context.max_pages // SHARE)
        posts = to_look_for(session, context.source_id, now=context.clock(), limit=limit)
        at: defaultdict[str, list[int]] = defaultdict(list)
        for post in posts:
            if address := spider.address_of(post):
                at[address].append(post.id)
    return [spider.request(address, meta=_meta(post_ids)) for address, post_ids in at.items()]


def _meta(post_ids: list[int]) -> dict[str, Any]:
    return {LOOKED_FOR: post_ids, "conditional": False}
