"""Signing in and out: one answer for all that is wrong, sessions that end, and no way to guess."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from review_ui.passwords import Passwords
from review_ui.sign_in import safe_next
from store import sessions, sign_in_failures, users
from store.database import Store
from tests.review_ui.office import BASE_URL, CHEAP, PASSWORD, Office

HTTPS = "https://127.0.0.1"


def _try(client: TestClient, password: str, username: str = "ana", **fields: str) -> int:
    return client.post("/sign-in", data={"username": username, "password": password, **fields}).status_code


def test_the_right_password_opens_the_queue(staffed: Office) -> None:
    client = staffed.client()
    answer = client.post("/sign-in", data={"username": "ana", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert client.get("/queue").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(staffed: Office) -> None:
    answer = staffed.client().post("/sign-in", data={"username": "ana", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("lurewatch-session=")
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))
    assert "secure" not in cookie


def test_with_https_the_cookie_belongs_to_the_host_alone(sqlite_store: Store) -> None:
    office = Office(sqlite_store, https=True)
    office.employ("ana")
    client = TestClient(office.app, base_url=HTTPS, follow_redirects=False)
    answer = client.post("/sign-in", data={"username": "ana", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-lurewatch-session=")
    assert "secure" in cookie
    assert "domain" not in cookie
    assert client.get("/queue").status_code == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ana", "wrong"),
        ("ana", ""),
        ("ana", PASSWORD + "\0"),
        ("ana", "x" * 300),
        ("nobody", PASSWORD),
        ("", ""),
        ("n" * 50_000, PASSWORD),
        ("ana\0", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ],
    ids=["wrong", "empty", "longer by NUL", "over-long", "unknown", "nothing", "huge name", "NUL in the name", "SQL"],
)
def test_whatever_is_wrong_gets_the_same_answer(staffed: Office, username: str, password: str) -> None:
    answer = staffed.client().post("/sign-in", data={"username": username, "password": password})
    assert answer.status_code == 401
    assert "The name or the password is wrong." in answer.text
    assert 'name="password"' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_disabled_account_gets_the_same_answer(staffed: Office) -> None:
    staffed.dismiss("ana")
    assert _try(staffed.client(), PASSWORD) == 401


def test_fields_that_are_missing_are_wrong(staffed: Office) -> None:
    assert staffed.client().post("/sign-in").status_code == 401


def test_the_sixth_wrong_try_within_a_minute_waits(staffed: Office) -> None:
    client = staffed.client()
    assert [_try(client, "wrong") for _ in range(6)] == [401] * 5 + [429]


def test_then_the_right_password_waits_too_and_is_told_how_long(staffed: Office) -> None:
    client = staffed.client()
    for _ in range(5):
        _try(client, "wrong")
    staffed.wait(seconds=20)
    answer = client.post("/sign-in", data={"username": "ana", "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "40")
    staffed.wait(seconds=41)
    assert _try(client, PASSWORD) == 303


def test_waiting_tries_do_not_make_the_wait_longer(staffed: Office) -> None:
    client = staffed.client()
    for _ in range(9):
        _try(client, "wrong")
    staffed.wait(seconds=61)
    assert _try(client, PASSWORD) == 303


def test_each_name_is_counted_by_itself(staffed: Office) -> None:
    client = staffed.client()
    for _ in range(6):
        _try(client, "wrong", username="ana")
    assert _try(client, PASSWORD, username="binh") == 303


def test_names_without_an_account_are_counted_as_well(staffed: Office) -> None:
    client = staffed.client()
    assert [_try(client, "wrong", username="nobody") for _ in range(6)][-1] == 429


def _from(office: Office, address: str) -> TestClient:
    return TestClient(office.app, base_url=BASE_URL, follow_redirects=False, client=(address, 50_000))


def test_one_password_on_many_names_is_stopped_by_where_it_comes_from(staffed: Office) -> None:
    sprayer = _from(staffed, "192.0.2.7")
    names = [f"name{number}" for number in range(sign_in_failures.PLACE_FAILURES_ALLOWED)]
    assert {_try(sprayer, "Spring2026!", username=name) for name in names} == {401}
    answer = sprayer.post("/sign-in", data={"username": "ana", "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert _try(_from(staffed, "192.0.2.8"), PASSWORD) == 303
    staffed.wait(seconds=61)
    assert _try(sprayer, PASSWORD) == 303


def test_the_whole_of_a_line_counts_as_one_place(staffed: Office) -> None:
    for number in range(sign_in_failures.PLACE_FAILURES_ALLOWED):
        _try(_from(staffed, f"2001:db8:0:1::{number:x}"), "wrong", username=f"name{number}")
    assert _try(_from(staffed, "2001:db8:0:1:ffff::1"), PASSWORD) == 429
    assert _try(_from(staffed, "2001:db8:0:2::1"), PASSWORD) == 303


def test_signing_in_between_does_not_free_the_place(staffed: Office) -> None:
    sprayer = _from(staffed, "192.0.2.7")
    for number in range(sign_in_failures.PLACE_FAILURES_ALLOWED):
        if number % 10 == 0:
            assert _try(sprayer, PASSWORD, username="binh") == 303
        _try(sprayer, "wrong", username=f"name{number}")
    assert _try(sprayer, PASSWORD, username="binh") == 429


def test_a_programs_account_takes_as_long_to_refuse(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, whole, computed = staffed.app.state.desk.passwords, PasswordHasher.verify, []

    def verify(hasher: PasswordHasher, kept: str, given: bytes) -> bool:
        is_right = whole(hasher, kept, given)
        computed.append(kept)
        return is_right

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    monkeypatch.setattr(passwords, "_nobodys", Passwords(CHEAP).hash("given"))
    assert passwords.matches(users.NO_PASSWORD, "given") is False
    assert len(computed) == 1


def test_guessing_in_parallel_gains_nothing(staffed: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _try(staffed.client(), "wrong"), range(24)))
    assert sorted(answers) == [401] * 5 + [429] * 19


def test_signing_out_ends_the_session_wherever_its_token_is(staffed: Office) -> None:
    client = staffed.client("ana")
    thief = staffed.client()
    thief.cookies.update(client.cookies)
    assert thief.get("/queue").status_code == 200
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert thief.get("/queue").status_code == 303


def test_each_sign_in_gets_a_new_token_and_ends_the_old(staffed: Office) -> None:
    client = staffed.client("ana")
    before = staffed.client()
    before.cookies.update(client.cookies)
    _try(client, PASSWORD)
    assert client.cookies["lurewatch-session"] != before.cookies["lurewatch-session"]
    assert before.get("/queue").status_code == 303


@pytest.mark.parametrize("limit", ["IDLE_LIMIT", "SESSION_LIMIT"])
def test_a_session_runs_out(staffed: Office, limit: str) -> None:
    client = staffed.client("ana")
    end = staffed.now + getattr(sessions, limit)
    while staffed.now + sessions.IDLE_LIMIT < end:
        staffed.now += sessions.IDLE_LIMIT - timedelta(minutes=1)
        assert client.get("/queue").status_code == 200
    staffed.now = end + timedelta(seconds=1)
    assert client.get("/queue").status_code == 303


def test_a_session_ends_with_the_account(staffed: Office) -> None:
    client = staffed.client("ana")
    staffed.dismiss("ana")
    assert client.get("/queue").status_code == 303


def test_a_changed_password_ends_every_session(staffed: Office) -> None:
    client = staffed.client("ana")
    with staffed.store.transaction() as session:
        users.set_password(session, "ana", "another hash", now=staffed.now)
    assert client.get("/queue").status_code == 303


def test_a_made_up_token_opens_nothing(staffed: Office) -> None:
    client = staffed.client()
    client.cookies.set("lurewatch-session", "made-up")
    assert client.get("/queue").status_code == 303


def test_whoever_is_not_signed_in_comes_back_to_their_page(staffed: Office) -> None:
    item_id = staffed.post()
    client = staffed.client()
    asked = client.get(f"/items/{item_id}")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in?next=%2Fitems%2F{item_id}")
    assert f'value="/items/{item_id}"' in client.get(asked.headers["location"]).text
    answer = client.post("/sign-in", data={"username": "ana", "password": PASSWORD, "next": f"/items/{item_id}"})
    assert answer.headers["location"] == f"/items/{item_id}"


def test_htmx_is_told_to_leave_the_page(staffed: Office) -> None:
    answer = staffed.client().get("/queue", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=%2Fqueue")


@pytest.mark.parametrize("path", ["/queue", "/items/7", "/cases/CASE-2026-0001?x=1#y"])
def test_a_path_of_ours_is_gone_back_to(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "queue",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        " //evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(path: str) -> None:
    assert safe_next(path) == "/queue"


def test_a_flood_of_tries_leaves_the_others_their_turn(staffed: Office) -> None:
    # One event loop for all, as in the server; TestClient makes one for each browser.
    async def flood() -> int:
        transport = httpx.ASGITransport(staffed.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            tries = [
                asyncio.ensure_future(client.post("/sign-in", data={"username": f"n{number}", "password": "wrong"}))
                for number in range(80)
            ]
            await asyncio.wait(tries, return_when=asyncio.FIRST_COMPLETED)
            before = sum(one.done() for one in tries)
            assert (await client.get("/healthz")).status_code == 200
            meanwhile = sum(one.done() for one in tries) - before
            await asyncio.gather(*tries)
        return meanwhile

    assert asyncio.run(flood()) < 15
