import asyncio
import threading
import time
from typing import Any

import pytest
from scrapy.exceptions import IgnoreRequest

from crawlers.manners.turns import HostTurns, pause_after_s
from tests.crawlers.loopback import Answer, Installation, Site

PAUSE_S = 0.3


class Visits:
    """A page that takes its time, and notes when it was asked for and by how many at once."""

    def __init__(self) -> None:
        self.began: list[float] = []
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, _headers: Any) -> Answer:
        with self._lock:
            self.began.append(time.monotonic())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(0.1)
        with self._lock:
            self._now -= 1
        return 404, {"Content-Type": "text/plain"}, b"not here"


def test_sources_on_one_host_take_turns(site: Site, installation: Installation) -> None:
    visits = Visits()
    channels = [f"/s/channel{number}" for number in range(3)]
    site.pages = dict.fromkeys(["/robots.txt", *channels], visits)
    sources = [{"name": path, "kind": "telegram", "url": site.base + path} for path in channels]
    installation.crawl(*sources, delay_s=PAUSE_S)
    assert sorted(set(site.paths())) == ["/robots.txt", *channels]
    assert visits.most_at_once == 1
    # What arrives late at a busy machine shortens the gap after it, but not all of them.
    assert visits.began[-1] - visits.began[0] >= 0.6 * PAUSE_S * (len(visits.began) - 1)


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [(None, 3.0), (1.0, 3.0), (10.0, 10.0), (float("nan"), 3.0)],
    ids=["no crawl-delay", "shorter one", "longer one", "none that is a number"],
)
def test_the_longer_pause_holds(stated: float | None, wanted: float) -> None:
    assert pause_after_s({"crawl_delay_s": stated}, delay_s=3.0) == wanted


class Crawling:
    crawling = True


def test_parts_of_a_page_wait_for_no_pause_but_push_it_back() -> None:
    async def asked() -> float:
        turns = HostTurns()
        turns.wait_at_least("a.example", 60)
        async with turns.turn("a.example", Crawling(), pause_s=90, at_once=True):  # type: ignore[arg-type]
            return turns._free_at["a.example"] - time.monotonic()

    assert asyncio.run(asked()) > 60


def test_closed_host_gets_no_further_turn() -> None:
    async def asked() -> None:
        turns = HostTurns()
        async with turns.turn("a.example", Crawling(), pause_s=0):  # type: ignore[arg-type]
            turns.close("a.example", 600)
        async with turns.turn("a.example", Crawling(), pause_s=0):  # type: ignore[arg-type]
            pass

    with pytest.raises(IgnoreRequest, match="longer pause"):
        asyncio.run(asked())


def test_a_crawl_that_ends_waits_for_no_turn() -> None:
    async def asked() -> None:
        turns, crawl = HostTurns(), Crawling()
        turns.wait_at_least("a.example", 60)
        crawl.crawling = False
        async with turns.turn("a.example", crawl, pause_s=0):  # type: ignore[arg-type]
            pass

    with pytest.raises(IgnoreRequest, match="is ending"):
        asyncio.run(asked())


def test_parts_of_a_busy_host_are_left_out_until_it_was_waited_for() -> None:
    async def visit(turns: HostTurns) -> None:
        async with turns.turn("a.test", Crawling(), pause_s=0.0, at_once=True):  # type: ignore[arg-type]
            pass

    turns = HostTurns()
    turns.back_off("a.test", 1.0)
    turns.wait_at_least("a.test", 60.0)
    with pytest.raises(IgnoreRequest, match="busy"):
        asyncio.run(visit(turns))
    turns.calm("a.test")
    asyncio.run(visit(turns))
