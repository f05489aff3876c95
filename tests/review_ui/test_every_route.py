"""What no route of the application may do, whoever asks: act for another site, send people to one, go unrecorded."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from store import cases, users
from store.tables import AuditEntry, Identifier, QueueItem
from tests.review_ui.office import PASSWORD, Office

ELSEWHERE = ["//evil.example/", "https://evil.example/", "/\\evil.example/", "/\t/evil.example"]
FILLED = {"item_id": 1, "number": "CASE-2026-0001", "user_id": 1, "change": "sessions", "session_id": 4711}
# What lets a form succeed, so that it leads on.
FITTING = {"language": "vi", "username": "ana", "password": PASSWORD}
WRITERS = ["ana", "sup", "aud", "adm"]
NEXTS = ("next", "back", "url", "return", "return_to", "redirect", "redirect_uri", "continue")


def _routes(office: Office, method: str) -> list[str]:
    found = [route for route in office.app.routes if isinstance(route, Route) and method in (route.methods or ())]
    return [route.path.format(**{name: FILLED.get(name, 1) for name in route.param_convertors}) for route in found]


@pytest.mark.parametrize(
    "said",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_no_route_acts_for_another_site(staffed: Office, said: dict[str, str]) -> None:
    staffed.post()
    clients = [staffed.client(name) for name in WRITERS]
    before = _entries(staffed)
    for path in _routes(staffed, "POST"):
        for client in clients:
            answer = client.post(path, data={"outcome": "confirmed", "idem_key": "k", "role": "auditor"}, headers=said)
            assert answer.status_code == 403, path
    assert _entries(staffed) == before


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_route_sends_anybody_elsewhere(staffed: Office, elsewhere: str) -> None:
    client = staffed.client("ana")
    for method in ("GET", "POST"):
        for path in _routes(staffed, method):
            said = dict.fromkeys(NEXTS, elsewhere)
            form = {"data": said | FITTING} if method == "POST" else {}
            answer = client.request(method, path, params=said, headers={"Referer": elsewhere}, **form)
            for place in _places(answer):
                assert urlsplit(place).netloc == "", f"{method} {path}"
                assert not place.startswith(("//", "/\\", "/\t")), f"{method} {path}"
            if path == "/sign-out":
                client = staffed.client("ana")


def _places(answer: httpx.Response) -> list[str]:
    """Everywhere that an answer leads to: by its headers, and by links, forms and refreshes of its page."""
    headers = [answer.headers.get(name, "/") for name in ("location", "hx-redirect", "hx-location", "refresh")]
    return headers + re.findall(r'(?:[ -](?:href|action|formaction|get|post)=|content="0;url=)"?([^"]*)', answer.text)


# Who reads there is on record elsewhere, or nothing of a person or a collected post is shown.
UNRECORDED = {
    *("/", "/healthz", "/sign-in", "/sign-in/code", "/sign-in/openid", "/sign-in/openid/back", "/sign-in/openid/leave"),
    *("/account", "/account/password", "/account/second-factor", "/account/preferences", "/languages"),
    *("/tokens", "/webhooks", "/helplines", "/identities", "/practice", "/verify", "/practice/{run_id}/{position}"),
}


def test_whoever_reads_of_posts_or_people_is_on_record(staffed: Office) -> None:
    staffed.post("Typing work, flight paid, ask @Example_HR")
    with staffed.store.transaction() as session:
        supervisor, item = users.named(session, "sup"), session.get_one(QueueItem, 1)
        contact = {"type": "telegram", "value": "@Example_HR", "normalized": "example_hr", "start": 30, "end": 41}
        session.add(Identifier(revision_id=item.revision_id, **contact))
    staffed.confirm("binh", 1)
    with staffed.store.transaction() as session:
        case = cases.open_case(session, supervisor, title="Flights", now=staffed.now)
    clients = [staffed.client(name) for name in ("sup", "adm", "aud")]
    for route in staffed.app.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path not in UNRECORDED:
            path = route.path.format(item_id=1, identifier_id=1, post_id=1, user_id=1, number=case.number)
            answers = [_recorded(staffed, client, path) for client in clients]
            assert (200, True) in answers, f"{path}: {answers}"
            assert (200, False) not in answers, f"{path}: {answers}"


def _recorded(office: Office, client: TestClient, path: str) -> tuple[int, bool]:
    """The status of the answer, and whether the chain has grown by it."""
    before = _entries(office)
    return client.get(path, params={"q": "work"}, follow_redirects=True).status_code, _entries(office) > before


def _entries(office: Office) -> int:
    with office.store.reading() as session:
        return session.query(AuditEntry).count()


def test_no_route_but_the_public_ones_answers_an_ended_session(staffed: Office) -> None:
    client = staffed.client("adm")
    staffed.wait(hours=13)
    public = {"/", "/healthz", "/language", "/sign-in", "/sign-in/code", "/sign-in/openid", "/sign-in/openid/back"}
    for path in set(_routes(staffed, "GET")) - public - {"/sign-in/openid/leave"}:
        assert client.get(path).headers["location"].startswith("/sign-in?next="), path
    for path in set(_routes(staffed, "POST")) - public:
        assert client.post(path).headers["location"] == "/sign-in", path


def test_every_cookie_is_kept_from_scripts_and_plain_http(staffed: Office) -> None:
    answers = [staffed.client().post("/sign-in", data={"username": "ana", "password": PASSWORD})]
    answers.append(staffed.client("ana").post("/sign-out"))
    for answer in answers:
        cookie = answer.headers["set-cookie"].lower()
        assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))
