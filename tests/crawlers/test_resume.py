"""A crawl that was stopped or killed goes on where it was, with what the site was asked for already."""

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawlers.frontier.held_answer import held_answer
from tests.crawlers.loopback import Answer, Installation, Site, captures_of, posting, posts_of
from tests.crawlers.test_run import channel_page

PAGES = 12


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def add_board(site: Site) -> dict[str, str]:
    site.add("/list", "".join(f'<a href="/ad{number}">x</a>' for number in range(PAGES)))
    for number in range(PAGES):
        site.add(f"/ad{number}", posting(identifier=str(number)))
    return {"url": f"{site.base}/list"}


def outcome_of(child: subprocess.Popen[str]) -> dict[str, Any]:
    output, log = child.communicate(timeout=120)
    assert child.returncode == 0, log
    return json.loads(output.splitlines()[-1])["results"][0]


def test_a_stopped_crawl_goes_on_and_asks_for_nothing_twice(site: Site, installation: Installation) -> None:
    source = add_board(site)
    with installation.start(source, delay_s=0.1) as child:
        wait_until(lambda: len(site.asked) >= 5)
        child.send_signal(signal.SIGTERM)
        assert outcome_of(child)["reason"] == "shutdown"
    (result,) = installation.crawl(source)["results"]
    assert result["reason"] == "finished"
    asked = Counter(path for path in site.paths() if path != "/robots.txt")
    assert asked == Counter(["/list", *(f"/ad{number}" for number in range(PAGES))])
    assert len(posts_of(installation)) == PAGES


def test_the_page_limit_counts_what_was_read_before(site: Site, installation: Installation) -> None:
    source = add_board(site)
    with installation.start(source, delay_s=0.1, max_pages=8) as child:
        wait_until(lambda: len(site.asked) >= 4)
        child.kill()
        child.communicate(timeout=120)
    (result,) = installation.crawl(source, max_pages=8)["results"]
    assert result["reason"] == "max_pages"
    assert len({path for path in site.paths() if path != "/robots.txt"}) == 8


def test_a_source_that_another_process_crawls_is_left_to_it(site: Site, installation: Installation) -> None:
    source = add_board(site)
    with installation.start(source, delay_s=1.0) as child:
        wait_until(lambda: "/list" in site.paths())
        (result,) = installation.crawl(source)["results"]
        assert (result["reason"], result["captures"]) == ("under_way", 0)
        child.send_signal(signal.SIGTERM)
        assert outcome_of(child)["reason"] == "shutdown"


class Gone:
    """A page that is there once; whoever asks again asked twice."""

    def __init__(self, body: str) -> None:
        self._left = [body]

    def __call__(self, _headers: Any) -> Answer:
        return 200, {"Content-Type": "text/html"}, (self._left.pop() if self._left else "gone").encode()


def test_a_channel_is_read_on_past_posts_that_were_saved_before_the_kill(
    site: Site, installation: Installation
) -> None:
    source = {"kind": "telegram", "url": f"{site.base}/s/sample_jobs"}
    site.pages["/s/sample_jobs"] = Gone(channel_page(range(3, 5), 3))
    site.add("/s/sample_jobs?before=3", channel_page(range(1, 3), None))
    # Killed when the posts are in the store, and the page behind them is not in the frontier's file yet.
    with installation.start(source, die_after_posts=True) as child:
        child.communicate(timeout=120)
    assert (child.returncode, len(posts_of(installation))) == (-9, 2)
    (result,) = installation.crawl(source)["results"]
    assert (result["reason"], result["posts_seen"], len(posts_of(installation))) == ("finished", 4, 4)
    assert Counter(site.paths())["/s/sample_jobs"] == 1
    assert len([one for one in captures_of(installation) if one.url == source["url"]]) == 1


def test_an_answer_is_read_back_as_it_came_or_not_at_all(
    site: Site, installation: Installation, tmp_path: Path
) -> None:
    url = site.add("/ad", posting(title="Grüße"), status=404, ETag='"x"', X_Two="a")
    installation.crawl({"url": url})
    capture = captures_of(installation)[-1]
    answer = held_answer(capture, installation.captures_dir)
    assert answer
    assert (answer.status, answer.url, answer.body) == (404, url, posting(title="Grüße").encode())
    assert (answer.headers[b"Etag"], answer.headers[b"X-Two"]) == (b'"x"', b"a")
    assert held_answer(capture, tmp_path / "elsewhere") is None
    capture.sha256 = "0" * 64
    assert held_answer(capture, installation.captures_dir) is None
