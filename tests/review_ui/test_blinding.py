"""What is decided blind shows nothing of the verdict until then, and the decision knows it."""

import re

import pytest

from store.database import Store
from store.rules import QueueRules
from tests.review_ui.office import Office

ALL_BLIND = QueueRules(blind_share=1)
TOLD = ("<mark", "Travel is paid", "travel_paid", ">High<", "lane-likely", " checked>", "flagged", "Scored by")


@pytest.fixture
def blind(copied_store: Store) -> Office:
    """An office where every post is decided without its score."""
    office = Office(copied_store, rules=ALL_BLIND)
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


def test_the_share_is_kept_and_differs_by_person(copied_store: Store) -> None:
    office = Office(copied_store, rules=QueueRules(blind_share=0.5))
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
