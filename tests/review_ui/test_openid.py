"""Signing in at a real OpenID provider, and whatever must not get through on the way."""

import base64
import hmac
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from starlette.testclient import TestClient

from lurewatch.errors import AccessError, ConfigurationError, DataError
from review_ui.openid import JOURNEY_LIMIT, OpenIdSettings, Provider, checked_claims, claim_values
from review_ui.openid_sign_in import account_of
from store import users
from store.database import Store
from tests.review_ui.glewlwyd import BINARY, CLIENT_ID, CLIENT_SECRET, Glewlwyd
from tests.review_ui.office import BASE_URL, Office

BACK = f"{BASE_URL}/sign-in/openid/back"
KEY = RSAKey.generate_key(2048, {"kid": "1"})
KEYS = KeySet([KEY])
SETTINGS = OpenIdSettings(issuer="https://sso.example.test", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
ROLES = {"lw-chiefs": "supervisor", "lw-analysts": "analyst"}

real_provider = [
    pytest.mark.openid,
    pytest.mark.skipif(
        BINARY is None, reason="NO GLEWLWYD HERE: install Debian's packages `glewlwyd dbconfig-sqlite3`"
    ),
]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glewlwyd]:
    """A provider with four people."""
    server = Glewlwyd(tmp_path_factory.mktemp("glewlwyd"), BACK)
    try:
        server.start()
        for name, groups in {
            "an": ["lw-analysts"],
            "binh": ["lw-analysts", "lw-chiefs"],
            "chi": ["cooks"],
            "dung": ["lw-analysts"],
        }.items():
            server.add_person(name, groups)
        yield server
    finally:
        server.stop()


def _settings(provider: Glewlwyd, **changes: object) -> OpenIdSettings:
    settings = OpenIdSettings(issuer=provider.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, roles=ROLES)
    return replace(settings, **changes)  # type: ignore[arg-type]


def _office(store: Store, provider: Glewlwyd, **changes: object) -> Office:
    office = Office(store, openid=_settings(provider, **changes))
    with store.transaction() as session:
        for name in ("an", "binh", "chi"):
            users.add_user(session, username=name, role="viewer", password_hash="", now=office.now)
    return office


def _travel(office: Office, provider: Glewlwyd, name: str, *, browser: TestClient | None = None) -> Any:
    """Go to the provider as that person and come back; the answer to the coming back."""
    browser = browser or office.client()
    there = browser.get("/sign-in/openid?next=/cases")
    assert there.status_code == 303, there.text
    return browser.get(provider.answer(there.headers["location"], name))


def _role(office: Office, name: str) -> str:
    with office.store.reading() as session:
        return users.named(session, name).role


class TestAtTheProvider:
    pytestmark = real_provider

    def test_whoever_has_an_account_comes_in_with_the_role_of_their_groups(
        self, sqlite_store: Store, provider: Glewlwyd
    ) -> None:
        office = _office(sqlite_store, provider)
        browser = office.client()
        answer = _travel(office, provider, "an", browser=browser)
        assert (answer.status_code, 'content="0;url=/cases"' in answer.text) == (200, True)
        assert "samesite=strict" in answer.headers["set-cookie"].lower()
        assert browser.get("/cases").status_code == 200
        assert _role(office, "an") == "analyst"

    def test_the_first_role_of_the_settings_that_fits_is_given(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        _travel(office, provider, "binh")
        assert _role(office, "binh") == "supervisor"

    def test_without_a_group_that_has_a_role_nobody_comes_in(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        answer = _travel(_office(sqlite_store, provider), provider, "chi")
        assert (answer.status_code, "no role here" in answer.text) == (403, True)
        assert "lurewatch-session" not in answer.headers.get("set-cookie", "")

    def test_a_stranger_gets_an_account_only_where_the_settings_make_one(
        self, sqlite_store: Store, provider: Glewlwyd
    ) -> None:
        assert _travel(_office(sqlite_store, provider), provider, "dung").status_code == 403
        office = Office(sqlite_store, openid=_settings(provider, create_accounts=True))
        assert _travel(office, provider, "dung").status_code == 200
        assert _role(office, "dung") == "analyst"

    def test_an_account_with_a_password_is_never_opened_from_outside(
        self, sqlite_store: Store, provider: Glewlwyd
    ) -> None:
        office = Office(sqlite_store, openid=_settings(provider, create_accounts=True))
        office.employ("an", "administrator")
        assert _travel(office, provider, "an").status_code == 403
        assert _role(office, "an") == "administrator"

    def test_an_account_that_is_bound_is_not_opened_by_another_of_its_name(
        self, sqlite_store: Store, provider: Glewlwyd
    ) -> None:
        office = _office(sqlite_store, provider, name_claim="groups_name")
        assert _travel(office, provider, "an").status_code == 403
        office = Office(sqlite_store, openid=_settings(provider))
        assert _travel(office, provider, "an").status_code == 200
        with sqlite_store.transaction() as session:
            users.named(session, "an").username = "renamed"
            users.named(session, "binh").username = "an"
        assert _travel(office, provider, "an").status_code == 200
        assert _role(office, "renamed") == "analyst"
        assert _role(office, "an") == "viewer"

    def test_a_closed_account_stays_closed(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        office.dismiss("an")
        assert _travel(office, provider, "an").status_code == 403

    def test_an_account_of_the_provider_has_no_password_to_guess(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        for password in ("", "x"):
            answer = office.client().post("/sign-in", data={"username": "an", "password": password})
            assert answer.status_code == 401

    def test_a_code_opens_once(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        browser = office.client()
        there = browser.get("/sign-in/openid").headers["location"]
        kept = dict(browser.cookies)
        back = provider.answer(there, "an")
        assert browser.get(back).status_code == 200
        assert browser.get(back).status_code == 403
        thief = office.client()
        thief.cookies.update(kept)
        assert thief.get(back).status_code == 403

    def test_another_browser_cannot_end_the_journey(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        back = provider.answer(office.client().get("/sign-in/openid").headers["location"], "an")
        assert office.client().get(back).status_code == 403
        other = office.client()
        other.get("/sign-in/openid")
        assert other.get(back).status_code == 403

    def test_a_journey_has_its_time(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        browser = office.client()
        back = provider.answer(browser.get("/sign-in/openid").headers["location"], "an")
        office.now += JOURNEY_LIMIT + JOURNEY_LIMIT / 10
        assert browser.get(back).status_code == 403

    @pytest.mark.parametrize(
        ("changes", "why"),
        [({"nonce": "another"}, "InvalidClaimError"), ({"verifier": "x" * 64}, "OAuthError")],
        ids=["nonce", "PKCE verifier"],
    )
    def test_what_came_back_must_be_what_went_out(
        self, provider: Glewlwyd, changes: Mapping[str, str], why: str
    ) -> None:
        here, now = Provider(_settings(provider)), datetime.now(UTC)
        url, journey = here.depart(redirect_uri=BACK, next_path="/queue", now=now)
        query = {name: values[0] for name, values in parse_qs(urlsplit(provider.answer(url, "an")).query).items()}
        with pytest.raises(AccessError, match=why):
            here.arrive(replace(journey, **changes), query, redirect_uri=BACK, now=now)

    def test_a_provider_that_calls_itself_otherwise_is_none_of_ours(self, provider: Glewlwyd) -> None:
        other = _settings(provider, issuer=provider.issuer.replace("127.0.0.1", "localhost"))
        with pytest.raises(AccessError, match="says it is"):
            Provider(other).depart(redirect_uri=BACK, next_path="/queue", now=datetime.now(UTC))

    def test_a_next_page_elsewhere_is_not_gone_to(self, sqlite_store: Store, provider: Glewlwyd) -> None:
        office = _office(sqlite_store, provider)
        browser = office.client()
        there = browser.get("/sign-in/openid?next=//evil.example/")
        answer = browser.get(provider.answer(there.headers["location"], "an"))
        assert "evil" not in answer.text
        assert "url=/queue" in answer.text


def _token(key: RSAKey = KEY, **changes: object) -> dict[str, str]:
    now = int(time.time())
    claims = {"iss": SETTINGS.issuer, "aud": CLIENT_ID, "sub": "7", "nonce": "n", "iat": now, "exp": now + 300}
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return {"id_token": jwt.encode({"alg": "RS256", "kid": "1"}, kept, key)}


def test_a_token_that_fits_says_who_it_is() -> None:
    assert checked_claims(_token(), KEYS, SETTINGS, nonce="n")["sub"] == "7"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example.test"},
        {"iss": None},
        {"aud": "another-application"},
        {"aud": ["another-application"], "azp": CLIENT_ID},
        {"aud": [CLIENT_ID, "another-application"]},
        {"aud": None},
        {"azp": "another-application"},
        {"nonce": "another"},
        {"nonce": None},
        pytest.param({"exp": int(time.time()) - 3_600}, id="over"),
        {"exp": None},
        pytest.param({"iat": int(time.time()) + 3_600}, id="of the future"),
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(JoseError):
        checked_claims(_token(**changes), KEYS, SETTINGS, nonce="n")


def test_a_token_of_another_key_is_refused() -> None:
    forged = _token(RSAKey.generate_key(2048, {"kid": "1"}))
    with pytest.raises(JoseError):
        checked_claims(forged, KEYS, SETTINGS, nonce="n")


def test_the_public_key_is_no_shared_secret() -> None:
    _head, claims, _signature = _token()["id_token"].split(".")
    head = _base64(b'{"alg":"HS256","kid":"1"}')
    signed = f"{head}.{claims}"
    mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    with pytest.raises(JoseError):
        checked_claims({"id_token": f"{signed}.{_base64(mac)}"}, KEYS, SETTINGS, nonce="n")


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_a_token_without_a_signature_is_refused() -> None:
    head, claims, _signature = _token()["id_token"].split(".")
    unsigned = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    for forged in (f"{unsigned}.{claims}.", f"{head}.{claims}.", "rubbish", ""):
        with pytest.raises((JoseError, ValueError)):
            checked_claims({"id_token": forged}, KEYS, SETTINGS, nonce="n")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("groups", ["a", "b"]),
        ("realm_access.roles", ["c"]),
        ("name", ["An"]),
        ("number", []),
        ("absent", []),
        ("groups.a", []),
        ("name.first", []),
    ],
)
def test_a_claim_may_be_nested_and_one_or_many(path: str, found: list[str]) -> None:
    claims = {"groups": ["a", 7, "b"], "realm_access": {"roles": ["c"]}, "name": "An", "number": 7}
    assert claim_values(claims, path) == found


@pytest.mark.parametrize("issuer", ["http://sso.example.test", "ftp://127.0.0.1", "sso.example.test"])
def test_an_issuer_without_https_is_refused(issuer: str) -> None:
    with pytest.raises(ConfigurationError, match="not reached by https"):
        Provider(replace(SETTINGS, issuer=issuer))


def test_a_provider_that_is_away_is_an_error_page(sqlite_store: Store) -> None:
    office = Office(sqlite_store, openid=replace(SETTINGS, issuer="http://127.0.0.1:9"))
    answer = office.client().get("/sign-in/openid")
    assert (answer.status_code, "does not answer" in answer.text) == (403, True)
    assert "Sign in with your organisation" in office.client().get("/sign-in").text


def test_a_name_at_the_provider_makes_nobody_a_program(office: Office) -> None:
    settings = replace(SETTINGS, roles=ROLES, create_accounts=True)
    claims = {"sub": "7", "preferred_username": "system:siem", "groups": ["lw-chiefs"]}
    with pytest.raises(DataError, match="those of programs"), office.store.transaction() as session:
        account_of(session, settings, claims, now=office.now)
    with office.store.reading() as session:
        assert users.user_by_name(session, "system:siem") is None
