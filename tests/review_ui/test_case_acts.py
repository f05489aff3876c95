"""A case over the web: its forms, who is shown which, and what stands in its timeline."""

import re

import pytest
from starlette.testclient import TestClient

from store import audit, campaigns, cases
from store.tables import QueueItem
from tests.review_ui.office import Office

CASE = "/cases/CASE-2026-0001"
HAND_OVER = {
    "sha256": "ab" * 32,
    "recipient": "District <b>court</b>",
    "purpose": "Trial 12/26",
    "way": "courier",
    "handed_at": "2026-03-01T10:00",
}


@pytest.fixture
def furnished(staffed: Office) -> Office:
    """An office with two supervisors and a case of two posts that ana put together."""
    staffed.employ("second", "supervisor")
    staffed.client("ana").post("/cases", data={"title": "Typing work"})
    for _ in range(2):
        _add(staffed)
    return staffed


def _add(office: Office, username: str = "ana") -> int:
    """A confirmed post that this person puts into the case."""
    item_id = office.post()
    office.confirm("ana", item_id)
    assert office.client(username).post(f"{CASE}/items", data={"item_id": item_id}).status_code == 303
    return item_id


def _send(client: TestClient, path: str, **fields: str) -> None:
    answer = client.post(f"{CASE}/{path}", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, CASE), answer.text


def _state(office: Office) -> str:
    with office.store.reading() as session:
        return cases.case_by_number(session, "CASE-2026-0001").state


def test_a_case_is_approved_by_a_second_person(furnished: Office) -> None:
    ana, second = furnished.client("ana"), furnished.client("second")
    _send(ana, "approval", purpose="For <b>court</b> 3")
    page = second.get(CASE).text
    assert "For &lt;b&gt;court&lt;/b&gt; 3" in page
    assert 'value="approved"' in page
    assert 'value="approved"' not in ana.get(CASE).text
    _send(second, "ruling", outcome="approved")
    assert _state(furnished) == "approved"
    assert "Approved by reviewer-" in ana.get(CASE).text


def test_a_case_is_returned_with_a_reason(furnished: Office) -> None:
    _send(furnished.client("ana"), "approval", purpose="For the court")
    second = furnished.client("second")
    assert second.post(f"{CASE}/ruling", data={"outcome": "returned"}).status_code == 400
    _send(second, "ruling", outcome="returned", reason="One is a warning")
    assert (_state(furnished), "One is a warning" in second.get(CASE).text) == ("open", True)


@pytest.mark.parametrize("outcome", ["", "cancelled", "x" * 500])
def test_other_rulings_are_refused(furnished: Office, outcome: str) -> None:
    _send(furnished.client("ana"), "approval", purpose="For the court")
    assert furnished.client("second").post(f"{CASE}/ruling", data={"outcome": outcome}).status_code == 400
    assert _state(furnished) == "in_review"


def test_whoever_put_something_in_is_neither_offered_the_ruling_nor_let(furnished: Office) -> None:
    _add(furnished, "sup")
    _send(furnished.client("ana"), "approval", purpose="For the court")
    supervisor = furnished.client("sup")
    assert 'value="approved"' not in supervisor.get(CASE).text
    answer = supervisor.post(f"{CASE}/ruling", data={"outcome": "approved"})
    assert (answer.status_code, "needs a second person" in answer.text) == (403, True)


def test_a_request_is_cancelled(furnished: Office) -> None:
    ana = furnished.client("ana")
    _send(ana, "approval", purpose="For the court")
    assert "Cancel the request" not in furnished.client("vi").get(CASE).text
    _send(ana, "cancellation")
    assert _state(furnished) == "open"


def test_a_post_is_taken_out_with_a_reason_and_stays_on_the_page(furnished: Office) -> None:
    ana, item_id = furnished.client("ana"), _add(furnished)
    assert ana.post(f"{CASE}/items/{item_id}/removal", data={"reason": " "}).status_code == 400
    _send(ana, f"items/{item_id}/removal", reason="<i>another</i> matter")
    page = ana.get(CASE).text
    assert "Taken out: 1" in page
    assert page.count("&lt;i&gt;another&lt;/i&gt; matter") == 2


def test_a_campaign_is_offered_and_goes_in_whole(furnished: Office) -> None:
    ana = furnished.client("ana")
    inside, outside = _add(furnished), furnished.post()
    furnished.confirm("ana", outside)
    with furnished.store.transaction() as session:
        posts = [session.get_one(QueueItem, item).revision.post_id for item in (inside, outside)]
        campaign = campaigns.join_posts(session, *posts, reason="same words", at=furnished.now)
    assert "Add all posts of campaign 1 (1)" in ana.get(CASE).text
    assert "Add all posts of campaign 1 (1)" not in furnished.client("vi").get(CASE).text
    _send(ana, "campaigns", campaign_id=str(campaign.id))
    page = ana.get(CASE).text
    assert "More of the same campaigns" not in page
    assert f'href="/items/{outside}"' in page


def test_notes_are_added_and_corrected(furnished: Office) -> None:
    ana = furnished.client("ana")
    _send(ana, "notes", text="Paid in <b>dollars</b>")
    _send(furnished.client("inv"), "notes", text="Paid in riel", corrects_id="1")
    page = ana.get(CASE).text
    assert "Paid in &lt;b&gt;dollars" in page
    assert '<a href="#note-1">corrects note 1</a>' in page
    assert ana.post(f"{CASE}/notes", data={"text": "x", "corrects_id": "77"}).status_code == 404


def test_shared_contacts_stand_in_a_table(furnished: Office) -> None:
    page = furnished.client("vi").get(CASE).text
    assert re.search(r"<td>telegram</td>\s*<td[^>]*><bdi>@Example_HR</bdi></td>\s*<td>2: ", page)


def test_a_case_closes_and_opens_again(furnished: Office) -> None:
    ana = furnished.client("ana")
    _send(ana, "closing", reason="Went to trial")
    page = ana.get(CASE).text
    assert "The case is closed" in page
    assert "Take out" not in page
    _send(ana, "reopening", reason="New posts")
    assert _state(furnished) == "open"


def _pack(office: Office) -> None:
    with office.store.transaction() as session:
        case = cases.case_by_number(session, "CASE-2026-0001")
        about = {"file_name": "p.zip", "sha256": "ab" * 32, "signer": "cd" * 32, "exported_by": "reviewer-1"}
        cases.record_pack(
            session, case, size_bytes=7, now=office.now, unapproved_because="Danger <b>to</b> life", **about
        )


def test_a_hand_over_is_recorded(furnished: Office) -> None:
    _pack(furnished)
    _send(furnished.client("inv"), "hand-overs", **HAND_OVER)
    page = furnished.client("vi").get(CASE).text
    assert "Handed over to District &lt;b&gt;court&lt;/b&gt;" in page
    assert "Danger &lt;b&gt;to&lt;/b&gt; life" in page
    assert "Record a hand-over" not in page


@pytest.mark.parametrize(
    "handed_at",
    ["", "yesterday", "2026-03-01T12:01", "9999-99-99T00:00", "0001-01-01T00:00+14:00", "2026-03-01T10:00+09:00"],
)
def test_a_hand_over_has_a_past_time(furnished: Office, handed_at: str) -> None:
    _pack(furnished)
    answer = furnished.client("inv").post(f"{CASE}/hand-overs", data=HAND_OVER | {"handed_at": handed_at})
    assert answer.status_code == (303 if handed_at.endswith("+09:00") else 400)


def test_an_item_is_offered_only_cases_that_take_it(furnished: Office) -> None:
    client, item_id = furnished.client("inv"), furnished.post()
    furnished.confirm("ana", item_id)
    assert f'action="{CASE}/items"' in client.get(f"/items/{item_id}").text
    _send(client, "closing", reason="Went to trial")
    assert f'action="{CASE}/items"' not in client.get(f"/items/{item_id}").text


def test_the_timeline_tells_it_in_order(furnished: Office) -> None:
    ana = furnished.client("ana")
    _send(ana, "notes", text="Paid")
    _send(ana, "approval", purpose="For the court")
    _send(furnished.client("second"), "ruling", outcome="approved")
    page = ana.get(CASE).text
    timeline = page[page.index('<ol class="timeline">') :]
    told = re.findall(r"<strong>(.*?)</strong>", timeline)
    assert told == [
        "Case opened.",
        "Item 1 put in.",
        "Item 2 put in.",
        "Note 1 written.",
        "Approval asked for.",
        "Approved by a second person.",
    ]


def test_the_list_is_filtered_and_the_filter_on_record(furnished: Office) -> None:
    client = furnished.client("inv")
    client.post("/cases", data={"title": "Flights"})
    _send(client, "closing", reason="done")
    page = client.get("/cases", params={"state": "closed", "words": "TYPING"}).text
    assert ("Typing work" in page, "Flights" in page) == (True, False)
    assert "No case is like that" in client.get("/cases", params={"words": "%"}).text
    assert client.get("/cases", params={"state": "x"}).status_code == 400
    with furnished.store.reading() as session:
        listed = audit.entries_about(session, ["cases"])
        assert [entry.details["words"] for entry in listed] == ["TYPING", "%"]
