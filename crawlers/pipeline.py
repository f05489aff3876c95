"""The end of a crawl's way: a page's posts into the store, all in one transaction, then what to fetch next."""

import logging

from scrapy.crawler import Crawler
from sqlalchemy.exc import SQLAlchemyError

from crawlers.capture import EVIDENCE_FAILED
from crawlers.crawl_control import end_crawl
from crawlers.source_spider import CapturedPage, SourceSpider
from store.posts import SavedPost
from store.recording import keep_reading

logger = logging.getLogger(__name__)


class PostPipeline:
    """Scrapy item pipeline for captured pages."""

    def __init__(self, crawler: Crawler, spider: SourceSpider) -> None:
        self.crawler = crawler
        self.spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PostPipeline":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider)  # type: ignore[arg-type]

    def process_item(self, page: CapturedPage) -> CapturedPage:
        """Save a page; when that fails the crawl ends, for the page would look as if it had been read."""
        try:
            saved = self._save(page)
        except SQLAlchemyError as error:
            logger.error("Posts of source %r could not be saved: %s", self.spider.source.name, type(error).__name__)
            self.crawler.stats.inc_value("posts/failed")
            end_crawl(self.crawler, EVIDENCE_FAILED)
            raise
        self._count(saved)
        for request in self.spider.next_requests(page, saved):
            self.crawler.engine.crawl(request)
        return page

    def _save(self, page: CapturedPage) -> list[SavedPost]:
        context = self.spider.context
        with context.store.transaction() as session:
            return keep_reading(
                session,
                page.posts,
                source_id=context.source_id,
                capture_id=page.capture_id,
                seen_at=page.seen_at,
                actor="crawler",
            )

    def _count(self, saved: list[SavedPost]) -> None:
        stats = self.crawler.stats
        stats.inc_value("posts/new", sum(each.is_new for each in saved))
        stats.inc_value("posts/edited", sum(each.is_edit for each in saved))
        stats.inc_value("posts/seen", len(saved))
        stats.inc_value("pages/read")
