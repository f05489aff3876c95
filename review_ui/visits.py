"""The frame around every view of a signed-in person: who it is, what they may do, and one transaction for it all.

A view parses, calls the store and says what to show. The page is rendered after the transaction is committed, so
that the write lock is not held meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from review_ui import cookies
from review_ui.csrf import SAFE_METHODS
from review_ui.desk import Desk, Page, desk_of
from review_ui.fields import read_fields
from store import roles, users
from store.parsed_post import storable
from store.tables import User

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person inside its transaction; `path` holds the parts of the route."""

    desk: Desk
    session: Session
    user: User
    now: datetime
    path: Mapping[str, str]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a view leaves to do once its transaction is committed, because it takes long."""

    run: Callable[[], Response]


View = Callable[[Visit], Page | Response | Afterwards]


def signed_in(view: View, *, right: str) -> Endpoint:
    """An endpoint that runs `view` for people who carry `right`; others are sent to sign in, or refused."""

    async def endpoint(request: Request) -> Response:
        fields = {} if request.method in SAFE_METHODS else await read_fields(request)
        return await run_in_threadpool(_answer, request, view, right, fields)

    return endpoint


def see_other(path: str) -> Response:
    """303: the browser gets `path` next, whatever it has sent."""
    return RedirectResponse(path, status_code=303)


def _answer(request: Request, view: View, right: str, fields: Mapping[str, str]) -> Response:
    desk = desk_of(request)
    now = desk.clock()
    token = cookies.read_token(request, https=desk.settings.https) or ""
    with desk.store.transaction() as session:
        user = users.session_user(session, token, now=now)
        if user is None:
            return _to_sign_in(request)
        users.touch_session(session, token, now=now)
        roles.require(user, right)
        path = {name: storable(value) for name, value in request.path_params.items()}
        answer = view(Visit(desk, session, user, now, path, fields))
    if isinstance(answer, Page):
        return desk.render(request, answer, user)
    return answer.run() if isinstance(answer, Afterwards) else answer


def _to_sign_in(request: Request) -> Response:
    query = urlencode({"next": request.url.path}) if request.method == "GET" else ""
    path = f"/sign-in?{query}" if query else "/sign-in"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": path})
    return see_other(path)
