"""The end of a crawl's way: a page's posts into the store, all in one transaction, then what to fetch next."""

import logging
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scrapy.crawler import Crawler
from sqlalchemy.orm import Session

from crawlers.bounded_reading import MOST_POSTS
from crawlers.capture import CANNOT_KEEP, EVIDENCE_FAILED
from crawlers.crawl_control import end_crawl
from crawlers.gathering import Gathering, kept_together
from crawlers.source_spider import CapturedPage, SourceSpider
from store.absences import mark_back, mark_gone, posts_at
from store.posts import Reading, SavedPost
from store.recording import keep_readings

logger = logging.getLogger(__name__)

ACTOR = "crawler"


class _Kept(NamedTuple):
    """The posts of a page, and how many posts it showed to be gone."""

    posts: list[SavedPost]
    gone: int


class PostPipeline:
    """Scrapy item pipeline for captured pages."""

    def __init__(self, crawler: Crawler, spider: SourceSpider) -> None:
        self.crawler = crawler
        self.spider = spider
        self._keeping: Gathering[CapturedPage, _Kept] = Gathering(self._keep)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PostPipeline":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider)  # type: ignore[arg-type]

    async def process_item(self, page: CapturedPage) -> CapturedPage:
        """Save a page; when that fails the crawl ends, for the page would look as if it had been read."""
        try:
            kept = await self._keeping.add(page)
        except CANNOT_KEEP as error:
            logger.error("Posts of source %r could not be saved: %s", self.spider.source.name, type(error).__name__)
            self.crawler.stats.inc_value("posts/failed")
            end_crawl(self.crawler, EVIDENCE_FAILED)
            raise
        self.crawler.stats.inc_value("posts/gone", kept.gone)
        if page.gone_status:
            return page
        self._count(kept.posts)
        if page.looked_for:
            return page
        for request in self.spider.next_requests(page, kept.posts):
            self.crawler.engine.crawl(request)
        return page

    def _keep(self, pages: list[CapturedPage]) -> list[_Kept | Exception]:
        store = self.spider.context.store
        return [each for some in _rounds(pages) for each in kept_together(store, some, self._save)]

    def _save(self, session: Session, pages: list[CapturedPage]) -> list[_Kept]:
        readings = [Reading(page.capture_id, page.posts, page.seen_at) for page in pages if not page.gone_status]
        kept = iter(keep_readings(session, readings, source_id=self.spider.context.source_id, actor=ACTOR))
        return [
            _Kept([], self._gone(session, page)) if page.gone_status else self._shown(session, page, next(kept))
            for page in pages
        ]

    def _gone(self, session: Session, page: CapturedPage) -> int:
        at_address = posts_at(session, self.spider.context.source_id, (page.url,))
        return self._mark_gone(session, page, {*page.looked_for, *at_address}, f"status {page.gone_status}")

    def _shown(self, session: Session, page: CapturedPage, posts: list[SavedPost]) -> _Kept:
        shown = {each.post_id for each in posts}
        deleted = {each.post_id for each in posts if each.is_deleted}
        gone = self._mark_gone(session, page, set(page.looked_for) - shown, "not shown")
        gone += self._mark_gone(session, page, deleted, "called deleted")
        # New ones too: an earlier page that is kept together with this one may have shown their address to be gone.
        mark_back(session, shown - deleted, capture_id=page.capture_id, actor=ACTOR)
        return _Kept(posts, gone)

    def _mark_gone(self, session: Session, page: CapturedPage, post_ids: set[int], reason: str) -> int:
        return mark_gone(
            session, post_ids, capture_id=page.capture_id, seen_at=page.seen_at, reason=reason, actor=ACTOR
        )

    def _count(self, saved: list[SavedPost]) -> None:
        stats = self.crawler.stats
        stats.inc_value("posts/new", sum(each.is_new for each in saved))
        stats.inc_value("posts/edited", sum(each.is_edit for each in saved))
        stats.inc_value("posts/seen", len(saved))
        stats.inc_value("pages/read")


def _rounds(pages: Iterable[CapturedPage]) -> Iterator[list[CapturedPage]]:
    """As many pages at a time as one page may have posts: nobody else writes meanwhile, and none waits for ever."""
    some: list[CapturedPage] = []
    for page in pages:
        if some and sum(len(each.posts) for each in (*some, page)) > MOST_POSTS:
            yield some
            some = []
        some.append(page)
    yield some
