"""One crawl by several processes, as on several machines: one Redis and one store for all."""

import json
import pickle
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.crawlers.frontier.test_request_json import Marker
from tests.crawlers.loopback import Installation, Site, posts_of
from tests.crawlers.manners.test_turns import PAUSE_S, Visits
from tests.crawlers.test_resume import PAGES, add_board, outcome_of, wait_until

pytestmark = pytest.mark.redis


def test_two_machines_fetch_each_page_once_and_keep_each_post_once(site: Site, shared: Installation) -> None:
    source = add_board(site)
    with shared.start(source) as one, shared.start(source) as other:
        results = [outcome_of(child) for child in (one, other)]
    assert [result["reason"] for result in results] == ["finished", "finished"]
    asked = Counter(path for path in site.paths() if path != "/robots.txt")
    assert asked == Counter(["/list", *(f"/ad{number}" for number in range(PAGES))])
    assert sum(result["pages"] for result in results) == PAGES + 1
    assert sorted(int(post.native_id) for post in posts_of(shared)) == list(range(PAGES))


def test_two_machines_together_keep_to_the_pace_and_the_page_limit(site: Site, shared_lite: Installation) -> None:
    visits = Visits()
    source = add_board(site)
    site.pages |= dict.fromkeys([path for path in site.pages if path.startswith("/ad")], visits)
    with (
        shared_lite.start(source, delay_s=PAUSE_S, max_pages=8) as one,
        shared_lite.start(source, delay_s=PAUSE_S, max_pages=8) as other,
    ):
        results = [outcome_of(child) for child in (one, other)]
    assert "max_pages" in [result["reason"] for result in results]
    assert len([path for path in site.paths() if path != "/robots.txt"]) == 8
    assert visits.most_at_once == 1
    # What arrives late at a busy machine shortens the gap after it, but not all of them.
    assert visits.began[-1] - visits.began[0] >= 0.6 * PAUSE_S * (len(visits.began) - 1)


def test_a_machine_goes_on_where_another_was_stopped_and_does_not_begin_anew_at_once(
    site: Site, shared_lite: Installation
) -> None:
    source = add_board(site)
    with shared_lite.start(source, delay_s=0.1) as child:
        wait_until(lambda: len(site.asked) >= 5)
        child.send_signal(signal.SIGTERM)
        assert outcome_of(child)["reason"] == "shutdown"
    (result,) = shared_lite.crawl(source)["results"]
    assert result["reason"] == "finished"
    assert Counter(site.paths()) == Counter(["/robots.txt", "/list", *(f"/ad{number}" for number in range(PAGES))])
    assert len(posts_of(shared_lite)) == PAGES
    site.asked.clear()
    (result,) = shared_lite.crawl(source)["results"]
    assert (result["reason"], result["pages"], site.paths()) == ("finished", 0, [])


def test_what_others_wrote_into_redis_does_not_run_and_costs_no_page(
    site: Site, shared_lite: Installation, redis_url: str, tmp_path: Path
) -> None:
    source = add_board(site)
    server = Redis.from_url(redis_url)
    with shared_lite.start(source, delay_s=0.3) as child:
        wait_until(lambda: bool(server.keys("*:held")) and len(site.asked) >= 3)
        (held,) = server.keys("*:held")
        prefix = held.decode().removesuffix("held")
        forged = {"url": f"{site.base}/forbidden", "_class": "scrapy.Request"}
        for number, content in (("1" * 32, pickle.dumps(Marker(tmp_path / "ran"))), ("2" * 32, json.dumps(forged))):
            server.hset(f"{prefix}held", number, content)
            server.hset(f"{prefix}order", number, "-1e15")
            server.zadd(f"{prefix}waiting", {number: -1e15})
        result = outcome_of(child)
    assert not (tmp_path / "ran").exists()
    assert "/forbidden" not in site.paths()
    assert (result["reason"], result["errors"], result["pages"]) == ("finished", 2, PAGES + 1)


def test_a_crawl_whose_redis_is_lost_says_so_and_loses_nothing(
    site: Site, shared_lite: Installation, redis_url: str
) -> None:
    source = add_board(site)
    with shared_lite.start(source, delay_s=0.2) as child:
        wait_until(lambda: len(site.asked) >= 4)
        Redis.from_url(redis_url).shutdown(nosave=True)
        output, log = child.communicate(timeout=120)
    assert child.returncode == 0, log
    assert "was lost" in json.loads(output.splitlines()[-1])["error"]["line"]


def test_a_token_is_not_written_into_redis(
    site: Site, shared_lite: Installation, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_TOKEN", "s3cret-token")
    server = Redis.from_url(redis_url)
    sent: list[str] = []

    def page(headers: Any) -> tuple[int, dict[str, str], bytes]:
        sent.append(headers.get("Authorization", ""))
        older = {
            "Content-Type": "application/json",
            "Link": f'<{site.base}/api/v1/timelines/tag/x?max_id=1>; rel="next"',
        }
        status = {"id": str(len(sent)), "content": "<p>x</p>", "account": {"acct": "a"}}
        return 200, older, json.dumps([status]).encode()

    site.pages = dict.fromkeys(["/api/v1/timelines/tag/x?limit=40", "/api/v1/timelines/tag/x?max_id=1"], page)
    source = {"kind": "mastodon", "url": f"{site.base}/tags/x", "token_from": "SOURCE_TOKEN"}
    with shared_lite.start(source, delay_s=0.5) as child:
        wait_until(lambda: bool(server.keys("*:held")))
        (held,) = server.keys("*:held")
        contents: set[bytes] = set()
        while child.poll() is None:
            contents |= set(server.hvals(held))
            time.sleep(0.01)
        child.communicate(timeout=120)
    assert sent == ["Bearer s3cret-token"] * 2
    assert contents
    assert not any(b"s3cret" in content for content in contents)
