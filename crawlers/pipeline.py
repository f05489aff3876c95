"""The end of a crawl's way: a page's posts into the store, all in one transaction, then what to fetch next."""

import logging

from scrapy.crawler import Crawler
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crawlers.capture import EVIDENCE_FAILED
from crawlers.crawl_control import end_crawl
from crawlers.source_spider import CapturedPage, SourceSpider
from store.absences import mark_back, mark_gone, posts_at
from store.posts import SavedPost
from store.recording import keep_reading

logger = logging.getLogger(__name__)

ACTOR = "crawler"


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
        if page.gone_status:
            return page
        self._count(saved)
        if page.looked_for:
            return page
        for request in self.spider.next_requests(page, saved):
            self.crawler.engine.crawl(request)
        return page

    def _save(self, page: CapturedPage) -> list[SavedPost]:
        source_id = self.spider.context.source_id
        with self.spider.context.store.transaction() as session:
            if page.gone_status:
                at_address = posts_at(session, source_id, (page.url,))
                self._mark_gone(session, page, {*page.looked_for, *at_address}, f"status {page.gone_status}")
                return []
            kept = keep_reading(
                session,
                page.posts,
                source_id=source_id,
                capture_id=page.capture_id,
                seen_at=page.seen_at,
                actor=ACTOR,
            )
            shown = {each.post_id for each in kept}
            deleted = {each.post_id for each in kept if each.is_deleted}
            self._mark_gone(session, page, set(page.looked_for) - shown, "not shown")
            self._mark_gone(session, page, deleted, "called deleted")
            mark_back(session, shown - deleted, capture_id=page.capture_id, actor=ACTOR)
            return kept

    def _mark_gone(self, session: Session, page: CapturedPage, post_ids: set[int], reason: str) -> None:
        gone = mark_gone(
            session, post_ids, capture_id=page.capture_id, seen_at=page.seen_at, reason=reason, actor=ACTOR
        )
        self.crawler.stats.inc_value("posts/gone", gone)

    def _count(self, saved: list[SavedPost]) -> None:
        stats = self.crawler.stats
        stats.inc_value("posts/new", sum(each.is_new for each in saved))
        stats.inc_value("posts/edited", sum(each.is_edit for each in saved))
        stats.inc_value("posts/seen", len(saved))
        stats.inc_value("pages/read")
