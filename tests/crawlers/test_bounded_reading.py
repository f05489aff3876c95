"""What a page may cost is held, whatever it does; a page of the common size is read without another process."""

import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawlers.bounded_reading import MOST_BYTES, READ_HERE_BYTES, PageTooCostlyError, read_bounded
from crawlers.register import RegisteredSource
from crawlers.source_spider import CapturedPage, Further, PageParser, ReadPage
from crawlers.spiders import feed
from crawlers.spiders.jobposting import JobPostingSpider, parse_page
from tests.crawlers.loopback import Installation, Site, captures_of, make_source, posting

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


class LeadsToItsProcess(JobPostingSpider):
    def further(self, page: ReadPage) -> Further:
        return Further(rest=(f"https://a.test/{os.getpid()}", *super().further(page).rest))


def read_by_spider(body: str, parser: PageParser = parse_page) -> CapturedPage:
    response = HtmlResponse("https://a.test/", body=body.encode(), request=Request("https://a.test/"))
    response.meta.update(fetched_at=datetime(2026, 3, 1, tzinfo=UTC), capture_id=1)
    source = RegisteredSource(**make_source(url=response.url))
    spider = LeadsToItsProcess(context=SimpleNamespace(source=source))  # type: ignore[arg-type]
    spider.crawler = get_crawler()
    spider.crawler.stats = MemoryStatsCollector(spider.crawler)
    return spider.captured_page(response, parser)


def test_where_a_page_leads_is_read_with_its_posts() -> None:
    here, elsewhere = (read_by_spider('<a href="/x">x</a>' + filling).further for filling in ("", " " * LARGE))
    assert here.rest == (f"https://a.test/{os.getpid()}", "https://a.test/x")
    assert elsewhere.rest[1:] == here.rest[1:]
    assert elsewhere.rest[0] != here.rest[0]


def test_of_very_many_links_the_first_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.source_spider.MOST_REQUESTS", 3)
    links = read_by_spider("".join(f'<a href="/{number}">x</a>' for number in range(9))).further.rest
    assert links[1:] == ("https://a.test/0", "https://a.test/1")


def test_of_very_many_posts_the_first_are_kept_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("crawlers.source_spider.MOST_POSTS", 3)
    items = ["<rss><channel>", *(f"<item><title>T{number}</title></item>" for number in range(3))]
    assert [post.title for post in read_by_spider("".join(items), feed.parse_page).posts] == ["T0", "T1", "T2"]
    assert not caplog.records
    assert len(read_by_spider("".join([*items, "<item><title>T3</title></item>"]), feed.parse_page).posts) == 3
    assert "'board': of the posts of a page the first 3 are kept" in caplog.text


def test_what_comes_back_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.bounded_reading.MOST_TOLD_BYTES", 10_000)
    assert read_bounded(lambda: b"x" * 9_000, LARGE) == b"x" * 9_000
    with pytest.raises(PageTooCostlyError):
        read_bounded(lambda: b"x" * 10_000, LARGE)
