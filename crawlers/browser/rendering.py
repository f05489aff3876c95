"""Has Chromium make the pages of a source that needs JavaScript, and hands the spider what it made of them.

The answer was captured before, as always; the page as made and its picture are sealed right behind it. A page that the
browser cannot make is read as it was served, and counted.
"""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse, Response

from crawlers.browser.chromium import LAUNCH_LIMIT_S, context_options
from crawlers.browser.parts import HeldParts, PageParts
from crawlers.browser.snapshot import Snapshot, stop_scripts, take_snapshot
from crawlers.capture import CaptureMiddleware
from crawlers.crawl_control import is_page

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

logger = logging.getLogger(__name__)

# A page that is stopped is taken in a second; one that withstands that is given up.
TAKING_LIMIT_S = 20.0
CLOSING_LIMIT_S = 10.0
DRIVER_LOG = "scrapy-playwright"


class RenderingError(Exception):
    """A page that the browser could not make."""


class Rendering:
    """Scrapy downloader middleware above all others: sees the last answer, decompressed and redirected."""

    def __init__(self, crawler: Crawler) -> None:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        # It names the addresses that it fails on.
        logging.getLogger(DRIVER_LOG).setLevel(logging.CRITICAL)
        self.crawler = crawler
        self._held = HeldParts()
        self._pages = 0
        self._handler = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
        self._handler.config.target_closed_max_retries = 0
        crawler.signals.connect(self._handler.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Rendering":
        """How Scrapy builds it; NotConfigured where the source does without."""
        if not crawler.spider.source.browser:  # type: ignore[union-attr]
            raise NotConfigured
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Put the page as the browser makes it in the place of one that was served as HTML."""
        if not is_page(request) or response.status != 200 or not isinstance(response, HtmlResponse):
            return response
        snapshot = await self._snapshot(response)
        if not self.crawler.crawling:
            # It may lack parts that were not fetched any more; the next crawl makes it.
            raise IgnoreRequest("The crawl was stopped before the page was made.")
        if snapshot is None:
            return response
        capture = self.crawler.get_downloader_middleware(CaptureMiddleware)
        capture.seal_rendering(request, snapshot)  # type: ignore[union-attr]
        headers = response.headers.copy()
        headers["Content-Type"] = "text/html; charset=utf-8"
        return response.replace(body=snapshot.dom, headers=headers, encoding="utf-8")

    async def _snapshot(self, response: Response) -> Snapshot | None:
        try:
            snapshot = await self._render(response)
        except RenderingError as error:
            source = self.crawler.spider.source.name  # type: ignore[union-attr]
            logger.warning("Source %r: a page could not be made: %s", source, error)
            self.crawler.stats.inc_value("browser/failed")
            return None
        self.crawler.stats.inc_value("browser/made")
        return snapshot

    async def _render(self, response: Response) -> Snapshot:
        """Raises RenderingError, which says nothing of the page."""
        from scrapy_playwright.page import PageMethod

        visit = _Visit(self.crawler, response, self._held)
        self._pages += 1
        asked = Request(
            response.url,
            meta={
                "playwright": True,
                "playwright_context": f"page-{self._pages}",
                "playwright_context_kwargs": context_options(self.crawler.settings["USER_AGENT"]),
                "playwright_include_page": True,
                "playwright_page_goto_kwargs": {"wait_until": "commit"},
                "playwright_page_init_callback": visit.prepare,
                "playwright_page_methods": [PageMethod(visit.take)],
            },
        )
        try:
            return await visit.outcome(self._handler.download_request(asked))
        finally:
            await self._leave(visit)

    async def _leave(self, visit: "_Visit") -> None:
        visit.parts.stop()
        if visit.page is None:
            return
        try:
            await asyncio.wait_for(visit.page.context.close(), CLOSING_LIMIT_S)
        except Exception:  # noqa: BLE001  whatever state a page left it in, the next one gets a new browser
            with suppress(Exception):
                await self._handler.browser.close()


class _Visit:
    """One page in the browser, from its preparation to what was taken of it."""

    def __init__(self, crawler: Crawler, response: Response, held: HeldParts) -> None:
        self.page: Page | None = None
        self._limit_s = crawler.settings.getfloat("RENDER_LIMIT_S")
        self.parts = PageParts(crawler, response, held, limit_s=self._limit_s)
        self._session: Any = None
        self._snapshot: Snapshot | None = None
        self._is_over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def prepare(self, page: "Page", _request: Request) -> None:
        """Before the first request: what comes last answers first, so scrapy-playwright's own routes are never asked.

        Dialogs are dismissed by Playwright, since nobody listens to them.
        """
        self.page = page
        await page.context.route("**/*", _refuse)
        await page.route("**/*", self.parts.answer)
        page.on("crash", lambda _page: self._end())
        self._session = await page.context.new_cdp_session(page)
        await self._session.send("Runtime.enable")

    async def take(self, page: "Page") -> None:
        """Once nothing is asked for any more, or the time is over."""
        from playwright.async_api import TimeoutError as TooLongError

        with suppress(TooLongError):
            await page.wait_for_load_state("networkidle", timeout=self._limit_s * 1_000)
        self.parts.stop()
        async with asyncio.timeout(TAKING_LIMIT_S):
            await stop_scripts(self._session)
            self._snapshot = await take_snapshot(page)
        self._end()

    async def outcome(self, download: Awaitable[Response]) -> Snapshot:
        """What was taken, whatever the browser says afterwards."""
        task = asyncio.ensure_future(download)
        longest_s = LAUNCH_LIMIT_S + self._limit_s + TAKING_LIMIT_S
        either: set[asyncio.Future[Any]] = {task, self._is_over}
        await asyncio.wait(either, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        await asyncio.wait({task})
        if self._snapshot is None:
            raise RenderingError("the page brought the browser down" if task.cancelled() else _fault(task.exception()))
        return self._snapshot

    def _end(self) -> None:
        if not self._is_over.done():
            self._is_over.set_result(None)


async def _refuse(route: "Route") -> None:
    """What is asked for outside of the page: by windows that it opened."""
    from playwright.async_api import Error

    with suppress(Error):
        await route.abort()


def _fault(error: BaseException | None) -> str:
    """Why, without a word of the page; that the browser did not start is of our own making and told whole."""
    told = str(error).partition("\n")[0]
    return told if told.startswith("BrowserType.launch") else type(error).__name__
