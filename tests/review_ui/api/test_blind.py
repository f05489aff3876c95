"""What somebody is to decide blind, or to read once more, tells a program of theirs no more than a page."""

from store.database import Store
from store.rules import QueueRules
from tests.review_ui.api.client import Program, token_of
from tests.review_ui.office import Office


def _office(store: Store, rules: QueueRules) -> Office:
    office = Office(store, rules=rules)
    for username in ("ana", "binh"):
        office.employ(username)
    return office


def test_a_blind_item_comes_without_its_verdict_until_it_is_decided(sqlite_store: Store) -> None:
    office = _office(sqlite_store, QueueRules(blind_share=1))
    item_id = office.post()
    ana = Program(office, token_of(office, "ana"))
    claimed = ana.post("/queue/claim").json()["item"]
    assert (claimed["lane"], claimed["verdict"]) == ("hidden", None)
    assert ana.get("/queue").json()["rows"][0]["lane"] == "hidden"
    assert ana.post(f"/items/{item_id}/decisions", {"outcome": "benign"}).status_code == 200
    (decision,) = office.decisions(item_id)
    assert (decision.saw_score, decision.blind) == (False, True)
    assert ana.get(f"/items/{item_id}").json()["verdict"] is not None


def test_a_second_reader_is_not_told_what_the_first_said(sqlite_store: Store) -> None:
    office = _office(sqlite_store, QueueRules(second_share=1))
    item_id = office.post()
    office.confirm("binh", item_id)
    ana = Program(office, token_of(office, "ana"))
    claimed = ana.post("/queue/claim").json()["item"]
    assert (claimed["item_id"], claimed["decisions"]) == (item_id, [])
    ana.post(f"/items/{item_id}/decisions", {"outcome": "benign"})
    assert len(ana.get(f"/items/{item_id}").json()["decisions"]) == 2
    assert office.state(item_id) == "decided"
