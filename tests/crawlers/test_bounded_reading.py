"""What a page may cost is held, whatever it does; a page of the common size is read without another process."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawlers.bounded_reading import (
    MOST_BYTES,
    MOST_REQUESTS,
    READ_HERE_BYTES,
    BoundedRequests,
    PageTooCostlyError,
    read_bounded,
)
from tests.crawlers.loopback import Installation, Site, captures_of, posting

LARGE = READ_HERE_BYTES + 1


def spin(_held: bytes = b"") -> None:
    while True:
        pass


def test_a_small_page_is_read_here_and_a_large_one_elsewhere() -> None:
    assert read_bounded(os.getpid, READ_HERE_BYTES) == os.getpid()
    assert read_bounded(os.getpid, LARGE) != os.getpid()


def test_what_the_reader_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        read_bounded(lambda: int("x"), LARGE)


def test_memory_is_bounded() -> None:
    for times in (1, 3):
        with pytest.raises(PageTooCostlyError):
            read_bounded(lambda: spin(b"x" * (times * MOST_BYTES + 2**20)), LARGE)  # noqa: B023
    assert read_bounded(lambda: len(b"x" * (MOST_BYTES // 4)), LARGE) == MOST_BYTES // 4


def test_seconds_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.bounded_reading.MOST_SECONDS", 1)
    with pytest.raises(PageTooCostlyError):
        read_bounded(spin, LARGE)


def test_a_page_that_costs_too_much_is_kept_and_the_others_are_read(site: Site, installation: Installation) -> None:
    site.add("/list", '<a href="/hostile">x</a><a href="/ad">y</a><a href="/large">z</a>')
    site.add("/hostile", '<a href="/x">y</a>' * 1_000_000)
    site.add("/ad", posting(title="Small"))
    site.add("/large", posting(title="Large", description="x" * LARGE))
    (result,) = installation.crawl({"url": f"{site.base}/list"})["results"]
    assert (result["posts_new"], result["errors"]) == (2, 1)
    assert any(capture.url.endswith("/hostile") for capture in captures_of(installation))


def test_of_very_many_links_the_first_are_taken() -> None:
    async def page() -> AsyncIterator[object]:
        yield "posts"
        for number in range(MOST_REQUESTS + 5):
            yield Request(f"https://a.test/{number}")

    async def taken() -> int:
        bounded = BoundedRequests(crawler)
        return len([each async for each in bounded.process_spider_output(Response("https://a.test/"), page())])

    crawler = get_crawler()
    crawler.stats = MemoryStatsCollector(crawler)
    assert asyncio.run(taken()) == MOST_REQUESTS + 1
    assert crawler.stats.get_value("page/requests_cut") == 1
