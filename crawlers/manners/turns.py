"""Who may talk to a host, and when: one request at a time and a pause between two, whichever source asks.

Scrapy keeps its delays for each spider apart; many sources live on one host (every channel is on t.me), so what a host
is owed is kept here, once for the whole crawl.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

# A host that wants a longer pause than this is left alone for the rest of the crawl.
LONGEST_WAIT_S = 120.0
_MOST_DOUBLINGS = 10
_POLL_S = 0.25


class HostTurns:
    """The turns of every host that one crawl talks to."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}
        self._closed: set[str] = set()
        self._busy: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, host: str, crawler: Crawler, *, pause_s: float, at_once: bool = False) -> AsyncIterator[None]:
        """Hold the host alone; the next turn begins `pause_s` after this one began, or later if the host says so.

        `at_once` is for the parts of a page, which are one visit with it: they wait for each other and for no pause.
        Raises IgnoreRequest when the host was closed meanwhile, or the crawl is ending, or for a part of a busy host.
        """
        async with self._locks[host]:
            await self._wait(host, crawler, pause_s, at_once)
            try:
                yield
            finally:
                self.end(host)

    async def _wait(self, host: str, crawler: Crawler, pause_s: float, at_once: bool) -> None:
        while True:
            self._must_go_on(host, crawler, at_once)
            left_s = self.begin(host, pause_s, at_once=at_once)
            if left_s <= 0:
                return
            await asyncio.sleep(min(left_s, _POLL_S))

    def _must_go_on(self, host: str, crawler: Crawler, at_once: bool) -> None:
        self.must_be_open(host)
        if at_once and self._busy[host] and self._free_at.get(host, 0.0) > time.monotonic():
            raise IgnoreRequest("The host is busy: its parts of a page are left out.")
        if not crawler.crawling:
            raise IgnoreRequest("The crawl is ending.")

    def begin(self, host: str, pause_s: float, *, at_once: bool = False) -> float:
        """Seconds for which the host must be waited for; 0 or less when the turn has begun."""
        left_s = 0.0 if at_once else self._free_at.get(host, 0.0) - time.monotonic()
        if left_s <= 0:
            self.wait_at_least(host, pause_s)
        return left_s

    def end(self, host: str) -> None:
        """The turn is over."""

    def wait_at_least(self, host: str, pause_s: float) -> None:
        """Begin no turn before `pause_s` from now."""
        until = time.monotonic() + min(pause_s, LONGEST_WAIT_S)
        self._free_at[host] = max(self._free_at.get(host, 0.0), until)

    def back_off(self, host: str, delay_s: float) -> float:
        """The seconds to leave a host alone that is busy and does not say for how long: each time twice as many."""
        self._busy[host] += 1
        return min(delay_s * 2.0 ** min(self._busy[host], _MOST_DOUBLINGS), LONGEST_WAIT_S)

    def calm(self, host: str) -> None:
        """The host is not busy any more."""
        self._busy.pop(host, None)

    def close(self, host: str, wait_s: float) -> None:  # noqa: ARG002
        """Leave the host, which asked for so long a wait, alone for the rest of the crawl."""
        self._closed.add(host)

    def is_closed(self, host: str) -> bool:
        """Whether the host is to be left alone."""
        return host in self._closed

    def must_be_open(self, host: str) -> None:
        """Raise IgnoreRequest for a host that was closed."""
        if self.is_closed(host):
            raise IgnoreRequest("The host asked for a longer pause than this crawl lasts.")


def pause_after_s(meta: dict[str, Any], *, delay_s: float) -> float:
    """The seconds from one request to the next: the installation's delay, or robots.txt's if it asks for more."""
    return max(delay_s, meta.get("crawl_delay_s") or 0.0)
