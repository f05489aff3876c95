"""Ends a crawl that is under way within seconds of somebody stopping all crawling (`store.crawl_stop`).

One look a second is enough for all spiders of a process.
"""

import asyncio
import time

from scrapy import signals
from scrapy.crawler import Crawler
from sqlalchemy.exc import SQLAlchemyError

from crawlers.crawl_control import stop_crawl
from store.crawl_stop import stopped_because
from store.database import Store

LOOK_EVERY_S = 1.0
STOPPED = "stopped"


class StopSwitch:
    """The switch as one process sees it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_at = float("-inf")
        self._is_stopped = False

    def is_stopped(self) -> bool:
        """Whether crawling is stopped; a store that does not answer stops nothing, for nothing can be kept then."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            try:
                with self._store.reading() as session:
                    self._is_stopped = stopped_because(session) is not None
            except SQLAlchemyError:
                self._is_stopped = False
        return self._is_stopped


class StopWatch:
    """Scrapy extension: looks at the switch for as long as its spider runs."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._looking: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StopWatch":
        """How Scrapy builds it."""
        watch = cls(crawler)
        crawler.signals.connect(watch.begin, signal=signals.spider_opened)
        crawler.signals.connect(watch.end, signal=signals.spider_closed)
        return watch

    def begin(self) -> None:
        """Look from now on."""
        self._looking = asyncio.get_running_loop().create_task(self._look())

    def end(self) -> None:
        """Look no more."""
        if self._looking:
            self._looking.cancel()

    async def _look(self) -> None:
        switch: StopSwitch = self._crawler.spider.context.switch  # type: ignore[union-attr]
        while not switch.is_stopped():
            await asyncio.sleep(LOOK_EVERY_S)
        stop_crawl(self._crawler, STOPPED)
