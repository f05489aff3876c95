"""Two offices differ only in what the release said of a post, and in what a first reader said of another.

Whoever is to decide on the one blind, and reads the other once more, is told the same in both, whichever way they ask.
Somebody who decides nothing is told what differs: so the comparison can fail.
"""

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from starlette.routing import Route

from review_ui import search_form
from store import campaigns, handed_in, leases, queue, users, verdicts
from store.database import Store
from store.lanes import LANES
from store.rules import QueueRules
from store.tables import QueueItem
from tests import factories
from tests.conftest import AUDIT_KEY
from tests.factories import NOW, make_form, make_revision
from tests.review_ui.api.client import Program, token_of
from tests.review_ui.office import Office

ITEM, NEIGHBOUR, READ_AGAIN = 1, 2, 3
TEXTS = {ITEM: "Invented post about flights", NEIGHBOUR: "Invented post about hotels", READ_AGAIN: "Invented third one"}
CHANGING = {"/queue/next", "/sign-in/openid", "/sign-in/openid/back", "/sign-in/openid/leave"}
SEARCHES = [
    f"/search?q=invented&{name}={value}"
    for name in ("lane", "label", "risk", "order", "state")
    for value in search_form.CHOICES[name]
]
WAYS = [
    *("/queue", "/queue?shown=snoozed", "/queue?lang=vi"),
    *(f"/queue?lane={lane}" for lane in LANES),
    *SEARCHES,
    *("/search?q=invented", "/search?indicator=travel_paid", "/search?lane=likely&risk=high", "/search?order=risk"),
    *(f"/items/{number}" for number in TEXTS),
    *(f"/items/{number}/campaign" for number in TEXTS),
    *("/identifiers/1", "/intake", "/cases", "/account", "/languages"),
    *("/api/queue", *(f"/api/queue?lane={lane}" for lane in LANES)),
    *(f"/api/{name}/{number}" for name in ("items", "posts") for number in TEXTS),
    *("/api/posts", "/api/verdicts", "/api/campaigns", "/api/campaigns/1", "/api/cases", "/api/openapi.json"),
]
TELLING = [
    *("/queue", "/queue?lane=likely", "/queue?lane=audit", "/items/1", "/identifiers/1", "/intake"),
    *("/search?q=invented", "/search?q=invented&lane=likely", "/search?q=invented&label=scam_centre"),
    *("/search?q=invented&risk=high", "/search?q=invented&order=risk", "/search?indicator=travel_paid"),
    *("/search?q=invented&state=confirmed", "/items/3"),
    *("/api/queue", "/api/queue?lane=likely", "/api/items/1", "/api/verdicts", "/api/items/3"),
]
SAID = {
    "likely": verdicts.NewVerdict(
        "test-1", "vi", 0.97, {"scam_centre": 0.97}, ["scam_centre"],
        [{"code": "travel_paid", "start": 20, "end": 27, "text": "flights"}], [], "flagged",
        [{"code": "travel_paid", "weight": 2.0, "side": "for"}],
    ),
    "audit": verdicts.NewVerdict("test-1", "vi", 0.02, {"scam_centre": 0.02}, [], [], [], "not_enough", []),
}  # fmt: skip


def _queued(session: Session, text: str, lane: str, priority: float, said: verdicts.NewVerdict) -> QueueItem:
    revision = make_revision(session, text)
    contact = {"type": "telegram", "value": "@Example_HR", "normalized": "example_hr", "start": 0, "end": 8}
    named = verdicts.NewVerdict(
        said.release, said.lang, said.risk, said.labels, said.flagged, said.indicators, [contact], said.answer,
        said.reasons,
    )  # fmt: skip
    verdicts.save_verdict(session, revision_id=revision.id, verdict=named, scored_at=NOW)
    return queue.enqueue(session, revision_id=revision.id, lane=lane, priority=priority, at=NOW)


def _furnish(office: Office, lane: str, outcome: str) -> None:
    """The post that is to be decided blind, another that waits, and one that ana reads once more."""
    with office.store.transaction() as session:
        item = _queued(session, TEXTS[ITEM], lane, {"likely": 0.9, "audit": 0.1}[lane], SAID[lane])
        neighbour = _queued(session, TEXTS[NEIGHBOUR], "likely", 0.5, SAID["likely"])
        again = _queued(session, TEXTS[READ_AGAIN], "likely", 0.4, SAID["likely"])
        assert [item.id, neighbour.id, again.id] == [ITEM, NEIGHBOUR, READ_AGAIN]
        posts = item.revision.post_id, neighbour.revision.post_id
        campaigns.join_posts(session, *posts, reason="telegram example_hr", at=NOW)
        ana, binh, inv = (users.user_by_name(session, name) for name in ("ana", "binh", "inv"))
        assert ana is not None
        assert binh is not None
        assert inv is not None
        queue.decide(session, binh, make_form(again, outcome, "first-word"), now=NOW)
        leases.take(session, again.id, ana, now=NOW, purpose="second")
        given = handed_in.Given(content=b"x", media_type="text/plain", giver="partner")
        row = handed_in.record(session, inv, given, capture_id=item.revision.capture_id, sha256="0" * 64, now=NOW)
        handed_in.link_posts(session, row, [item.revision_id])


@pytest.fixture(scope="module")
def offices(empty_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Office]]:
    """The same office twice, but for a verdict with its lane, and a first reader's word."""
    made = []
    for lane, outcome in (("likely", "confirmed"), ("audit", "benign")):
        path = shutil.copy(empty_tables, tmp_path_factory.mktemp(lane) / "lurewatch.db")
        office = Office(Store(f"sqlite:///{path}", audit_key=AUDIT_KEY), rules=QueueRules(blind_share=1))
        for username, role in [("ana", "analyst"), ("binh", "analyst"), ("inv", "investigator")]:
            office.employ(username, role)
        # What captures are numbered by: alike in both.
        factories._numbers = itertools.count(1_000_000)
        _furnish(office, lane, outcome)
        made.append(office)
    yield made
    for office in made:
        office.store.close()


def _told(office: Office, username: str, way: str) -> str:
    if way.startswith("/api/"):
        answer = Program(office, token_of(office, username)).get(way.removeprefix("/api"))
    else:
        answer = office.client(username).get(way)
    assert answer.status_code == 200, f"{way}: {answer.text}"
    # Keys of forms, pseudonyms and sessions are drawn anew each time.
    return re.sub(r'"[\w-]{32}"|reviewer-[0-9a-f]{8}|sessions/\d+', "", answer.text)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_told_of_what_is_to_be_decided_blind(offices: list[Office], way: str) -> None:
    first, second = (_told(office, "ana", way) for office in offices)
    assert first == second


@pytest.mark.parametrize("way", TELLING)
def test_who_decides_nothing_is_told(offices: list[Office], way: str) -> None:
    first, second = (_told(office, "inv", way) for office in offices)
    assert first != second


def test_every_way_is_tried(offices: list[Office]) -> None:
    tried = {re.sub(r"/\d+", "/1", way.partition("?")[0]) for way in WAYS}
    # In both, for /account lists the sessions.
    client, _ = (office.client("ana") for office in offices)
    for route in offices[0].app.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path not in CHANGING:
            path = re.sub(r"\{\w+\}", "1", route.path)
            shown = client.get(path)
            mentions = any(text in shown.text for text in TEXTS.values()) or "/items/" in shown.text
            assert path in tried or not mentions, path
