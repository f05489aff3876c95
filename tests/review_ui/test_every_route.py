"""What no route of the application may do, whoever asks: act for another site, or send people to one."""

from urllib.parse import urlsplit

import pytest
from starlette.routing import Route

from store.tables import AuditEntry
from tests.review_ui.office import Office

ELSEWHERE = ["//evil.example/", "https://evil.example/", "/\\evil.example/", "/\t/evil.example"]
FILLED = {"item_id": 1, "number": "CASE-2026-0001", "user_id": 1, "change": "sessions", "session_id": 1}
WRITERS = ["ana", "aud", "adm"]


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
    with staffed.store.reading() as session:
        before = session.query(AuditEntry).count()
    for path in _routes(staffed, "POST"):
        for client in clients:
            answer = client.post(path, data={"outcome": "confirmed", "idem_key": "k", "role": "auditor"}, headers=said)
            assert answer.status_code == 403, path
    with staffed.store.reading() as session:
        assert session.query(AuditEntry).count() == before


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_route_sends_anybody_elsewhere(staffed: Office, elsewhere: str) -> None:
    client = staffed.client("ana")
    for method in ("GET", "POST"):
        for path in _routes(staffed, method):
            answer = client.request(
                method, path, params={"next": elsewhere}, data={"next": elsewhere} if method == "POST" else None
            )
            location = answer.headers.get("location", "/")
            assert urlsplit(location).netloc == "", f"{method} {path}"
            assert not location.startswith(("//", "/\\", "/\t")), f"{method} {path}"
            if path == "/sign-out":
                client = staffed.client("ana")


def test_no_route_but_the_public_ones_answers_an_ended_session(staffed: Office) -> None:
    client = staffed.client("adm")
    staffed.wait(hours=13)
    public = {"/", "/healthz", "/language", "/sign-in", "/sign-in/code", "/sign-in/openid", "/sign-in/openid/back"}
    for path in set(_routes(staffed, "GET")) - public - {"/sign-in/openid/leave"}:
        assert client.get(path).headers["location"].startswith("/sign-in?next="), path
    for path in set(_routes(staffed, "POST")) - public:
        assert client.post(path).headers["location"] == "/sign-in", path


def test_every_cookie_is_kept_from_scripts_and_plain_http(staffed: Office) -> None:
    answers = [staffed.client().post("/sign-in", data={"username": "ana", "password": "correct horse battery staple"})]
    answers.append(staffed.client("ana").post("/sign-out"))
    for answer in answers:
        cookie = answer.headers["set-cookie"].lower()
        assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))
