"""One's own account: passwords that may be chosen, sessions that are seen and ended."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from lurewatch.errors import DataError
from review_ui.browsers import family, network
from review_ui.passwords import refuse_weak
from store import sessions, users
from store.tables import UserSession
from tests.review_ui.office import BASE_URL, PASSWORD, Office

FRESH = "nineteen quiet otters"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def _sessions(office: Office) -> list[UserSession]:
    with office.store.reading() as session:
        return sessions.live_sessions(session, now=office.now)


def _change(client: TestClient, new: str = FRESH, *, password: str = PASSWORD, again: str | None = None) -> int:
    fields = {"password": password, "new": new, "again": new if again is None else again}
    return client.post("/account/password", data=fields).status_code


def test_a_new_password_is_the_one_that_counts_and_other_sessions_end(staffed: Office) -> None:
    here, there = staffed.client("ana"), staffed.client("ana")
    before = here.cookies["lurewatch-session"]
    assert _change(here) == 303
    assert here.cookies["lurewatch-session"] != before
    assert here.get("/queue").status_code == 200
    assert there.get("/queue").status_code == 303
    for password, status in ((PASSWORD, 401), (FRESH, 303)):
        answer = staffed.client().post("/sign-in", data={"username": "ana", "password": password})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("new", "again", "status"),
    [
        (FRESH, "nineteen quiet oters", 400),
        (PASSWORD, PASSWORD, 400),
        ("short", "short", 400),
        ("x" * 300, "x" * 300, 400),
        ("", "", 400),
    ],
    ids=["typed in two ways", "the present one", "short", "over-long", "empty"],
)
def test_a_password_that_cannot_be_taken_changes_nothing(staffed: Office, new: str, again: str, status: int) -> None:
    client = staffed.client("ana")
    assert _change(client, new, again=again) == status
    assert staffed.client("ana").get("/queue").status_code == 200


def test_the_present_password_cannot_be_guessed_here_either(staffed: Office) -> None:
    client = staffed.client("ana")
    assert [_change(client, password="wrong") for _ in range(6)] == [401] * 5 + [429]
    assert _change(client) == 429


def test_nor_by_many_tries_at_once(staffed: Office) -> None:
    client = staffed.client("ana")
    others = [staffed.client() for _ in range(12)]
    for other in others:
        other.cookies.update(client.cookies)
    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(lambda other: _change(other, password="wrong"), others))
    assert answers == [401] * 5 + [429] * 7


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "nineteen quiet otters",
        "ប្រាក់ខែដប់ពីរពាន់",
        "今天天气很好我们去公园散步",
        "p4ss w0rds are hard",
        "xk7-Qm2-vt9-Lr4",
    ],
)
def test_any_long_password_will_do(password: str) -> None:
    refuse_weak(password, "ana")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "has 11 characters"),
        ("my name is ANA indeed", "holds the user name"),
        ("Password1234!", "commonest"),
        ("passwordpassword", "commonest"),
        ("qwertyuiop123", "commonest"),
        ("Ｐａｓｓｗｏｒｄ１２３４", "commonest"),
        ("123456789012", "commonest"),
        ("1985-12-24-1985", "commonest"),
        ("aaaaaaaaaaaaaaa", "commonest"),
        ("ababababababab", "commonest"),
        ("lurewatch2026!", "commonest"),
        ("!!!!!!!!!!!!", "commonest"),
    ],
)
def test_what_guessers_try_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(DataError, match=why):
        refuse_weak(password, "ana")


def test_one_sees_where_one_is_signed_in_and_ends_it(staffed: Office) -> None:
    here = staffed.client("ana")
    there = TestClient(
        staffed.app,
        base_url=BASE_URL,
        follow_redirects=False,
        headers={"user-agent": FIREFOX},
        client=("192.0.2.77", 1),
    )
    there.post("/sign-in", data={"username": "ana", "password": PASSWORD})
    page = here.get("/account").text
    assert "Firefox on Linux" in page
    assert "192.0.2.0/24" in page
    assert "192.0.2.77" not in page
    (number,) = re.findall(r"/account/sessions/(\d+)/end", page)
    assert here.post(f"/account/sessions/{number}/end").status_code == 303
    assert there.get("/queue").status_code == 303
    assert here.get("/queue").status_code == 200


def test_everywhere_else_is_ended_at_once(staffed: Office) -> None:
    clients = [staffed.client("ana") for _ in range(3)]
    other = staffed.client("binh")
    clients[0].post("/account/sessions/end")
    assert [client.get("/queue").status_code for client in clients] == [200, 303, 303]
    assert other.get("/queue").status_code == 200


def test_nobody_ends_the_sessions_of_others_from_here(staffed: Office) -> None:
    ana, binh = staffed.client("ana"), staffed.client("binh")
    (own,) = {row.id for row in _sessions(staffed) if row.user.username == "ana"}
    others = {row.id for row in _sessions(staffed)} - {own}
    assert {ana.post(f"/account/sessions/{number}/end").status_code for number in others} == {404}
    assert binh.get("/queue").status_code == 200


def test_a_token_that_somebody_else_planted_is_not_kept(staffed: Office) -> None:
    attacker = staffed.client("binh")
    victim = staffed.client()
    victim.cookies.update(attacker.cookies)
    victim.post("/sign-in", data={"username": "ana", "password": PASSWORD})
    assert victim.cookies["lurewatch-session"] != attacker.cookies["lurewatch-session"]
    assert attacker.get("/queue").status_code == 303


def test_a_first_password_has_to_be_changed_before_anything_else(staffed: Office) -> None:
    with staffed.store.transaction() as session:
        users.named(session, "ana").must_change_password = True
    client = staffed.client("ana")
    for path in ("/queue", "/account", "/cases", "/account/preferences"):
        assert client.get(path).headers["location"] == "/account/password"
    assert client.get("/account/password").status_code == 200
    assert _change(client) == 303
    assert client.get("/queue").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iOS"),
        ("<script>", "unknown on unknown"),
        ("", "unknown on unknown"),
    ],
)
def test_a_browser_is_known_by_its_family(user_agent: str, said: str) -> None:
    assert family(user_agent) == said


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::1", "::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_an_address_is_known_by_its_network(address: str, kept: str) -> None:
    assert network(address) == kept
