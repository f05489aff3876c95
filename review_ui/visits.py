"""The frame around every view of a signed-in person: who it is, what they may do, and one transaction for it all.

A view parses, calls the store and says what to show. The page is rendered after the transaction is committed, so
that the write lock is not held meanwhile.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from review_ui import cookies
from review_ui.csrf import SAFE_METHODS
from review_ui.desk import Desk, Page, desk_of
from review_ui.duties import open_duty
from review_ui.fields import Upload, open_form, read_query
from review_ui.manner import Manner, manner_of
from store import roles, sessions
from store.parsed_post import storable
from store.tables import User, UserSession

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person inside its transaction.

    `path` holds the parts of the route, `fields` what a form sent or, where nothing is changed, the address asks.
    `is_swap`: a script sent it, and puts whatever page comes back into the place of the one before.
    """

    desk: Desk
    session: Session
    user: User
    now: datetime
    path: Mapping[str, str]
    fields: Mapping[str, str]
    user_session: UserSession
    files: Mapping[str, Upload] = field(default_factory=dict)
    is_swap: bool = False


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a view leaves to do once its transaction is committed, because it takes long."""

    run: Callable[[], Page | Response]


View = Callable[[Visit], Page | Response | Afterwards]


@dataclass(frozen=True, slots=True)
class Door:
    """A view and who may come in."""

    view: View
    right: str | None
    before_duties: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request: the fields of its form or query, and its files."""

    fields: Mapping[str, str]
    files: Mapping[str, Upload] = field(default_factory=dict)


def signed_in(view: View, *, right: str | None, before_duties: bool = False, most_files: int = 0) -> Endpoint:
    """An endpoint that runs `view` for people who carry `right`; others are sent to sign in, or refused.

    None is the right that everybody has who is signed in. Who has a duty open (`duties.py`) is sent there first,
    unless the view is one to fulfil it with.
    """

    async def endpoint(request: Request) -> Response:
        # Megabytes are read for nobody who may not send them.
        if most_files and not await run_in_threadpool(_may_send, request, right):
            return _to_sign_in(request)
        async with _opened(request, most_files) as sent:
            return await run_in_threadpool(_answer, request, Door(view, right, before_duties), sent)

    return endpoint


def see_other(path: str) -> Response:
    """303: the browser gets `path` next, whatever it has sent."""
    return RedirectResponse(path, status_code=303)


@asynccontextmanager
async def _opened(request: Request, most_files: int) -> AsyncIterator[Sent]:
    if request.method in SAFE_METHODS:
        yield Sent(read_query(request))
        return
    async with open_form(request, most_files=most_files) as (fields, files):
        yield Sent(fields, files)


def _may_send(request: Request, right: str | None) -> bool:
    """Whether somebody is signed in; AccessError when they do not carry the right."""
    desk = desk_of(request)
    token = cookies.read_token(request, https=desk.settings.https) or ""
    with desk.store.reading() as session:
        user_session = sessions.live_session(session, token, now=desk.clock())
        if user_session is not None and right is not None:
            roles.require(user_session.user, right)
        return user_session is not None


def _answer(request: Request, door: Door, sent: Sent) -> Response:
    desk = desk_of(request)
    token = cookies.read_token(request, https=desk.settings.https) or ""
    with desk.store.transaction() as session:
        user_session = sessions.live_session(session, token, now=desk.clock())
        if user_session is None:
            return _to_sign_in(request)
        user = user_session.user
        answer = _enter(_visit(request, session, user_session, sent), door)
        manner = manner_of(session, user_session, now=desk.clock())
    if isinstance(answer, Afterwards):
        answer = answer.run()
    return _shown(request, answer, user, manner)


def _visit(request: Request, session: Session, user_session: UserSession, sent: Sent) -> Visit:
    desk = desk_of(request)
    path = {name: storable(value) for name, value in request.path_params.items()}
    is_swap = "hx-boosted" in request.headers
    return Visit(desk, session, user_session.user, desk.clock(), path, sent.fields, user_session, sent.files, is_swap)


def _enter(visit: Visit, door: Door) -> Page | Response | Afterwards:
    answer = _let_through(visit, door)
    # Last, behind the audit chain: whoever ends this session meanwhile has the chain and waits for this row.
    sessions.touch_session(visit.user_session, now=visit.now)
    return answer


def _let_through(visit: Visit, door: Door) -> Page | Response | Afterwards:
    duty = open_duty(visit.session, visit.user, visit.desk.settings)
    if duty is not None and not door.before_duties:
        return see_other(duty)
    if door.right is not None:
        roles.require(visit.user, door.right)
    return door.view(visit)


def _shown(request: Request, answer: Page | Response, user: User, manner: Manner) -> Response:
    return desk_of(request).render(request, answer, user, manner) if isinstance(answer, Page) else answer


def _to_sign_in(request: Request) -> Response:
    query = urlencode({"next": request.url.path}) if request.method == "GET" else ""
    path = f"/sign-in?{query}" if query else "/sign-in"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": path})
    return see_other(path)
