"""The second factor from its QR code to the lost telephone: drift, replay, guessing, and who must have one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from starlette.testclient import TestClient

from lurewatch.errors import EvidenceError
from review_ui import totp
from review_ui.sealing import Seal
from store import second_factors, users
from store.database import Store
from store.tables import SecondFactor
from tests.factories import NOW
from tests.review_ui.office import PASSWORD, SEAL_KEY, Office

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=totp.STEP_S)


def _enrol(office: Office, name: str = "ana") -> tuple[str, list[str]]:
    """Set up a second factor as that person; the secret and the recovery codes."""
    client = office.client(name)
    page = client.get("/account/second-factor").text
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    answer = client.post("/account/second-factor", data={"code": _code(office, secret)})
    assert answer.status_code == 200, answer.text
    office.wait(seconds=totp.STEP_S)
    return secret, re.findall(r"<code>([A-Z2-7-]{19})</code>", answer.text)


def _code(office: Office, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(office.now + steps * STEP)


def _half_way(office: Office) -> TestClient:
    """A browser whose password was right."""
    client = office.client()
    answer = client.post("/sign-in", data={"username": "ana", "password": PASSWORD, "next": "/cases"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code?next=%2Fcases")
    return client


def _send(client: TestClient, code: str) -> int:
    return client.post("/sign-in/code", data={"code": code, "next": "/cases"}).status_code


def test_after_the_password_a_code_is_asked_for(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    client = _half_way(staffed)
    assert client.get("/queue").headers["location"].startswith("/sign-in")
    answer = client.post("/sign-in/code", data={"code": _code(staffed, secret), "next": "/cases"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert client.get("/queue").status_code == 200


def test_the_token_of_the_half_way_opens_nothing_afterwards(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    client = _half_way(staffed)
    thief = staffed.client()
    thief.cookies.update(client.cookies)
    assert _send(client, _code(staffed, secret)) == 303
    assert thief.get("/queue").status_code == 303
    assert client.cookies["lurewatch-session"] != thief.cookies["lurewatch-session"]


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_a_clock_may_be_a_step_off(staffed: Office, steps: int, status: int) -> None:
    secret, _codes = _enrol(staffed)
    staffed.wait(minutes=5)
    assert _send(_half_way(staffed), _code(staffed, secret, steps)) == status


def test_a_code_counts_once_and_none_before_it_afterwards(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    staffed.wait(minutes=5)
    code, before = _code(staffed, secret), _code(staffed, secret, -1)
    assert _send(_half_way(staffed), code) == 303
    assert [_send(_half_way(staffed), again) for again in (code, before)] == [401, 401]
    staffed.wait(seconds=totp.STEP_S)
    assert _send(_half_way(staffed), _code(staffed, secret)) == 303


def test_the_code_that_set_it_up_is_used_up(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    assert _send(_half_way(staffed), _code(staffed, secret, -1)) == 401


def test_of_two_browsers_with_one_code_one_comes_in(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    clients, code = [_half_way(staffed) for _ in range(4)], _code(staffed, secret)
    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(lambda client: _send(client, code), clients))
    assert answers == [303, 401, 401, 401]


def test_ten_recovery_codes_count_once_each_however_they_are_typed(staffed: Office) -> None:
    _secret, codes = _enrol(staffed)
    assert len(set(codes)) == 10
    assert _send(_half_way(staffed), codes[0].lower().replace("-", " ")) == 303
    assert _send(_half_way(staffed), codes[0]) == 401
    assert _send(_half_way(staffed), codes[9]) == 303


def test_secrets_and_recovery_codes_are_not_in_the_store(staffed: Office) -> None:
    secret, codes = _enrol(staffed)
    staffed.store.close()
    database = Path(str(staffed.store.engine.url.database))
    kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert secret.encode() not in kept
    assert not any(code.encode() in kept for code in codes)


def test_guessing_codes_ends_after_five(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    client = _half_way(staffed)
    wrong = "000000" if _code(staffed, secret) != "000000" else "111111"
    assert [_send(client, wrong) for _ in range(6)] == [401] * 5 + [429]
    assert _send(client, _code(staffed, secret)) == 429
    assert staffed.client().post("/sign-in", data={"username": "ana", "password": PASSWORD}).status_code == 429


def test_guessing_in_parallel_gains_nothing(staffed: Office) -> None:
    _enrol(staffed)
    clients = [_half_way(staffed) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(lambda client: _send(client, "000000"), clients))
    assert answers.count(401) <= 5
    assert set(answers) <= {401, 429}


def test_the_right_password_again_does_not_free_the_guesser(staffed: Office) -> None:
    _enrol(staffed)
    tries = [_send(_half_way(staffed), "000000") for _ in range(5)]
    assert tries == [401] * 5
    assert staffed.client().post("/sign-in", data={"username": "ana", "password": PASSWORD}).status_code == 429


def test_the_half_way_has_its_time(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    client = _half_way(staffed)
    staffed.wait(minutes=6)
    answer = client.post("/sign-in/code", data={"code": _code(staffed, secret)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "x" * 1_000, "\0", "１２３４５６"], ids=ascii)
def test_what_is_no_code_is_wrong(staffed: Office, code: str) -> None:
    _enrol(staffed)
    assert _send(_half_way(staffed), code) == 401


def test_setting_it_up_needs_the_code_of_now(staffed: Office) -> None:
    client = staffed.client("ana")
    first = client.get("/account/second-factor").text
    answer = client.post("/account/second-factor", data={"code": "000000"})
    assert (answer.status_code, "not the code of now" in answer.text) == (400, True)
    assert re.findall(r'class="secret">([A-Z2-7 ]+)<', first) == re.findall(
        r'class="secret">([A-Z2-7 ]+)<', answer.text
    )
    assert staffed.client("ana").get("/queue").status_code == 200


def _shown_secret(client: TestClient) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', client.get("/account/second-factor").text)
    assert found is not None
    return found[1].replace(" ", "")


def test_one_that_was_left_unfinished_is_another_the_next_time(staffed: Office) -> None:
    client = staffed.client("ana")
    seen = _shown_secret(client)
    staffed.wait(minutes=14)
    assert _shown_secret(client) == seen
    staffed.wait(minutes=2)
    assert _shown_secret(client) != seen
    assert client.post("/account/second-factor", data={"code": _code(staffed, seen)}).status_code == 400


def test_one_that_counts_is_neither_shown_nor_replaced(staffed: Office) -> None:
    secret, _codes = _enrol(staffed)
    client = _half_way(staffed)
    _send(client, _code(staffed, secret))
    assert 'class="secret"' not in client.get("/account/second-factor").text
    staffed.wait(seconds=totp.STEP_S)
    client.post("/account/second-factor", data={"code": _code(staffed, secret)})
    assert _send(_half_way(staffed), _code(staffed, secret)) == 303


def test_a_role_that_needs_one_does_nothing_before(sqlite_store: Store) -> None:
    office = Office(sqlite_store, second_factor_roles=frozenset({"administrator"}))
    office.employ("adm", "administrator")
    office.employ("ana")
    client = office.client("adm")
    for path in ("/people", "/account", "/sessions"):
        assert client.get(path).headers["location"] == "/account/second-factor"
    assert client.post("/people", data={"username": "x", "role": "analyst"}).status_code == 303
    with sqlite_store.reading() as session:
        assert users.user_by_name(session, "x") is None
    assert office.client("ana").get("/queue").status_code == 200
    secret, _codes = _enrol(office, "adm")
    client = office.client()
    client.post("/sign-in", data={"username": "adm", "password": PASSWORD})
    _send(client, _code(office, secret))
    assert client.get("/people").status_code == 200


def test_an_administrator_takes_a_lost_one_away(staffed: Office) -> None:
    _enrol(staffed)
    with staffed.store.reading() as session:
        number = users.named(session, "ana").id
    staffed.client("adm").post(f"/people/{number}/second-factor")
    assert staffed.client("ana").get("/queue").status_code == 200


def test_a_secret_of_one_person_does_not_open_for_another(staffed: Office) -> None:
    _enrol(staffed)
    with staffed.store.transaction() as session:
        ana, binh = (users.named(session, name) for name in ("ana", "binh"))
        factor = second_factors.of(session, ana)
        assert factor is not None
        session.add(SecondFactor(user_id=binh.id, sealed_secret=factor.sealed_secret, last_step=0, created_at=NOW))
    client = staffed.client("binh")
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    assert client.get("/account/second-factor").status_code == 500


@pytest.mark.parametrize("spoil", [b"", b"short", b"x" * 60])
def test_what_was_altered_does_not_open(spoil: bytes) -> None:
    seal = Seal(SEAL_KEY)
    assert seal.open(seal.close(b"secret", about="a"), about="a") == b"secret"
    with pytest.raises(EvidenceError, match="does not open"):
        seal.open(spoil, about="a")


def test_an_earlier_key_opens_and_the_first_one_closes() -> None:
    old, new = Seal(b"o" * 32), Seal(b"n" * 32)
    both = Seal(b"n" * 32 + b"o" * 32)
    assert both.open(old.close(b"secret", about="a"), about="a") == b"secret"
    assert new.open(both.close(b"secret", about="a"), about="a") == b"secret"


def test_another_key_or_purpose_opens_nothing() -> None:
    sealed = Seal(SEAL_KEY).close(b"secret", about="a")
    for seal, about in ((Seal(b"t" * 32), "a"), (Seal(SEAL_KEY), "b")):
        with pytest.raises(EvidenceError):
            seal.open(sealed, about=about)


def test_the_codes_are_those_of_the_standard() -> None:
    # RFC 6238 appendix B, SHA-1, the last six of its eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")):
        now = NOW.fromtimestamp(seconds, tz=NOW.tzinfo)
        assert totp.matching_step(secret, code, now=now) == seconds // 30


def test_the_picture_has_no_style_and_no_script() -> None:
    picture = totp.qr_code(totp.address(SECRET, '<script>"&'))
    assert picture.startswith("<svg")
    assert not re.search(r"style=|<script|onload|href", picture)
