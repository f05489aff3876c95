"""What any part of a crawl may do to the whole: end it, and put a refused request on record."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from typing import Any
from weakref import WeakSet

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from store import audit

FRONTIER_LOST = "frontier_lost"

_closing: set[asyncio.Task[None]] = set()
_ending: WeakSet[Crawler] = WeakSet()


class FrontierLostError(Exception):
    """What is still to be read cannot be reached any more: the crawl ends, and the next one goes on."""


def end_crawl(crawler: Crawler, reason: str) -> None:
    """Close the crawl's spider as soon as what is under way is done; the first reason given stands."""
    _ending.add(crawler)
    # Not awaited: closing waits for the very request that asks for it.
    _begin(crawler.engine.close_spider_async(reason=reason))


def stop_crawl(crawler: Crawler, reason: str) -> None:
    """End the crawl, and have what is under way and takes longer than a moment broken off (`crawlers.egress`)."""
    end_crawl(crawler, reason)
    _begin(crawler.stop_async())


def _begin(closing: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(closing)
    _closing.add(task)
    task.add_done_callback(_closing.discard)


def is_ending(crawler: Crawler) -> bool:
    """Whether some part has ended the crawl; what is dropped from then on was not read."""
    return crawler in _ending


def is_page(request: Request) -> bool:
    """Whether a request is for a page of the source: not for robots.txt, nor for a part of a page in the browser."""
    return not (request.meta.get("is_robots_request") or request.meta.get("is_part"))


def count_failure(crawler: Crawler, request: Request) -> None:
    """Count what could not be had; a part of a page in the browser is no page, and has a counter of its own."""
    crawler.stats.inc_value("parts/failed" if request.meta.get("is_part") else "download/failed")


def record_refusal(crawler: Crawler, url: str, why: str, *, counter: str) -> None:
    """Count a page that was not fetched and enter it, with the reason, in the audit chain."""
    crawler.stats.inc_value(counter)
    store = crawler.spider.context.store  # type: ignore[union-attr]
    with store.transaction() as session:
        audit.append(
            session,
            actor="crawler",
            action="crawl.refused",
            subject=url[:200],
            details={"url": url[:2_000], "why": why},
        )


class FailureCount:
    """Scrapy downloader middleware above the retries: counts pages that could not be had in the end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "FailureCount":
        """How Scrapy builds it."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Count a server's last word when it is an error of its own."""
        if response.status == 429 or response.status >= 500:
            count_failure(self.crawler, request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a download that failed for good; a refusal is a decision and has its own counter."""
        if isinstance(exception, (FrontierLostError, sqlite3.Error)):
            end_crawl(self.crawler, FRONTIER_LOST)
        if not isinstance(exception, IgnoreRequest):
            count_failure(self.crawler, request)
