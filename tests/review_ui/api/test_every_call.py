"""Every call of the API for a token of every role, and for whoever has none; a call that is not listed here fails."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from store import campaigns, tokens
from store.roles import RIGHTS
from store.tables import ApiToken, QueueItem
from tests.factories import make_item
from tests.review_ui.office import BASE_URL, Office

Call = tuple[str, str]

# The right that each call needs; what it answers to a program that has it stands behind.
CALLS: dict[Call, tuple[str, int]] = {
    ("GET", "/queue"): ("view", 200),
    ("POST", "/queue/claim"): ("decide", 200),
    ("GET", "/items/{item_id}"): ("view", 200),
    ("POST", "/items/{item_id}/claim"): ("decide", 200),
    ("POST", "/items/{item_id}/decisions"): ("decide", 200),
    # 409: the program has decided nothing.
    ("POST", "/undo"): ("decide", 409),
    ("GET", "/cases"): ("view", 200),
    ("POST", "/cases"): ("open_case", 200),
    # 404: there is no such case.
    ("GET", "/cases/{number}"): ("view", 404),
    ("POST", "/cases/{number}/items"): ("open_case", 404),
    ("GET", "/posts"): ("view", 200),
    ("GET", "/posts/{post_id}"): ("view", 200),
    ("GET", "/verdicts"): ("view", 200),
    ("GET", "/campaigns"): ("view", 200),
    ("GET", "/campaigns/{campaign_id}"): ("view", 200),
    # 404: this office takes nothing in.
    ("POST", "/intake"): ("intake", 404),
}
BODIES = {
    "/items/{item_id}/decisions": {"outcome": "benign"},
    "/cases": {"title": "Flights"},
    "/cases/{number}/items": {"item_id": 1},
    "/intake": {"giver": "hotline", "posts": [{"text": "a text"}]},
}
ALL = ("view", "decide", "open_case", "intake")


def _served(office: Office) -> set[Call]:
    (mount,) = [route for route in office.app.routes if isinstance(route, Mount) and route.path == "/api"]
    return {(method, route.path) for route in _calls(mount.routes) for method in route.methods or ()}


def _calls(routes: Iterable[BaseRoute]) -> Iterator[Route | APIRoute]:
    """Every route but the document's own, those of included routers among them."""
    for route in routes:
        if isinstance(route, Route | APIRoute):
            if route.path != "/openapi.json":
                yield route
        else:
            yield from _calls(route.original_router.routes)  # type: ignore[attr-defined]


def _token(office: Office, role: str, scopes: Iterable[str]) -> str:
    """A token of a role with scopes that it may not even carry, as when somebody's role has changed since."""
    with office.store.transaction() as session:
        end = office.now + timedelta(days=1)
        token = tokens.issue_unasked(
            session, by="tests", name=role, role="supervisor", scopes=["view"], expires_at=end, now=office.now
        )
        row = session.query(ApiToken).one()
        row.scopes, row.holder.role = list(scopes), role
    return token


def _answer(office: Office, call: Call, token: str | None, **headers: str) -> int:
    method, path = call
    item_id = office.post()
    with office.store.transaction() as session:
        post = session.get_one(QueueItem, item_id).revision.post
        other = make_item(session, "likely").revision.post
        campaign_id = campaigns.join_posts(session, post.id, other.id, reason="same words", at=office.now).id
    ids = {"item_id": item_id, "post_id": post.id, "campaign_id": campaign_id, "number": "CASE-2026-0099"}
    client = TestClient(office.app, base_url=BASE_URL, follow_redirects=False)
    said = {"Idempotency-Key": "once", **headers} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = BODIES.get(path) if method == "POST" else None
    return client.request(method, f"/api{path.format(**ids)}", json=body, headers=said).status_code


def test_every_call_is_listed(office: Office) -> None:
    assert _served(office) == set(CALLS)


@pytest.mark.parametrize("role", RIGHTS)
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_each_role_may_what_its_rights_say(office: Office, call: Call, role: str) -> None:
    right, status = CALLS[call]
    assert _answer(office, call, _token(office, role, ALL)) == (status if right in RIGHTS[role] else 403)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_scope_that_is_missing_is_missing_for_whoever_asks(office: Office, call: Call) -> None:
    scopes = [scope for scope in ALL if scope != CALLS[call][0]]
    assert _answer(office, call, _token(office, "supervisor", scopes)) == 403


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_nobody_gets_in_without_a_token_and_none_acts_for_another_site(office: Office, call: Call) -> None:
    assert _answer(office, call, None) == 401
    if call[0] == "POST":
        token = _token(office, "supervisor", ALL)
        assert _answer(office, call, token, **{"Sec-Fetch-Site": "cross-site"}) == 403
