"""Whoever stops all crawling stops what is under way too, a page that never ends included."""

import json
import threading
from typing import Any

from store import crawl_stop
from tests.crawlers.loopback import Answer, Installation, Site, audit_of


def test_a_crawl_under_way_is_stopped_in_the_middle_of_a_page(site: Site, installation: Installation) -> None:
    is_asked, may_answer = threading.Event(), threading.Event()

    def slow(_headers: Any) -> Answer:
        is_asked.set()
        may_answer.wait(600)
        return 200, {"Content-Type": "text/html"}, b"late"

    site.pages["/list"] = slow
    with installation.start({"url": f"{site.base}/list"}, settings={"DOWNLOAD_TIMEOUT": 900}) as child:
        assert is_asked.wait(120)
        with installation.opened() as store, store.transaction() as session:
            crawl_stop.stop(session, actor="somebody", reason="Asked by the court")
        output, log = child.communicate(timeout=300)
    may_answer.set()
    assert child.returncode == 0, log
    (result,) = json.loads(output.splitlines()[-1])["results"]
    assert (result["reason"], result["pages"]) == ("stopped", 0)


def test_the_last_word_holds_and_is_on_record(installation: Installation) -> None:
    with installation.opened() as store:
        with store.reading() as session:
            assert crawl_stop.stopped_because(session) is None
        for act, reason in ((crawl_stop.stop, "first"), (crawl_stop.allow, "over"), (crawl_stop.stop, "again")):
            with store.transaction() as session:
                act(session, actor="somebody", reason=reason)
        with store.reading() as session:
            assert crawl_stop.stopped_because(session) == "again"
        with store.transaction() as session:
            crawl_stop.allow(session, actor="somebody", reason="over")
        with store.reading() as session:
            assert crawl_stop.stopped_because(session) is None
    assert [entry["reason"] for entry in audit_of(installation, "crawling.stopped")] == ["first", "again"]
