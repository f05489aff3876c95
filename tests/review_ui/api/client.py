"""A program that calls the API with a token."""

from datetime import timedelta

import httpx
from sqlalchemy import select
from starlette.testclient import TestClient

from store import tokens
from store.tables import User
from tests.review_ui.office import BASE_URL, Office

SCOPES = {
    "viewer": ("view",),
    "analyst": ("view", "decide", "open_case"),
    "investigator": ("view", "open_case"),
    "supervisor": ("view", "decide", "open_case"),
}


def token_of(office: Office, username: str, *scopes: str) -> str:
    """A token that acts as that person, with every scope that their role carries unless some are named."""
    with office.store.transaction() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        wanted = scopes or SCOPES[user.role]
        end = office.now + timedelta(days=1)
        return tokens.issue_own(session, user, name="script", scopes=wanted, expires_at=end, now=office.now)


class Program:
    """`get` and `post` answer with the response; each `post` has a fresh key unless one is given."""

    def __init__(self, office: Office, token: str) -> None:
        self._client = TestClient(office.app, base_url=BASE_URL, follow_redirects=False)
        self._client.headers["Authorization"] = f"Bearer {token}"
        self._sent = 0

    def get(self, path: str, **query: object) -> httpx.Response:
        return self._client.get(f"/api{path}", params=query)  # type: ignore[return-value, arg-type]

    def post(self, path: str, body: object = None, *, key: str | None = None) -> httpx.Response:
        self._sent += 1
        headers = {"Idempotency-Key": key or f"key-{self._sent}"}
        return self._client.post(f"/api{path}", json=body, headers=headers)  # type: ignore[return-value]
