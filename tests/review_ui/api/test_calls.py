"""The frame of every call: tokens, scopes, the rate, keys that make a call happen once, and one shape of errors."""

import json

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from store import audit, tokens
from store.tables import Case
from tests.review_ui.api.client import Program, token_of
from tests.review_ui.office import BASE_URL, Office


@pytest.fixture
def program(staffed: Office) -> Program:
    """A program that acts as the analyst `ana`."""
    return Program(staffed, token_of(staffed, "ana"))


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic YTpi", "Bearer ", "Bearer a\u00e9"])
def test_without_a_token_nothing_is_answered(staffed: Office, header: str | None) -> None:
    client = TestClient(staffed.app, base_url=BASE_URL)
    answer = client.get("/api/queue", headers={"Authorization": header.encode()} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json().keys() == {"code", "message", "hint"}


def test_a_session_cookie_opens_no_door(staffed: Office) -> None:
    assert staffed.client("ana").get("/api/queue").status_code == 401


def test_answers_are_stored_nowhere_and_carry_the_usual_headers(program: Program) -> None:
    answer = program.get("/queue")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_scope_that_is_missing_is_named(staffed: Office) -> None:
    program = Program(staffed, token_of(staffed, "ana", "view"))
    answer = program.post("/queue/claim")
    assert (answer.status_code, answer.json()["code"]) == (403, "LW600")
    assert "does not carry the right to decide" in answer.json()["message"]


def test_too_many_calls_are_told_when_to_come_back(
    staffed: Office, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "CALLS_ALLOWED", 2)
    assert [program.get(path).status_code for path in ("/queue", "/items/99", "/queue")] == [200, 404, 429]
    assert program.get("/queue").headers["retry-after"] == "60"
    staffed.wait(seconds=61)
    assert program.get("/queue").status_code == 200


def test_the_same_call_with_the_same_key_happens_once(staffed: Office, program: Program) -> None:
    answers = [program.post("/cases", {"title": "Flights"}, key="once").json() for _ in range(3)]
    assert answers == [{"number": "CASE-2026-0001"}] * 3
    with staffed.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_another_call_with_the_same_key_is_refused(program: Program) -> None:
    assert program.post("/cases", {"title": "Flights"}, key="once").status_code == 200
    answer = program.post("/cases", {"title": "Boats"}, key="once")
    assert (answer.status_code, answer.json()["code"]) == (409, "LW500")


def test_two_tokens_may_choose_the_same_key(staffed: Office) -> None:
    numbers = [
        Program(staffed, token_of(staffed, name)).post("/cases", {"title": "Flights"}, key="one").json()["number"]
        for name in ("ana", "binh")
    ]
    assert numbers == ["CASE-2026-0001", "CASE-2026-0002"]


def test_a_call_that_failed_may_be_sent_again_with_its_key(staffed: Office, program: Program) -> None:
    item_id = staffed.post()
    number = program.post("/cases", {"title": "Flights"}).json()["number"]
    assert program.post(f"/cases/{number}/items", {"item_id": item_id}, key="file").status_code == 400
    staffed.confirm("binh", item_id)
    assert program.post(f"/cases/{number}/items", {"item_id": item_id}, key="file").status_code == 200


def test_a_writing_call_needs_a_key(staffed: Office) -> None:
    client = TestClient(staffed.app, base_url=BASE_URL)
    headers = {"Authorization": f"Bearer {token_of(staffed, 'ana')}"}
    answer = client.post("/api/cases", json={"title": "Flights"}, headers=headers)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cases", {"title": "   "}),
        ("/cases", {"title": "x" * 201}),
        ("/cases", {"title": "x", "colour": "red"}),
        ("/cases", [1]),
        ("/items/1/decisions", {"outcome": "guilty"}),
        ("/items/1/decisions", {"outcome": "confirmed", "labels": ["victim"]}),
        ("/items/99999999999/decisions", {"outcome": "confirmed"}),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_same_shape(program: Program, path: str, body: object) -> None:
    answer = program.post(path, body)
    assert answer.status_code == 422, answer.text
    assert answer.json().keys() == {"code", "message", "hint"}


def test_a_refusal_does_not_repeat_what_was_sent(program: Program) -> None:
    assert "SECRET" not in program.post("/items/1/decisions", {"outcome": "SECRET"}).text


def test_what_no_database_takes_is_replaced(program: Program) -> None:
    number = program.post("/cases", {"title": "a\x00b"}).json()["number"]
    assert program.get(f"/cases/{number}").json()["title"] == "a\ufffdb"
    assert program.get("/cases/a%00b").status_code == 404


def test_a_body_that_is_too_large_is_refused(program: Program) -> None:
    assert program.post("/cases", {"title": "x" * 70_000}).status_code == 413


def test_who_called_is_kept(staffed: Office, program: Program) -> None:
    program.post("/cases", {"title": "Flights"})
    with staffed.store.reading() as session:
        made = audit.entries_about(session, ["case:1"])
        called = audit.entries_about(session, ["token:1"])
    assert [entry.action for entry in made] == ["case.opened"]
    assert [(entry.action, entry.details.get("call")) for entry in called] == [
        ("token.issued", None),
        ("api.called", "POST /api/cases"),
    ]
    assert made[0].actor == called[1].actor


def test_the_document_of_the_api_is_served_and_its_pages_are_not(staffed: Office) -> None:
    client = staffed.client()
    document = json.loads(client.get("/api/openapi.json").text)
    assert document["openapi"].startswith("3.1")
    assert [client.get(path).status_code for path in ("/api/docs", "/api/redoc")] == [404, 404]


def test_an_unknown_address_is_told_in_the_same_shape(program: Program) -> None:
    answer = program.get("/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "HTTP404")
