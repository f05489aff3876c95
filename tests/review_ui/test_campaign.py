"""A decision on a whole campaign by its page: what is shown, what is excluded, and that undo takes it back."""

import re

import pytest
from starlette.testclient import TestClient

from store import audit, campaigns
from store.standing import is_returned
from store.tables import QueueItem
from tests.review_ui.office import Office

TEXTS = (
    "Tuyển nhân viên gõ phím ở Campuchia, lương 25 triệu, liên hệ @Example_HR",
    "Tuyển nhân viên gõ phím ở Thái Lan, lương 30 triệu, liên hệ @Example_HR",
    "Tuyển <script>alert(1)</script> gõ phím ở Campuchia, lương 25 triệu",
)


@pytest.fixture
def campaign(staffed: Office) -> list[int]:
    """Three posts of one campaign."""
    items = [staffed.post(text) for text in TEXTS]
    with staffed.store.transaction() as session:
        posts = [session.get_one(QueueItem, item).revision.post_id for item in items]
        for post in posts[1:]:
            campaigns.join_posts(session, posts[0], post, reason="same words", at=staffed.now)
    return items


def _send(client: TestClient, item_id: int, members: list[int], outcome: str = "confirmed", **fields: str) -> int:
    form = {"outcome": outcome, "idem_key": "k", "labels_asked": "1", "label.fake_job": "1", **fields}
    form |= {f"member.{member}": "1" for member in members}
    return client.post(f"/items/{item_id}/campaign", data=form).status_code


def test_the_page_marks_what_differs(staffed: Office, campaign: list[int]) -> None:
    page = staffed.client("ana").get(f"/items/{campaign[0]}/campaign").text
    assert "<del>Campuchia</del><ins>Thái Lan</ins>" in page or "<ins>Thái</ins>" in page
    assert "<ins>&lt;script&gt;" in page or "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert re.findall(r'name="member\.(\d+)" value="1" checked', page) == [str(item) for item in campaign[1:]]


def test_only_what_stays_ticked_is_decided(staffed: Office, campaign: list[int]) -> None:
    head, kept, excluded = campaign
    assert _send(staffed.client("ana"), head, [kept]) == 303
    (source,), (propagated,) = staffed.decisions(head), staffed.decisions(kept)
    assert (propagated.source_decision_id, propagated.labels) == (source.id, ["fake_job"])
    assert staffed.decisions(excluded) == []


def test_undo_by_its_key_opens_all_again(staffed: Office, campaign: list[int]) -> None:
    client = staffed.client("ana")
    _send(client, campaign[0], campaign[1:])
    answer = client.post("/undo", data={"idem_key": "u"})
    assert answer.headers["location"] == f"/items/{campaign[0]}"
    assert [staffed.state(item) for item in campaign] == ["open"] * 3


def test_the_item_leads_there_by_key_and_says_what_came_of_it(staffed: Office, campaign: list[int]) -> None:
    client = staffed.client("ana")
    page = client.get(f"/items/{campaign[0]}").text
    assert re.search(r'action="/items/\d+/campaign" class="row">\s*<button class="plain" data-act="cluster"', page)
    _send(client, campaign[0], campaign[1:])
    with staffed.store.reading() as session:
        closed = next(i for i in campaign[1:] if not is_returned(session, session.get_one(QueueItem, i).decisions[0]))
    assert "with its campaign" in client.get(f"/items/{closed}").text


def test_a_post_without_a_campaign_has_no_such_button(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    assert 'data-key="KeyC"' not in client.get(f"/items/{item_id}").text
    assert "No other post of this campaign waits" in client.get(f"/items/{item_id}/campaign").text


@pytest.mark.parametrize("fields", [{"outcome": "unsure"}, {"outcome": ""}, {"member.x": "1"}, {"release": "other"}])
def test_what_cannot_be_decides_nothing(staffed: Office, campaign: list[int], fields: dict[str, str]) -> None:
    form = {"outcome": "benign"} | fields
    assert _send(staffed.client("ana"), campaign[0], campaign[1:], **form) == 400
    assert [staffed.decisions(item) for item in campaign] == [[], [], []]


def test_whose_posts_were_shown_is_kept(staffed: Office, campaign: list[int]) -> None:
    staffed.client("ana").get(f"/items/{campaign[0]}/campaign")
    with staffed.store.reading() as session:
        entry = audit.entries_about(session, [f"item:{campaign[0]}"])[-1]
    assert (entry.action, entry.details) == ("campaign.viewed", {"items": campaign[1:]})
