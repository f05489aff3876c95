"""One crawl of servers that answer as no server should: none holds up another, and only what is whole is kept."""

from typing import Any

import pytest

from store.tables import Capture
from tests.crawlers.hostile_servers import FEED, hostile_answers, hostile_servers
from tests.crawlers.loopback import Installation, captures_of, read_record

LARGEST = 64 * 1024
ANSWERS = hostile_answers(LARGEST)
READ = {
    "10,000 header fields",
    "a charset that is none",
    "junk behind the body",
    "length too short",
    "two answers",
    "version of its own",
}
# The answer came whole, and is kept as it came.
NOT_UNPACKED = {
    "an encoding of letters",
    "bomb in a bomb",
    "bomb of brotli",
    "bomb of gzip",
    "bomb of zstd",
    "gzip that is none",
    "packed a thousand times",
    "packed and large, again and again",
}
REDIRECTS = {name for name in ANSWERS if name.startswith("redirect")}
SLOW = {name for name in ANSWERS if name.startswith(("says ", "slow "))}
LOST = ANSWERS.keys() - READ - NOT_UNPACKED - REDIRECTS - {"gzip that breaks off"}
ROBOTS = (
    "bomb of gzip",
    "body without end",
    "hangs up in the body",
    "header fields without end",
    "informed without end",
    "no status line",
    "redirects to itself",
    "slow body",
)
Crawled = tuple[dict[str, dict[str, Any]], dict[str, list[Capture]], Installation, str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    made = Installation(tmp_path_factory.mktemp("hostile"))
    with made.opened() as store:
        store.upgrade()
    robots = {name: ANSWERS[name] for name in ROBOTS}
    with hostile_servers(ANSWERS) as at_pages, hostile_servers(robots, hostile_robots=True) as at_robots:
        urls = at_pages.urls | {f"robots: {name}": url for name, url in at_robots.urls.items()}
        slow = {name: url for name, url in urls.items() if name.removeprefix("robots: ") in SLOW}
        # What ends by itself is waited for, however long that takes here; only the others wait for the clock.
        quick = {name: url for name, url in urls.items() if name not in slow}
        crawls = [_crawl(made, quick, 60), _crawl(made, slow, 8)]
    captures = captures_of(made)
    by_source = {name: [each for each in captures if each.url.startswith(url[:-5])] for name, url in urls.items()}
    results = {result["source"]: result for crawl in crawls for result in crawl["results"]}
    return results, by_source, made, "".join(crawl["log"] for crawl in crawls)


def _crawl(made: Installation, urls: dict[str, str], timeout_s: int) -> dict[str, Any]:
    sources = [{"name": name, "kind": "feed", "url": url} for name, url in urls.items()]
    limits = {"DOWNLOAD_MAXSIZE": LARGEST, "DOWNLOAD_TIMEOUT": timeout_s, "RETRY_TIMES": 0}
    return made.crawl(*sources, settings=limits)


def test_every_source_comes_to_its_end(crawled: Crawled) -> None:
    results, *_ = crawled
    assert {result["reason"] for result in results.values()} == {"finished"}


@pytest.mark.parametrize("name", sorted(READ))
def test_what_can_be_read_is_read(crawled: Crawled, name: str) -> None:
    results, captures, made, _ = crawled
    assert (results[name]["posts_new"], results[name]["errors"]) == (1, 0)
    assert FEED.startswith(read_record(made.captures_dir, captures[name][-1]).payload)


@pytest.mark.parametrize("name", sorted(LOST))
def test_half_an_answer_is_none(crawled: Crawled, name: str) -> None:
    results, captures, *_ = crawled
    assert (results[name]["posts_new"], results[name]["errors"]) == (0, 1)
    assert [each.url.rpartition("/")[2] for each in captures[name]] == ["robots.txt"]


@pytest.mark.parametrize("name", sorted(NOT_UNPACKED))
def test_what_cannot_be_unpacked_is_kept_as_it_came(crawled: Crawled, name: str) -> None:
    results, captures, made, _ = crawled
    assert (results[name]["posts_new"], results[name]["errors"]) == (0, 1)
    assert len(read_record(made.captures_dir, captures[name][-1]).payload) == captures[name][-1].size_bytes <= LARGEST


@pytest.mark.parametrize("name", sorted(REDIRECTS))
def test_redirects_are_followed_a_few_times(crawled: Crawled, name: str) -> None:
    results, captures, *_ = crawled
    assert results[name]["posts_new"] == 0
    assert len(captures[name]) <= 7


@pytest.mark.parametrize("name", ROBOTS)
def test_no_page_is_asked_for_without_the_robots_txt(crawled: Crawled, name: str) -> None:
    results, captures, *_ = crawled
    assert (results[f"robots: {name}"]["posts_new"], results[f"robots: {name}"]["refused_robots"]) == (0, 1)
    assert not any(each.url.endswith("/feed") for each in captures[f"robots: {name}"])


def test_no_body_above_the_cap_is_kept(crawled: Crawled) -> None:
    assert max(each.size_bytes for each in captures_of(crawled[2])) <= LARGEST


def test_the_log_names_no_address(crawled: Crawled) -> None:
    assert "127.0.0." not in crawled[3]
    assert "DownloadTimeoutError" in crawled[3]
