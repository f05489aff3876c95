"""A decision on a whole campaign by its page: what is shown, what is excluded, and that undo takes it back."""

import re

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from store import audit, campaigns, verdicts
from store.campaign_decisions import open_members
from store.standing import is_returned
from store.tables import QueueItem, SevereExposure, User
from tests.factories import make_item
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
    assert "ở <del>Campuchia</del><ins>Thái Lan</ins>, lương" in page
    assert "Tuyển <del>nhân viên</del><ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins> gõ phím" in page
    assert "<script>alert" not in page
    assert re.findall(r'name="member\.(\d+)" value="1" checked', page) == [str(item) for item in campaign[1:]]


def test_a_post_of_mostly_other_words_is_shown_as_it_stands(staffed: Office, campaign: list[int]) -> None:
    other = staffed.post("Cần người bán hàng <b>ca tối</b>, quận 7, nghỉ chủ nhật, gọi 000")
    with staffed.store.transaction() as session:
        posts = [session.get_one(QueueItem, item).revision.post_id for item in (campaign[0], other)]
        campaigns.join_posts(session, *posts, reason="same contact", at=staffed.now)
    page = staffed.client("ana").get(f"/items/{campaign[0]}/campaign").text
    assert "Cần người bán hàng &lt;b&gt;ca tối&lt;/b&gt;, quận 7, nghỉ chủ nhật, gọi 000</div>" in page
    assert page.count("Mostly other words") == 1


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
    assert re.search(r'action="/items/\d+/campaign">\s*<button class="plain" data-key="KeyC"', page)
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


def test_the_next_page_says_what_came_of_it(staffed: Office, campaign: list[int]) -> None:
    head, held, kept = campaign
    staffed.client("binh").get(f"/items/{held}")
    client = staffed.client("ana")
    form = {"outcome": "benign", "idem_key": "k", f"member.{held}": "1", f"member.{kept}": "1"}
    next_page = client.post(f"/items/{head}/campaign", data=form).headers["location"]
    assert "decided=2&left_alone=1" in next_page
    assert "The campaign: 2 decided, 1 left alone" in client.get(next_page).text
    assert "The campaign:" not in client.get("/queue").text


@pytest.mark.parametrize("query", ["decided=<b>&left_alone=1&returned=1", "decided=-1&left_alone=1&returned=1"])
def test_what_came_of_it_is_numbers(staffed: Office, query: str) -> None:
    assert staffed.client("ana").get(f"/queue?{query}").status_code == 400


def _make_severe(office: Office, items: list[int]) -> None:
    for item in items:
        with office.store.transaction() as session:
            revision_id = session.get_one(QueueItem, item).revision_id
            verdict = verdicts.NewVerdict("test-2", "vi", 0.9, {"organ_trade": 0.9}, ["organ_trade"], [], [])
            verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=office.now)


def test_severe_members_are_marked_and_count_towards_the_limit(staffed: Office, campaign: list[int]) -> None:
    office = Office(staffed.store, severe_per_day=1)
    _make_severe(office, campaign[1:])
    client = office.client("ana")
    page = client.get(f"/items/{campaign[0]}/campaign").text
    assert re.findall(r'name="member\.(\d+)"', page) == [str(campaign[1])]
    assert "1 severe post is left out" in page
    assert page.count('class="member severe"') == 1
    assert 'id="reveal"' in page
    assert 'class="post"' in page
    with office.store.reading() as session:
        entry = audit.entries_about(session, [f"item:{campaign[0]}"])[-1]
        assert session.query(SevereExposure).count() == 1
    assert entry.details == {"items": [campaign[1]]}
    assert "Enough for today" in client.get(f"/items/{campaign[2]}").text


def test_other_members_are_not_marked(staffed: Office, campaign: list[int]) -> None:
    _make_severe(staffed, campaign[1:2])
    page = staffed.client("ana").get(f"/items/{campaign[0]}/campaign").text
    assert (page.count('class="member severe"'), page.count('class="member"')) == (1, 1)


def test_the_members_are_loaded_together(staffed: Office, campaign: list[int]) -> None:
    with staffed.store.transaction() as session:
        first = session.get_one(QueueItem, campaign[0]).revision.post_id
        for item in [make_item(session) for _ in range(7)]:
            campaigns.join_posts(session, first, item.revision.post_id, reason="same words", at=staffed.now)
    seen: list[str] = []
    with staffed.store.reading() as session:
        user, item = session.get_one(User, 1), session.get_one(QueueItem, campaign[0])
        event.listen(staffed.store.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        members = open_members(session, user, item, now=staffed.now)
        assert len([(one.revision.post.source.name, one.revision.verdicts) for one in members]) == 9
    # The item's revision, the members, their verdicts.
    assert len(seen) <= 3
