"""The page of tokens: shown once, usable at once, ended by a button; nobody sees another person's."""

import re

from starlette.testclient import TestClient

from tests.review_ui.api.client import Program
from tests.review_ui.office import Office


def _make(client: TestClient, **fields: str) -> str:
    form = {"name": "script", "scope.view": "1", "days": "30", **fields}
    answer = client.post("/tokens", data=form)
    assert answer.status_code == 200, answer.text
    found = re.search(r'id="fresh-token">([^<]+)<', answer.text)
    assert found is not None
    return found[1]


def test_a_fresh_token_works_and_is_not_shown_again(staffed: Office) -> None:
    client = staffed.client("ana")
    token = _make(client)
    assert Program(staffed, token).get("/queue").status_code == 200
    assert token not in client.get("/tokens").text


def test_a_revoked_token_works_no_more(staffed: Office) -> None:
    client = staffed.client("ana")
    token = _make(client)
    assert client.post("/tokens/1/revoke").headers["location"] == "/tokens"
    assert Program(staffed, token).get("/queue").status_code == 401
    assert "Revoked" in client.get("/tokens").text


def test_a_systems_token_acts_as_an_account_that_cannot_sign_in(staffed: Office) -> None:
    token = _make(staffed.client("adm"), name="siem", role="viewer")
    program = Program(staffed, token)
    assert program.get("/queue").status_code == 200
    assert program.post("/queue/claim").status_code == 403
    form = {"username": "system:siem", "password": "no password"}
    assert staffed.client().post("/sign-in", data=form).status_code == 401


def test_others_tokens_are_not_listed(staffed: Office) -> None:
    _make(staffed.client("ana"), name="secret-plan")
    assert "secret-plan" not in staffed.client("binh").get("/tokens").text
    assert "secret-plan" in staffed.client("adm").get("/tokens").text


def test_a_scope_beyond_ones_role_is_refused(staffed: Office) -> None:
    form = {"name": "script", "scope.decide": "1", "days": "30"}
    assert staffed.client("inv").post("/tokens", data=form).status_code == 403


def test_a_life_that_is_not_offered_is_refused(staffed: Office) -> None:
    form = {"name": "script", "scope.view": "1", "days": "999"}
    assert staffed.client("ana").post("/tokens", data=form).status_code == 400


def test_a_name_is_text_and_nothing_else(staffed: Office) -> None:
    client = staffed.client("ana")
    _make(client, name="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/tokens").text
