"""The same headers on every answer, whatever made it."""

import re

import pytest

from review_ui.headers import SECURITY_HEADERS
from store.database import Store
from tests.review_ui.office import Office


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-in", 200),
        ("GET", "/queue", 303),
        ("GET", "/nowhere", 404),
        ("DELETE", "/queue", 405),
        ("GET", "/static/keys.js", 200),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/static/nothing.css", 404),
    ],
)
def test_all_of_them_are_there(office: Office, method: str, path: str, status: int) -> None:
    answer = office.client().request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_refusals_outside_of_the_routes_carry_them_too(office: Office) -> None:
    client = office.client()
    answers = [
        client.get("/", headers={"host": "evil.example"}),
        client.post("/undo", headers={"sec-fetch-site": "cross-site"}),
        client.post("/sign-in", data={"username": "x" * 100_000}),
    ]
    assert [answer.status_code for answer in answers] == [400, 403, 413]
    for answer in answers:
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_no_policy_allows_inline_code_or_other_hosts(office: Office) -> None:
    policy = office.client().get("/sign-in").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert re.search(r"unsafe|http|\*|data:|blob:|nonce|sha256", policy) is None


def test_pages_are_not_kept_and_static_files_are_asked_for_again(office: Office) -> None:
    client = office.client()
    assert client.get("/sign-in").headers["cache-control"] == "no-store"
    style = client.get("/static/review.css")
    assert style.headers["cache-control"] == "no-cache"
    assert client.get("/static/review.css", headers={"If-None-Match": style.headers["etag"]}).status_code == 304


def test_with_https_browsers_come_by_nothing_else_from_then_on(office: Office, sqlite_store: Store) -> None:
    assert "strict-transport-security" not in office.client().get("/sign-in").headers
    client = Office(sqlite_store, https=True).client()
    for path in ("/sign-in", "/nowhere", "/static/keys.js", "/api/queue"):
        assert client.get(path).headers["strict-transport-security"] == "max-age=63072000"
