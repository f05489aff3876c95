"""The queue and cases through the API: the rules are those of the pages, because the functions are."""

import pytest
from sqlalchemy import select

from store import audit, campaigns
from store.tables import ApiReply, Decision, Verdict
from store.users import user_by_name
from tests.factories import NOW
from tests.review_ui.api.client import Program, token_of
from tests.review_ui.office import Office


@pytest.fixture
def ana(staffed: Office) -> Program:
    """A program that acts as the analyst `ana`."""
    return Program(staffed, token_of(staffed, "ana"))


@pytest.fixture
def binh(staffed: Office) -> Program:
    """A program that acts as the analyst `binh`."""
    return Program(staffed, token_of(staffed, "binh"))


def test_the_queue_comes_in_pages_and_nothing_is_missed(staffed: Office, ana: Program) -> None:
    made = [staffed.post() for _ in range(5)]
    seen, after = [], 0
    while after is not None:
        page = ana.get("/queue", after=after, limit=2).json()
        seen += [row["item_id"] for row in page["rows"]]
        after = page["next"]
    assert seen == made


def test_the_list_holds_no_text_and_may_be_of_one_lane(staffed: Office, ana: Program) -> None:
    staffed.post("Việc nhẹ lương cao ở Campuchia")
    urgent = staffed.post(lane="urgent")
    assert "Campuchia" not in ana.get("/queue").text
    assert [row["item_id"] for row in ana.get("/queue", lane="urgent").json()["rows"]] == [urgent]


def test_claiming_gives_the_most_pressing_and_leases_it(staffed: Office, ana: Program, binh: Program) -> None:
    likely, urgent = staffed.post(), staffed.post(lane="urgent")
    first, again, other = (program.post("/queue/claim").json()["item"]["item_id"] for program in (ana, ana, binh))
    assert (first, again, other) == (urgent, urgent, likely)
    assert binh.post(f"/items/{urgent}/claim").status_code == 409
    assert ana.post("/queue/claim").json()["item"]["verdict"]["labels"]["scam_centre"] == pytest.approx(0.97)


def test_an_empty_queue_gives_null(ana: Program) -> None:
    assert ana.post("/queue/claim").json() == {"item": None}


def test_a_decision_is_the_same_row_as_a_page_makes(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    body = {"outcome": "confirmed", "labels": ["scam_centre"], "note": "same number", "release": "test-1"}
    made = ana.post(f"/items/{item_id}/decisions", body)
    assert made.status_code == 200, made.text
    (decision,) = staffed.decisions(item_id)
    assert (decision.id, decision.labels, decision.note) == (made.json()["decision_id"], ["scam_centre"], "same number")
    assert staffed.state(item_id) == "decided"
    with staffed.store.reading() as session:
        assert "decision.made" in [entry.action for entry in audit.entries_about(session, [f"item:{item_id}"])]


def test_a_decision_sent_twice_is_one(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    answers = [ana.post(f"/items/{item_id}/decisions", {"outcome": "benign"}, key="k").text for _ in range(2)]
    assert answers[0] == answers[1], answers
    assert len(staffed.decisions(item_id)) == 1, answers


def test_whoever_comes_late_is_told(staffed: Office, ana: Program, binh: Program) -> None:
    item_id = staffed.post()
    ana.post(f"/items/{item_id}/decisions", {"outcome": "benign"})
    answer = binh.post(f"/items/{item_id}/decisions", {"outcome": "confirmed"})
    assert (answer.status_code, answer.json()["code"]) == (409, "LW500")
    assert "as benign" in answer.json()["message"]


def test_a_release_that_never_judged_it_is_refused(staffed: Office, ana: Program) -> None:
    answer = ana.post(f"/items/{staffed.post()}/decisions", {"outcome": "benign", "release": "other"})
    assert (answer.status_code, answer.json()["code"]) == (400, "LW300")


def test_undo_takes_the_last_one_back(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    ana.post(f"/items/{item_id}/decisions", {"outcome": "benign"})
    assert [ana.post("/undo", key="z").json()["outcome"] for _ in range(2)] == ["undone", "undone"]
    assert staffed.state(item_id) == "open"
    assert ana.post("/undo").status_code == 409


def test_what_is_kept_to_answer_again_holds_no_text(staffed: Office, ana: Program) -> None:
    item_id = staffed.post("Việc nhẹ lương cao ở Campuchia")
    ana.post("/queue/claim")
    ana.post(f"/items/{item_id}/decisions", {"outcome": "confirmed", "note": "see Campuchia"})
    with staffed.store.reading() as session:
        assert "Campuchia" not in str(session.scalars(select(ApiReply.answer)).all())


def test_a_case_is_opened_filled_and_read(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    staffed.confirm("binh", item_id)
    number = ana.post("/cases", {"title": "Flights"}).json()["number"]
    assert ana.post(f"/cases/{number}/items", {"item_id": item_id}).json() == {"number": number, "item_id": item_id}
    assert ana.get(f"/cases/{number}").json()["items"] == [item_id]
    assert [row["number"] for row in ana.get("/cases").json()["rows"]] == [number]


@pytest.mark.parametrize(
    ("name", "expected"), [("vi", (403, 403, 403)), ("inv", (403, 403, 200)), ("ana", (200, 200, 200))]
)
def test_each_role_may_do_what_its_pages_may(staffed: Office, name: str, expected: tuple[int, ...]) -> None:
    item_id = staffed.post()
    program = Program(staffed, _token(staffed, name))
    sent = [
        program.post("/queue/claim"),
        program.post(f"/items/{item_id}/decisions", {"outcome": "benign"}),
        program.post("/cases", {"title": "Flights"}),
    ]
    assert tuple(answer.status_code for answer in sent) == expected


def _token(office: Office, name: str) -> str:
    """A token with every scope, whose holder has by now the role of `name`: what counts is the role at the call."""
    token = token_of(office, "binh", "view", "decide", "open_case")
    with office.store.transaction() as session:
        holder, other = user_by_name(session, "binh"), user_by_name(session, name)
        assert holder is not None
        assert other is not None
        holder.role = other.role
    return token


def test_reading_is_kept(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    ana.get(f"/items/{item_id}")
    assert staffed.decisions(item_id) == []
    with staffed.store.reading() as session:
        (entry,) = audit.entries_about(session, [f"item:{item_id}"])
    assert (entry.action, entry.details) == ("post.viewed", {"token": 1})


def test_posts_verdicts_and_campaigns_come_in_pages(staffed: Office, ana: Program) -> None:
    items = [staffed.post(f"Việc nhẹ số {number}") for number in range(3)]
    with staffed.store.transaction() as session:
        campaigns.join_posts(session, 1, 2, reason="same words", at=NOW)
        kept = session.get_one(Verdict, 1)
        kept.answer, kept.reasons = "flagged", [{"code": "travel_paid", "weight": 2.0, "side": "for"}]
    posts = ana.get("/posts", limit=2).json()
    assert [row["items"] for row in posts["rows"]] == [[items[0]], [items[1]]]
    assert ana.get("/posts", after=posts["next"]).json()["rows"][0]["revisions"][0]["text"] == "Việc nhẹ số 2"
    assert ana.get("/posts/3").json()["post_id"] == 3
    told = ana.get("/verdicts").json()["rows"]
    assert [row["post_id"] for row in told] == [1, 2, 3]
    assert [row["answer"] for row in told] == ["flagged", None, None]
    assert told[0]["reasons"] == [{"code": "travel_paid", "weight": 2.0, "side": "for"}]
    (campaign,) = ana.get("/campaigns").json()["rows"]
    assert [member["post_id"] for member in campaign["members"]] == [1, 2]
    assert ana.get(f"/campaigns/{campaign['campaign_id']}").json() == campaign


@pytest.mark.parametrize("path", ["/items/7", "/posts/7", "/campaigns/7", "/cases/CASE-1999-0001"])
def test_what_there_is_not_is_said(ana: Program, path: str) -> None:
    answer = ana.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "LW800")


def test_a_hostile_post_is_plain_data(staffed: Office, ana: Program) -> None:
    item_id = staffed.post("<script>alert(1)</script> việc nhẹ")
    answer = ana.get(f"/items/{item_id}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["revision"]["text"] == "<script>alert(1)</script> việc nhẹ"


def test_a_decision_of_a_program_names_its_account(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    ana.post(f"/items/{item_id}/decisions", {"outcome": "benign"})
    with staffed.store.reading() as session:
        decision = session.scalars(select(Decision)).one()
        assert decision.user.username == "ana"


def test_a_skip_carries_its_reason_day_and_language(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    skip = {"outcome": "skipped", "skip_reason": "context", "skip_until": "2026-03-05", "skip_lang": "km"}
    assert ana.post(f"/items/{item_id}/decisions", skip).status_code == 200
    (decision,) = staffed.decisions(item_id)
    assert (decision.reason, str(decision.snoozed_until), decision.needs_lang) == (
        "context",
        "2026-03-05 00:00:00+00:00",
        "km",
    )
    (told,) = ana.get(f"/items/{item_id}").json()["decisions"]
    assert (told["skip_reason"], told["skip_until"], told["skip_lang"]) == ("context", "2026-03-05T00:00:00Z", "km")
    (row,) = ana.get("/queue").json()["rows"]
    assert (row["snoozed_until"], row["needs_lang"]) == ("2026-03-05T00:00:00Z", "km")
    assert ana.post("/queue/claim").json()["item"] is None


def test_a_day_or_a_language_speaks_for_the_reason(staffed: Office, ana: Program) -> None:
    for item_id, skip, reason in [
        (staffed.post(), {"skip_until": "2026-03-05"}, "later"),
        (staffed.post(), {"skip_lang": "km"}, "language"),
        (staffed.post(), {}, None),
    ]:
        ana.post(f"/items/{item_id}/decisions", {"outcome": "skipped", **skip})
        assert staffed.decisions(item_id)[0].reason == reason


def test_a_skip_that_is_sent_again_after_its_day_is_still_the_same(staffed: Office, ana: Program) -> None:
    item_id = staffed.post()
    skip = {"outcome": "skipped", "skip_until": "2026-03-02"}
    first = ana.post(f"/items/{item_id}/decisions", skip, key="once")
    staffed.wait(hours=13)
    assert ana.post(f"/items/{item_id}/decisions", skip, key="once").json() == first.json()
    assert len(staffed.decisions(item_id)) == 1


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"outcome": "skipped", "skip_reason": "tired"}, 422),
        ({"outcome": "skipped", "skip_lang": "xx"}, 422),
        ({"outcome": "skipped", "skip_until": "soon"}, 422),
        ({"outcome": "skipped", "skip_until": "2026-03-01"}, 400),
        ({"outcome": "skipped", "skip_until": "2028-03-01"}, 400),
        ({"outcome": "benign", "skip_reason": "context"}, 400),
        ({"outcome": "confirmed", "skip_lang": "km"}, 400),
    ],
    ids=str,
)
def test_what_no_skip_can_be_is_refused(staffed: Office, ana: Program, wanted: dict[str, str], status: int) -> None:
    item_id = staffed.post()
    assert ana.post(f"/items/{item_id}/decisions", wanted).status_code == status
    assert staffed.decisions(item_id) == []
