"""What is decided blind shows nothing of the verdict until then, and the decision knows it."""

import re

import pytest

from store import queue, verdicts
from store.database import Store
from store.rules import QueueRules
from store.tables import QueueItem
from tests.factories import NOW, make_revision, make_verdict
from tests.review_ui.office import Office

ALL_BLIND = QueueRules(blind_share=1)
TOLD = ("<mark", "Travel is paid", "travel_paid", ">High<", "lane-likely", " checked>", "flagged", "Scored by")


@pytest.fixture
def blind(sqlite_store: Store) -> Office:
    """An office where every post is decided without its score."""
    office = Office(sqlite_store, rules=ALL_BLIND)
    for username, role in [("ana", "analyst"), ("binh", "analyst"), ("vi", "viewer")]:
        office.employ(username, role)
    return office


def _main(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_nothing_of_the_verdict_is_shown_until_it_is_decided(blind: Office) -> None:
    item_id = blind.post()
    client = blind.client("ana")
    before = _main(client.get(f"/items/{item_id}").text)
    assert [told for told in TOLD if told in before] == []
    assert "hidden until you have decided" in before
    client.post(f"/items/{item_id}/decision", data={"outcome": "benign", "idem_key": "k"})
    after = _main(client.get(f"/items/{item_id}").text)
    assert "<mark" in after
    assert "without the score" in after
    (decision,) = blind.decisions(item_id)
    assert (decision.saw_score, decision.blind) == (False, True)


def test_the_list_hides_it_too(blind: Office) -> None:
    blind.post()
    row = _main(blind.client("ana").get("/queue").text).split("<tbody", 1)[1]
    assert (">High<" in row, "lane-likely" in row) == (False, False)
    assert ">High<" in _main(blind.client("vi").get("/queue").text)


def test_a_form_that_claims_otherwise_changes_nothing(blind: Office) -> None:
    item_id = blind.post()
    form = {"outcome": "benign", "idem_key": "k", "saw_score": "1", "blind": "0"}
    blind.client("ana").post(f"/items/{item_id}/decision", data=form)
    assert blind.decisions(item_id)[0].saw_score is False


def test_a_call_for_help_is_never_hidden(blind: Office) -> None:
    item_id = blind.post(lane="urgent")
    assert "<mark" in blind.client("ana").get(f"/items/{item_id}").text


def test_whoever_decided_once_has_seen_the_score(blind: Office) -> None:
    item_id = blind.post()
    client = blind.client("ana")
    client.post(f"/items/{item_id}/decision", data={"outcome": "benign", "idem_key": "k"})
    client.post("/undo", data={"idem_key": "u"})
    assert "<mark" in client.get(f"/items/{item_id}").text
    client.post(f"/items/{item_id}/decision", data={"outcome": "confirmed", "idem_key": "k2"})
    assert [one.saw_score for one in blind.decisions(item_id)] == [False, False, True]


def test_the_share_is_kept_and_differs_by_person(sqlite_store: Store) -> None:
    office = Office(sqlite_store, rules=QueueRules(blind_share=0.5))
    office.employ("ana")
    office.employ("binh")
    items = [office.post() for _ in range(30)]
    hidden = {
        name: {item for item in items if re.search(rf'items/{item}".*?band-hidden', _row(page, item), re.DOTALL)}
        for name, page in ((name, office.client(name).get("/queue").text) for name in ("ana", "binh"))
    }
    assert all(6 <= len(found) <= 24 for found in hidden.values())
    assert hidden["ana"] != hidden["binh"]


def _row(page: str, item_id: int) -> str:
    return next(row for row in page.split("<tr") if f'href="/items/{item_id}"' in row)


def test_an_older_version_tells_no_more_than_the_one_that_waits(blind: Office) -> None:
    older = blind.post()
    with blind.store.transaction() as session:
        item = session.get_one(QueueItem, older)
        edited = make_revision(session, "Việc nhẹ ở Campuchia, bao vé", native_id=item.revision.post.native_id)
        make_verdict(session, edited)
        queue.enqueue(session, revision_id=edited.id, lane="likely", priority=0.9, at=NOW)
    client = blind.client("ana")
    rows = _main(client.get("/search?q=Campuchia").text).split("<tbody", 1)[1]
    assert (rows.count("band-hidden"), rows.count("lane-likely"), rows.count("superseded")) == (2, 0, 1)
    page = _main(client.get(f"/items/{older}").text)
    assert [told for told in TOLD if told in page] == []


@pytest.mark.parametrize("label", ["organ_trade", "victim_distress"])
def test_what_hurts_to_read_or_asks_for_help_is_never_hidden(blind: Office, label: str) -> None:
    item_id = blind.post()
    with blind.store.transaction() as session:
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdict = verdicts.NewVerdict("test-2", "vi", 0.9, {label: 0.9}, [label], [], [])
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=NOW)
    assert "Scored by" in blind.client("ana").get(f"/items/{item_id}").text


def test_hidden_items_are_counted_apart_from_the_lanes(blind: Office) -> None:
    blind.post()
    blind.post(lane="urgent")
    counts = _main(blind.client("ana").get("/queue").text).split("</ul>", 1)[0]
    assert re.findall(r"lane-(\w+)\D*<strong>(\d+)", counts) == [
        *(("urgent", "1"), ("likely", "0"), ("uncertain", "0"), ("audit", "0")),
        ("hidden", "1"),
    ]
