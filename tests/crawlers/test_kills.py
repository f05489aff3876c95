"""A crawl that is killed loses no capture that was acknowledged, and the next one goes on."""

import random
import time

from store.audit import verify_chain
from tests.crawlers.loopback import Installation, Site, captures_of, posting, posts_of, read_record

KILLS = 10
PAGES = 60


def test_killed_crawls_lose_no_acknowledged_capture(site: Site, installation: Installation) -> None:
    chance = random.Random(20260301)
    site.add("/list", "".join(f'<a href="/ad{number}">x</a>' for number in range(PAGES)))
    for number in range(PAGES):
        body = f"<p>Advert {number}</p><p>{chance.randbytes(2_000).hex()}</p>"
        site.add(f"/ad{number}", posting(identifier=str(number), description=body), ETag=f'"{number}"')
    source = {"url": f"{site.base}/list"}
    acknowledged = 0
    for _ in range(KILLS):
        site.asked.clear()
        with installation.start(source, delay_s=0.0, max_pages=PAGES) as child:
            _wait_for_first_page(site)
            time.sleep(chance.uniform(0.0, 0.4))
            child.kill()
            child.wait(timeout=20)
        captures = captures_of(installation)
        assert len(captures) >= acknowledged
        for capture in captures[acknowledged:]:
            read_record(installation.captures_dir, capture)
        acknowledged = len(captures)
    assert acknowledged > KILLS
    for capture in captures_of(installation):
        assert len(read_record(installation.captures_dir, capture).payload) == capture.size_bytes
    with installation.opened() as store, store.reading() as session:
        assert verify_chain(session).fault is None
    _everything_is_read_in_the_end(installation, source)


def _wait_for_first_page(site: Site) -> None:
    deadline = time.monotonic() + 30
    while "/list" not in site.paths():
        assert time.monotonic() < deadline, "the crawl never began"
        time.sleep(0.01)


def _everything_is_read_in_the_end(installation: Installation, source: dict[str, str]) -> None:
    installation.crawl(source, delay_s=0.0, max_pages=PAGES + 1)
    assert {post.native_id for post in posts_of(installation)} == {str(number) for number in range(PAGES)}
