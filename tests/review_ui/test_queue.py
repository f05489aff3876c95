"""The queue's forms: claiming, deciding once, taking back, and two people who never get the same post."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from classifier.labels import LABELS
from store import audit, queue
from store.parsed_post import ParsedPost
from tests.factories import make_capture, save_post
from tests.review_ui.office import Office

BOOSTED = {"HX-Request": "true", "HX-Boosted": "true"}


def _next(client: TestClient) -> int | None:
    found = re.fullmatch(r"/items/(\d+)", client.get("/queue/next").headers["location"])
    return int(found[1]) if found else None


def _key(page: str, action: str) -> str:
    form = page.split(f'action="{action}"', 1)[1]
    found = re.search(r'name="idem_key" value="([^"]+)"', form)
    assert found is not None
    return found[1]


def _decide(client: TestClient, item_id: int, outcome: str, **fields: str) -> tuple[int, str]:
    form = {"outcome": outcome, "idem_key": f"{outcome}-{item_id}", **fields}
    answer = client.post(f"/items/{item_id}/decision", data=form)
    return answer.status_code, answer.headers.get("location", "")


def _audited(office: Office, subject: str) -> list[str]:
    with office.store.reading() as session:
        return [entry.action for entry in audit.entries_about(session, [subject])]


def test_the_list_shows_what_waits(staffed: Office) -> None:
    item_id = staffed.post("Cần gấp <b>nhân viên</b> đi Campuchia", lane="urgent")
    page = staffed.client("vi").get("/queue").text
    assert f'href="/items/{item_id}"' in page
    assert "Cần gấp &lt;b&gt;nhân viên" in page
    assert re.search(r'lane-urgent">urgent</span> <strong>1</strong>', page)
    assert ">High</span>" in page
    assert "0.97" not in page


def test_a_viewer_is_offered_no_buttons(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("vi")
    assert "Start reviewing" not in client.get("/queue").text
    assert "/decision" not in client.get(f"/items/{item_id}").text


def test_an_empty_queue_says_so(staffed: Office) -> None:
    client = staffed.client("ana")
    assert "Nothing waits" in client.get("/queue").text
    assert _next(client) is None


def test_who_was_shown_the_list_is_kept(staffed: Office) -> None:
    item_id = staffed.post()
    staffed.client("vi").get("/queue")
    with staffed.store.reading() as session:
        (entry,) = audit.entries_about(session, ["queue"])
        assert entry.details == {"items": [item_id]}


def test_a_decision_leads_to_the_next_item(staffed: Office) -> None:
    first, second = staffed.post(priority=0.9), staffed.post(priority=0.8)
    client = staffed.client("ana")
    assert _next(client) == first
    assert _decide(client, first, "confirmed") == (303, f"/items/{second}")
    assert _decide(client, second, "benign") == (303, "/queue")
    assert [staffed.state(item) for item in (first, second)] == ["decided", "decided"]


def test_a_script_gets_the_next_post_at_once(staffed: Office) -> None:
    first, second = staffed.post(priority=0.9), staffed.post(priority=0.8)
    client = staffed.client("ana")
    form = {"outcome": "benign", "idem_key": "a"}
    answer = client.post(f"/items/{first}/decision", data=form, headers=BOOSTED)
    assert (answer.status_code, answer.headers["hx-push-url"]) == (200, f"/items/{second}")
    assert _key(answer.text, f"/items/{second}/decision")
    assert f'name="back" value="/items/{second}"' in answer.text
    assert _audited(staffed, f"item:{second}") == ["post.viewed"]
    assert _decide(client, second, "benign", idem_key=_key(answer.text, f"/items/{second}/decision"))[0] == 303


def test_a_script_that_sends_a_form_twice_decides_once(staffed: Office) -> None:
    first, second = staffed.post(priority=0.9), staffed.post(priority=0.8)
    client = staffed.client("ana")
    form = {"outcome": "benign", "idem_key": "a"}
    sent = [client.post(f"/items/{first}/decision", data=form, headers=BOOSTED) for _ in range(2)]
    assert [answer.headers["hx-push-url"] for answer in sent] == [f"/items/{second}"] * 2
    assert [len(staffed.decisions(item)) for item in (first, second)] == [1, 0]


def test_a_script_is_led_to_the_list_when_nothing_waits(staffed: Office) -> None:
    item_id = staffed.post()
    form = {"outcome": "benign", "idem_key": "a"}
    answer = staffed.client("ana").post(f"/items/{item_id}/decision", data=form, headers=BOOSTED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")


def test_a_decision_keeps_what_was_seen(staffed: Office) -> None:
    item_id = staffed.post()
    _decide(staffed.client("ana"), item_id, "escalated", note=" ask the\0 unit ", release="test-1")
    (decision,) = staffed.decisions(item_id)
    assert (decision.note, decision.release, decision.saw_score) == ("ask the\ufffd unit", "test-1", True)


def test_sending_a_page_twice_is_one_decision_and_one_next_item(staffed: Office) -> None:
    first, second, _third = staffed.post(priority=0.9), staffed.post(priority=0.8), staffed.post(priority=0.7)
    client = staffed.client("ana")
    key = _key(client.get(f"/items/{first}").text, f"/items/{first}/decision")
    answers = [_decide(client, first, "confirmed", idem_key=key) for _ in range(2)]
    assert answers == [(303, f"/items/{second}")] * 2
    assert len(staffed.decisions(first)) == 1


def test_a_double_click_at_once_is_one_decision(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    clicks = [staffed.client() for _ in range(4)]
    for click in clicks:
        click.cookies.update(client.cookies)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda click: _decide(click, item_id, "confirmed", idem_key="same"), clicks))
    assert {status for status, _location in answers} == {303}
    assert len(staffed.decisions(item_id)) == 1


def test_of_two_people_at_once_on_one_item_one_decides(staffed: Office) -> None:
    item_id = staffed.post()
    racers = [(staffed.client("ana"), "confirmed"), (staffed.client("binh"), "benign")]
    gate = Barrier(2)

    def decide(racer: tuple[TestClient, str]) -> int:
        gate.wait()
        return _decide(racer[0], item_id, racer[1])[0]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, racers))
    assert sorted(answers) == [303, 409]
    winner = racers[answers.index(303)][1]
    assert [decision.outcome for decision in staffed.decisions(item_id)] == [winner]


def test_going_back_and_deciding_otherwise_changes_nothing(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    key = _key(client.get(f"/items/{item_id}").text, f"/items/{item_id}/decision")
    for outcome in ("benign", "confirmed"):
        assert _decide(client, item_id, outcome, idem_key=key) == (303, "/queue")
    assert [decision.outcome for decision in staffed.decisions(item_id)] == ["benign"]


def test_a_session_that_ended_meanwhile_decides_nothing(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    client.get(f"/items/{item_id}")
    staffed.wait(minutes=31)
    assert _decide(client, item_id, "confirmed") == (303, "/sign-in")
    assert staffed.decisions(item_id) == []


def test_a_lost_lease_shows_the_winner(staffed: Office) -> None:
    item_id = staffed.post()
    slow, quick = staffed.client("ana"), staffed.client("binh")
    slow.get(f"/items/{item_id}")
    staffed.wait(minutes=11)
    assert _decide(quick, item_id, "confirmed") == (303, "/queue")
    answer = slow.post(f"/items/{item_id}/decision", data={"outcome": "benign", "idem_key": "late"})
    assert answer.status_code == 409
    assert re.search(r"decided by reviewer-[0-9a-f]{8} as confirmed", answer.text)
    assert 'href="/queue/next"' in answer.text
    assert [decision.outcome for decision in staffed.decisions(item_id)] == ["confirmed"]


def test_what_another_person_reads_is_shown_without_buttons(staffed: Office) -> None:
    item_id = staffed.post()
    staffed.client("ana").get(f"/items/{item_id}")
    page = staffed.client("binh").get(f"/items/{item_id}").text
    assert "is with another reviewer" in page
    assert "/decision" not in page


def test_undo_brings_the_item_back(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    _decide(client, item_id, "benign")
    key = _key(client.get("/queue").text, "/undo")
    for _ in range(2):
        answer = client.post("/undo", data={"idem_key": key})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/items/{item_id}")
    assert [decision.outcome for decision in staffed.decisions(item_id)] == ["benign", "undone"]
    assert "/decision" in client.get(f"/items/{item_id}").text


def test_nothing_to_undo_is_said(staffed: Office) -> None:
    answer = staffed.client("ana").post("/undo", data={"idem_key": "k"})
    assert (answer.status_code, "no decision of yours" in answer.text) == (409, True)


def test_two_people_at_once_get_different_items(staffed: Office) -> None:
    items = [staffed.post() for _ in range(8)]
    names = ["ana", "binh"] + [f"p{number}" for number in range(4)]
    for name in names[2:]:
        staffed.employ(name)
    clients = [staffed.client(name) for name in names]
    with ThreadPoolExecutor(len(clients)) as pool:
        claimed = list(pool.map(_next, clients))
    assert len(set(claimed)) == len(names)
    assert set(claimed) <= set(items)


def test_a_replaced_item_can_no_longer_be_decided(staffed: Office) -> None:
    with staffed.store.transaction() as session:
        capture = make_capture(session)
        ids = []
        for text in ("first wording", "second wording"):
            post = ParsedPost(native_id="p", text=text)
            saved = save_post(
                session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=staffed.now
            )
            item = queue.enqueue(session, revision_id=saved.revision_id, lane="likely", priority=0.5, at=staffed.now)
            ids.append(item.id)
    client = staffed.client("ana")
    assert "A later version of this post" in client.get(f"/items/{ids[0]}").text
    assert _decide(client, ids[0], "skipped")[0] == 409
    assert staffed.state(ids[0]) == "superseded"


@pytest.mark.parametrize("outcome", queue.OUTCOMES)
def test_every_reading_and_every_decision_is_audited(staffed: Office, outcome: str) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    client.get(f"/items/{item_id}")
    staffed.client("vi").get(f"/items/{item_id}")
    _decide(client, item_id, outcome)
    assert _audited(staffed, f"item:{item_id}") == ["post.viewed", "post.viewed", "decision.made"]
    with staffed.store.reading() as session:
        assert audit.verify_chain(session).fault is None


def test_the_flagged_labels_are_ticked_before_and_only_they(staffed: Office) -> None:
    item_id = staffed.post()
    page = staffed.client("ana").get(f"/items/{item_id}").text
    boxes = re.findall(r'name="label\.(\w+)" value="1" autocomplete="off"( checked)?>', page)
    assert [label for label, _ in boxes] == list(LABELS)
    assert [label for label, ticked in boxes if ticked] == ["scam_centre"]


@pytest.mark.parametrize(
    ("outcome", "fields", "kept"),
    [
        ("confirmed", {"labels_asked": "1", "label.smuggling": "1", "label.fake_job": "1"}, ["fake_job", "smuggling"]),
        ("confirmed", {"labels_asked": "1"}, []),
        ("confirmed", {}, None),
        ("benign", {"labels_asked": "1", "label.fake_job": "1"}, None),
        ("escalated", {"labels_asked": "1", "label.fake_job": "1"}, None),
    ],
    ids=["ticked", "all unticked", "not asked", "benign", "escalated"],
)
def test_what_was_ticked_is_kept_with_a_confirmation(
    staffed: Office, outcome: str, fields: dict[str, str], kept: list[str] | None
) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    _decide(client, item_id, outcome, **fields)
    (decision,) = staffed.decisions(item_id)
    assert decision.labels == kept
    with staffed.store.reading() as session:
        assert audit.entries_about(session, [f"item:{item_id}"])[-1].details["labels"] == kept
    page = client.get(f"/items/{item_id}").text
    assert ("<strong>confirmed</strong> (fake job, smuggling) by" in page) is bool(kept)


def test_an_unknown_label_is_no_decision(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    answer = client.post(
        f"/items/{item_id}/decision",
        data={"outcome": "confirmed", "idem_key": "k", "labels_asked": "1", "label.<b>trafficker": "1"},
    )
    assert answer.status_code == 400
    assert "&lt;b&gt;trafficker&#39; is not a label." in answer.text
    assert staffed.decisions(item_id) == []
