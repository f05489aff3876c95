"""Scrapy's scheduler over a frontier: a request leaves the frontier only when all that it led to is in it.

What was under way when a crawl ends, or is killed, comes back. Nothing is kept in memory but what is under way.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from uuid import uuid4

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.request import request_from_dict

from crawlers.capture import EVIDENCE_FAILED
from crawlers.crawl_control import FRONTIER_LOST, FrontierLostError, end_crawl, is_ending
from crawlers.frontier.request_json import dumps, loads
from crawlers.source_spider import SourceSpider
from crawlers.stop_switch import STOPPED

logger = logging.getLogger(__name__)

# After these the next crawl goes on; after all others it begins anew.
GOES_ON_AFTER = frozenset({"shutdown", STOPPED, EVIDENCE_FAILED, FRONTIER_LOST, "run_max_pages", "run_max_bytes"})
RENEWALS = 6


class FrontierScheduler(BaseScheduler):
    """Scrapy's SCHEDULER: asks the frontier of the spider's source."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._taken: dict[Request, str] = {}
        self._renewing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """How Scrapy builds it."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Begin, or go on where the last crawl was cut off."""
        assert isinstance(spider, SourceSpider)  # noqa: S101  no other kind has a frontier
        self._spider = spider
        self._frontier = spider.context.frontier
        if lease_s := self._frontier.lease_s:
            self._renewing = asyncio.get_running_loop().create_task(self._renew(lease_s / RENEWALS))

    def close(self, reason: str) -> None:
        """Leave what is not done to the next crawl, unless this was the last word on the source."""
        if self._renewing:
            self._renewing.cancel()
        try:
            is_over = reason not in GOES_ON_AFTER and (reason != "finished" or self._frontier.is_empty())
            self._frontier.close(is_over=is_over)
        except (FrontierLostError, sqlite3.Error) as error:
            logger.error("The frontier of source %r could not be closed: %s", self._spider.source.name, error)

    def has_pending_requests(self) -> bool:
        """Whether anything waits, or another machine is at it and may find more."""
        with self._watched():
            return not self._frontier.is_empty()
        return False

    def enqueue_request(self, request: Request) -> bool:
        """Keep a request, unless the frontier has seen it."""
        request.meta["frontier_id"] = uuid4().hex
        held = dumps(self._spider.unsigned(request).to_dict(spider=self._spider))
        with self._watched():
            return self._frontier.add(
                request.meta["frontier_id"], held, priority=request.priority, fingerprint=self._fingerprint(request)
            )
        return False

    def next_request(self) -> Request | None:
        """The next request to fetch."""
        with self._watched():
            self._settle()
            while taken := self._frontier.take():
                number, held, was_taken = taken
                if request := self._read(number, held):
                    request.meta["was_taken"] = was_taken
                    self._taken[request] = number
                    return request
                self._frontier.done(number)
        return None

    def _fingerprint(self, request: Request) -> bytes | None:
        # Where a spider begins is asked once in a round, whoever begins.
        if request.dont_filter and not request.meta.get("is_start_request"):
            return None
        return self._crawler.request_fingerprinter.fingerprint(request)

    def _settle(self) -> None:
        """Say of what is no longer under way that it is done; not while the crawl ends, when requests are dropped."""
        if not self._crawler.crawling or is_ending(self._crawler):
            return
        # Scrapy tells nobody when all that a page led to is done, but it keeps count of it.
        under_way = self._crawler.engine._slot.inprogress  # type: ignore[union-attr]
        for request in [each for each in self._taken if each not in under_way]:
            self._frontier.done(self._taken.pop(request))

    def _read(self, number: str, held: bytes) -> Request | None:
        try:
            request = request_from_dict(loads(held), spider=self._spider)
            if request.meta["frontier_id"] != number:
                raise ValueError("it stands under another id")
            return self._spider.signed(request)
        except (ValueError, RecursionError) as error:
            # Not a word of it goes into the log: who knows who wrote it.
            logger.error("Source %r: a kept request was refused (%s).", self._spider.source.name, type(error).__name__)
            self._crawler.stats.inc_value("frontier/refused")
            return None

    async def _renew(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            with self._watched():
                self._frontier.renew()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """A block in which the frontier is asked; when it is lost the crawl ends, and nothing is said to be done."""
        try:
            yield
        except (FrontierLostError, sqlite3.Error) as error:
            if not is_ending(self._crawler):
                logger.error("The frontier of source %r was lost: %s", self._spider.source.name, error)
            end_crawl(self._crawler, FRONTIER_LOST)
