import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.manners.pace import retry_after_s
from crawlers.manners.turns import LONGEST_WAIT_S, HostTurns
from tests.crawlers.loopback import Answer, Installation, Site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = b"<rss><channel><item><title>T</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 999999999.0),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("Mon, 01 Jan 2026 00:00:00 +999999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 251630020739.0),
        ("", None),
    ],
    ids=[
        "seconds",
        "none",
        "date",
        "past date",
        "absurd",
        "words",
        "negative",
        "other digits",
        "absurd zone",
        "beyond the last year",
        "empty",
    ],
)
def test_retry_after_shapes(value: str, wanted: float | None) -> None:
    assert retry_after_s(value, now=NOW) == wanted


@given(st.text(max_size=50))
def test_no_header_makes_reading_raise(value: str) -> None:
    wait_s = retry_after_s(value, now=NOW)
    assert wait_s is None or wait_s >= 0


def busy_once(retry_after: str) -> tuple[list[float], Callable[[Any], Answer]]:
    asked: list[float] = []

    def answer(_headers: Any) -> Answer:
        asked.append(time.monotonic())
        if len(asked) == 1:
            return 429, {"Retry-After": retry_after}, b"busy"
        return 200, {"Content-Type": "application/rss+xml"}, FEED

    return asked, answer


def test_short_pause_is_waited_for(site: Site, installation: Installation) -> None:
    asked, site.pages["/feed"] = busy_once("1")
    (result,) = installation.crawl({"kind": "feed", "url": f"{site.base}/feed"})["results"]
    assert asked[1] - asked[0] >= 1
    assert (result["posts_new"], result["errors"]) == (1, 0)


def test_nothing_is_asked_between_a_busy_answer_and_its_end(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/ad{number}">x</a>' for number in range(6)))
    asked: list[float] = []

    def answer(_headers: Any) -> Answer:
        # Longer than the delay: the others' turn has come when the answer is there.
        time.sleep(0.1)
        asked.append(time.monotonic())
        return (429, {"Retry-After": "2"}, b"busy") if len(asked) == 1 else (200, {}, b"")

    for number in range(6):
        site.pages[f"/ad{number}"] = answer
    installation.crawl({"url": f"{site.base}/list"})
    assert len(asked) == 7
    assert asked[1] - asked[0] >= 1.9


def test_after_a_large_answer_there_is_time_to_seal_and_read_it(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/ad{number}">x</a>' for number in range(2)))
    asked: list[float] = []

    def answer(_headers: Any) -> Answer:
        asked.append(time.monotonic())
        return 200, {}, b"x" * 4 * 1024 * 1024

    site.pages["/ad0"] = site.pages["/ad1"] = answer
    installation.crawl({"url": f"{site.base}/list"})
    assert asked[1] - asked[0] >= 0.45


def test_long_pause_ends_the_visit(site: Site, installation: Installation) -> None:
    asked, site.pages["/feed"] = busy_once("3600")
    (result,) = installation.crawl({"kind": "feed", "url": f"{site.base}/feed"})["results"]
    assert len(asked) == 1
    assert (result["posts_new"], result["errors"]) == (0, 1)


def test_crawl_delay_is_kept(site: Site, installation: Installation) -> None:
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: 1\n", media_type="text/plain")
    asked: list[float] = []

    def moved(target: str) -> Callable[[Any], Answer]:
        def answer(_headers: Any) -> Answer:
            asked.append(time.monotonic())
            return 302, {"Location": target}, b""

        return answer

    site.pages["/a"], site.pages["/b"] = moved("/b"), moved("/c")
    installation.crawl({"kind": "feed", "url": f"{site.base}/a"})
    # What arrives late at a busy machine shortens the gap after it; without the delay there would be hardly one.
    assert asked[1] - asked[0] >= 0.5


def test_a_busy_host_that_names_no_time_is_left_alone_longer_each_time() -> None:
    turns = HostTurns()
    assert [turns.back_off("a.test", 3.0) for _ in range(4)] == [6.0, 12.0, 24.0, 48.0]
    assert turns.back_off("b.test", 3.0) == 6.0
    turns.calm("a.test")
    assert turns.back_off("a.test", 3.0) == 6.0
    assert max(turns.back_off("a.test", 3.0) for _ in range(2_000)) == LONGEST_WAIT_S


def test_a_host_is_backed_off_from_without_a_header(site: Site, installation: Installation) -> None:
    asked, site.pages["/feed"] = busy_once("soon")
    (result,) = installation.crawl({"kind": "feed", "url": f"{site.base}/feed"}, delay_s=0.3)["results"]
    assert asked[1] - asked[0] >= 0.5
    assert (result["posts_new"], result["errors"]) == (1, 0)


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        ({"max_bytes": 3_000}, "max_bytes"),
        ({"run_max_bytes": 3_000}, "run_max_bytes"),
        ({"run_max_pages": 3}, "run_max_pages"),
    ],
    ids=["bytes of a source", "bytes of all", "pages of all"],
)
def test_a_spent_budget_ends_the_crawl(
    site: Site, installation: Installation, bounds: dict[str, int], reason: str
) -> None:
    site.add("/list", "".join(f'<a href="/p{number}">x</a>' for number in range(20)))
    for number in range(20):
        site.add(f"/p{number}", "x" * 1_200)
    (result,) = installation.crawl({"url": f"{site.base}/list"}, **bounds)["results"]
    assert result["reason"] == reason
    # What was under way when it was spent is read.
    assert 2 <= result["pages"] <= 4 + 8


def test_a_source_is_crawled_for_so_long_and_no_longer(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/p{number}">x</a>' for number in range(300)))
    (result,) = installation.crawl({"url": f"{site.base}/list", "max_seconds": 2}, delay_s=0.2)["results"]
    assert result["reason"] == "closespider_timeout"
    assert len(site.paths()) < 300


def test_page_limit_holds(site: Site, installation: Installation) -> None:
    site.add("/list", "".join(f'<a href="/p{number}">x</a>' for number in range(20)))
    outcome = installation.crawl({"url": f"{site.base}/list", "max_pages": 3}, max_pages=50)
    assert outcome["results"][0]["reason"] == "max_pages"
    assert len([path for path in site.paths() if path != "/robots.txt"]) == 3
