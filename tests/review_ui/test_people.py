"""Administrators and accounts; and who may look behind a pseudonym."""

import re

import pytest
from starlette.testclient import TestClient

from store import audit, users
from store.database import Store
from store.tables import AuditEntry, User
from tests.review_ui.office import PASSWORD, Office
from tests.review_ui.test_openid import SETTINGS


def _user(office: Office, name: str) -> User:
    with office.store.reading() as session:
        return users.named(session, name)


def _actions(office: Office, name: str) -> list[tuple[str, str]]:
    with office.store.reading() as session:
        entries = audit.entries_about(session, [f"user:{users.named(session, name).id}"])
        return [(entry.actor, entry.action) for entry in entries]


def _first_password(page: str) -> str:
    found = re.search(r'class="secret">([\w-]+)<', page)
    assert found is not None, page
    return found[1]


def test_a_new_account_comes_in_with_the_password_that_is_shown_once(staffed: Office) -> None:
    admin = staffed.client("adm")
    shown = admin.post("/people", data={"username": "Nguyễn Chi", "role": "supervisor"})
    client = staffed.client()
    form = {"username": "Nguyễn Chi", "password": _first_password(shown.text)}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.get("/queue").headers["location"] == "/account/password"
    assert _user(staffed, "Nguyễn Chi").role == "supervisor"
    assert "Nguyễn Chi" in admin.get("/people").text
    assert (_user(staffed, "adm").pseudonym, "user.added") in _actions(staffed, "Nguyễn Chi")


@pytest.mark.parametrize(
    ("username", "role", "status"),
    [
        ("ana", "analyst", 400),
        ("x", "chief", 400),
        ("", "analyst", 400),
        ("a\u202eb", "analyst", 400),
        ("x" * 101, "", 400),
    ],
    ids=["taken", "no role", "empty", "turned round", "over-long"],
)
def test_an_account_that_cannot_be(staffed: Office, username: str, role: str, status: int) -> None:
    answer = staffed.client("adm").post("/people", data={"username": username, "role": role})
    assert answer.status_code == status


def test_an_account_of_the_provider_has_no_password(sqlite_store: Store) -> None:
    office = Office(sqlite_store, openid=SETTINGS)
    office.employ("adm", "administrator")
    answer = office.client("adm").post("/people", data={"username": "chi", "role": "analyst", "way": "provider"})
    assert (answer.status_code, _user(office, "chi").password_hash) == (303, "")
    number = _user(office, "chi").id
    assert office.client("adm").post(f"/people/{number}/password").status_code == 400


def test_roles_change_and_count_at_once(staffed: Office) -> None:
    viewer = staffed.client("vi")
    assert viewer.get("/queue/next").status_code == 403
    number = _user(staffed, "vi").id
    staffed.client("adm").post(f"/people/{number}/role", data={"role": "analyst"})
    assert viewer.get("/queue/next").status_code == 303


def test_a_closed_account_is_out_until_it_is_opened(staffed: Office) -> None:
    client, admin, number = staffed.client("ana"), staffed.client("adm"), _user(staffed, "ana").id
    admin.post(f"/people/{number}/disable")
    assert client.get("/queue").status_code == 303
    assert "closed" in admin.get("/people").text
    admin.post(f"/people/{number}/enable")
    assert client.get("/queue").status_code == 303
    assert staffed.client("ana").get("/queue").status_code == 200


@pytest.mark.parametrize("change", ["role", "disable"])
def test_nobody_raises_or_closes_their_own_account(staffed: Office, change: str) -> None:
    admin, number = staffed.client("adm"), _user(staffed, "adm").id
    assert admin.post(f"/people/{number}/{change}", data={"role": "auditor"}).status_code == 403
    assert (_user(staffed, "adm").role, _user(staffed, "adm").disabled) == ("administrator", False)


def test_a_forgotten_password_gives_way_to_one_for_once(staffed: Office) -> None:
    lost, number = staffed.client("ana"), _user(staffed, "ana").id
    shown = staffed.client("adm").post(f"/people/{number}/password")
    assert lost.get("/queue").status_code == 303
    assert staffed.client().post("/sign-in", data={"username": "ana", "password": PASSWORD}).status_code == 401
    client = staffed.client()
    client.post("/sign-in", data={"username": "ana", "password": _first_password(shown.text)})
    assert client.get("/queue").headers["location"] == "/account/password"


def test_administrators_see_everybodys_sessions_and_end_them(staffed: Office) -> None:
    ana, admin = staffed.client("ana"), staffed.client("adm")
    page = admin.get("/sessions").text
    assert ">ana<" in page
    for number in re.findall(r"/sessions/(\d+)/end", page):
        assert admin.post(f"/sessions/{number}/end").status_code == 303
    assert ana.get("/queue").status_code == 303
    assert admin.get("/people").status_code == 200


@pytest.mark.parametrize("path", ["/people/4711", "/people/99999999999999", "/people/x"])
def test_an_account_that_is_not_there(staffed: Office, path: str) -> None:
    assert staffed.client("adm").get(path).status_code in {400, 404}


def test_an_unknown_change_changes_nothing(staffed: Office) -> None:
    assert staffed.client("adm").post("/people/1/promote").status_code == 404


def test_administrators_see_no_pseudonyms(staffed: Office) -> None:
    admin, number = staffed.client("adm"), _user(staffed, "ana").id
    for path in ("/people", f"/people/{number}", "/sessions"):
        assert _user(staffed, "ana").pseudonym not in admin.get(path).text


def _look(client: TestClient, pseudonym: str, purpose: str = "Court order 7") -> tuple[int, str]:
    answer = client.post("/identities", data={"pseudonym": pseudonym, "purpose": purpose})
    return answer.status_code, answer.text


def test_a_look_behind_a_pseudonym_is_kept_with_its_purpose(staffed: Office) -> None:
    status, page = _look(staffed.client("aud"), _user(staffed, "ana").pseudonym)
    assert (status, "<bdi>ana</bdi></strong>" in page) == (200, True)
    with staffed.store.reading() as session:
        entry = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert entry is not None
        assert (entry.action, entry.details["purpose"]) == ("identity.revealed", "Court order 7")
        assert entry.actor == users.named(session, "aud").pseudonym


def test_a_look_that_finds_nobody_is_kept_too(staffed: Office) -> None:
    assert _look(staffed.client("aud"), "reviewer-00000000")[0] == 404
    with staffed.store.reading() as session:
        entry = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert entry is not None
        assert entry.action == "identity.not_found"


def test_a_look_needs_a_purpose(staffed: Office) -> None:
    pseudonym = _user(staffed, "ana").pseudonym
    status, page = _look(staffed.client("aud"), pseudonym, purpose=" ")
    assert (status, "<bdi>ana</bdi></strong>" in page) == (400, False)


def test_no_user_name_is_in_the_audit_chain(staffed: Office) -> None:
    item_id = staffed.post()
    ana, admin = staffed.client("ana"), staffed.client("adm")
    ana.post(f"/items/{item_id}/decision", data={"outcome": "confirmed", "idem_key": "k"})
    admin.post("/people", data={"username": "quite-a-name", "role": "analyst"})
    staffed.client().post("/sign-in", data={"username": "quite-a-name", "password": "wrong"})
    with staffed.store.reading() as session:
        chain = str([audit.as_record(entry) for entry in session.query(AuditEntry)])
    assert "quite-a-name" not in chain
    assert "'ana'" not in chain


@pytest.mark.parametrize("way", ["password", "provider"])
def test_nobody_gets_the_name_of_a_program(staffed: Office, way: str) -> None:
    form = {"username": "system:siem", "role": "supervisor", "way": way}
    answer = staffed.client("adm").post("/people", data=form)
    assert (answer.status_code, "those of programs" in answer.text) == (400, True)


def test_a_program_gets_no_password(staffed: Office) -> None:
    client = staffed.client("adm")
    client.post("/tokens", data={"name": "siem", "scope.view": "1", "days": "1", "role": "viewer"})
    with staffed.store.reading() as session:
        program = users.named(session, "system:siem")
    page = client.get(f"/people/{program.id}").text
    assert "Give a new first password" not in page
    assert client.post(f"/people/{program.id}/password").status_code == 400
    with staffed.store.reading() as session:
        assert users.named(session, "system:siem").password_hash == users.NO_PASSWORD
