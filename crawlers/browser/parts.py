"""Answers whatever a page in the browser asks for: from the crawl's own downloader, or not at all.

So a part of a page passes the site gate, robots.txt, the host's turn, the address guard and the capture like any other
request. Only parts that make a page's text and looks are fetched, and of these so many.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.manners.pace import BUSY_STATUSES
from crawlers.settings import MAX_BODY_BYTES, PARTS_AT_ONCE, PARTS_SLOT
from crawlers.source_spider import SourceSpider

if TYPE_CHECKING:
    from playwright.async_api import Request as PageRequest
    from playwright.async_api import Route

FETCHED_TYPES = frozenset({"fetch", "image", "script", "stylesheet", "xhr"})
# The same on every page of a site.
_HELD_TYPES = frozenset({"image", "script", "stylesheet"})
# A large board's page has some 60 parts.
MAX_PARTS = 100
MAX_PARTS_BYTES = MAX_BODY_BYTES
# What a script says of its request to an interface; the rest of a head is ours.
_OWN_HEADERS = ("accept", "x-")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser is told of an answer: no header but the media type, so that it sets and starts nothing."""

    status: int
    content_type: str
    body: bytes


class HeldParts:
    """Scripts, styles and pictures that pages of one crawl share, so that a site is asked for each once."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._left_bytes = MAX_PARTS_BYTES

    def get(self, url: str) -> Answer | None:
        """The answer that is held for an address."""
        return self._answers.get(url)

    def hold(self, url: str, answer: Answer) -> None:
        """Hold an answer while there is room."""
        if answer.status == 200 and url not in self._answers and len(answer.body) <= self._left_bytes:
            self._left_bytes -= len(answer.body)
            self._answers[url] = answer


class PageParts:
    """The parts of one page, and its document, which was fetched before; none may take longer than `limit_s`."""

    def __init__(self, crawler: Crawler, document: Response, held: HeldParts, *, limit_s: float) -> None:
        self._crawler = crawler
        self._limit_s = limit_s
        self._document: Response | None = document
        self._held = held
        self._few = asyncio.Semaphore(PARTS_AT_ONCE)
        self._left = MAX_PARTS
        self._left_bytes = MAX_PARTS_BYTES
        self._stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def stop(self) -> None:
        """Answer nothing any more, and let go of what is under way."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def answer(self, route: "Route") -> None:
        """Answer one request of the page."""
        from playwright.async_api import Error

        with suppress(Error):  # The page may be gone before its answer is there.
            if route.request.is_navigation_request():
                await self._navigate(route)
            elif answer := await self._fetch(route.request):
                await route.fulfill(status=answer.status, content_type=answer.content_type, body=answer.body)
            else:
                self._count("refused")
                await route.abort()

    async def _navigate(self, route: "Route") -> None:
        """The page's own document, once; where scripts and frames would lead to, nobody goes (204: stay as you are)."""
        document, self._document = self._document, None
        if document is None:
            self._count("refused")
            await route.fulfill(status=204)
        else:
            answer = _answer(document)
            await route.fulfill(status=answer.status, content_type=answer.content_type, body=answer.body)

    async def _fetch(self, asked: "PageRequest") -> Answer | None:
        if asked.method != "GET" or asked.resource_type not in FETCHED_TYPES or not asked.url.startswith("http"):
            return None
        # What waits here when the page is taken is never asked for.
        async with self._few:
            held = self._held.get(asked.url)
            if held or self._stopped.done() or self._left <= 0:
                return held
            self._left -= 1
            response = await self._download(asked)
        if response is None or not self._is_within_limits(response):
            return None
        answer = _answer(response)
        if asked.resource_type in _HELD_TYPES:
            self._held.hold(asked.url, answer)
        return answer

    async def _download(self, asked: "PageRequest") -> Response | None:
        download = asyncio.ensure_future(self._crawler.engine.download_async(_request(asked, self._limit_s)))
        # What nobody waits for any more ends by itself, and is captured; why it failed is on record elsewhere.
        download.add_done_callback(lambda done: done.cancelled() or done.exception())
        either: set[asyncio.Future[Any]] = {download, self._stopped}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        is_there = download.done() and not download.cancelled() and download.exception() is None
        return download.result() if is_there else None

    def _is_within_limits(self, response: Response) -> bool:
        self._count("fetched")
        self._left_bytes -= len(response.body)
        if self._left_bytes < 0 or response.status in BUSY_STATUSES:
            self.stop()
        return self._left_bytes >= 0

    def _count(self, what: str) -> None:
        self._crawler.stats.inc_value(f"parts/{what}")


def _request(asked: "PageRequest", limit_s: float) -> Request:
    return Request(
        asked.url,
        headers={name: value for name, value in asked.headers.items() if name.startswith(_OWN_HEADERS)},
        meta={
            "autothrottle_dont_adjust_delay": True,
            "conditional": False,
            "dont_retry": True,
            "download_slot": PARTS_SLOT,
            "download_timeout": limit_s,
            "is_part": True,
        },
        dont_filter=True,
    )


def _answer(response: Response) -> Answer:
    return Answer(response.status, SourceSpider.content_type(response) or "application/octet-stream", response.body)
