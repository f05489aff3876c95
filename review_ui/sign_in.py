"""Signing in by name, password and, where a person has one, a second factor; and signing out.

What is wrong is never said more precisely than "name or password". Wrong codes count like wrong passwords.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from review_ui import browsers, cookies
from review_ui.codes import is_right_code
from review_ui.desk import Desk, Page, desk_of
from review_ui.fields import read_fields
from review_ui.visits import see_other
from store import audit, roles, second_factors, sessions, sign_in_failures, users
from store.tables import User

FRONT_PAGE = "/queue"
# For people whose role does not let them read posts.
OWN_PAGE = "/account"
CODE_PAGE = "/sign-in/code"
_MAX_NAME = 100
# A check takes long and 64 MiB: it has threads of its own, so that a flood of them leaves people at work theirs.
_CHECKERS = ThreadPoolExecutor(2, thread_name_prefix="sign-in")


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a try to sign in ended: with a token, or with the seconds to wait (0: try again at once).

    A token that `needs_code` opens the form for the second factor and nothing else.
    """

    token: str | None = None
    wait_s: int = 0
    needs_code: bool = False
    home: str = FRONT_PAGE


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from: browser and network as coarsely as a session keeps them, `line` to count tries by."""

    browser: str = ""
    network: str = ""
    line: str = ""


NOWHERE = Origin()


async def show_form(request: Request) -> Response:
    """GET /sign-in."""
    return desk_of(request).render(request, _form(request, request.query_params.get("next", "")))


async def sign_in(request: Request) -> Response:
    """POST /sign-in: 303 with a new session, 401, or 429 once a name was tried too often."""
    fields = await read_fields(request)
    return await asyncio.get_running_loop().run_in_executor(_CHECKERS, _sign_in, request, fields)


async def show_code_form(request: Request) -> Response:
    """GET /sign-in/code."""
    return desk_of(request).render(request, _code_form(request.query_params.get("next", "")))


async def send_code(request: Request) -> Response:
    """POST /sign-in/code: 303 with a whole session, 401, or 429 once the name was tried too often."""
    return await run_in_threadpool(_send_code, request, await read_fields(request))


async def sign_out(request: Request) -> Response:
    """POST /sign-out: the session is over, here and wherever its token was copied to."""
    return await run_in_threadpool(_sign_out, request)


def safe_next(path: str) -> str:
    """`path` if it leads to a page of this application, else the front page.

    Browsers read `//host` and `/\\host` as other hosts, and drop tabs and line breaks before they look.
    """
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else FRONT_PAGE


def origin_of(request: Request) -> Origin:
    """The browser and network of a request."""
    address = request.client.host if request.client else ""
    family = browsers.family(request.headers.get("user-agent", ""))
    return Origin(family, browsers.network(address), browsers.line(address))


def try_password(desk: Desk, username: str, password: str, *, now: datetime, origin: Origin = NOWHERE) -> Attempt:
    """Check a password; the hash is computed outside of any transaction, it takes long."""
    with desk.store.reading() as session:
        wait_s = sign_in_failures.retry_after_s(session, username, now=now, place=origin.line)
        user = users.user_by_name(session, username) if len(username) <= _MAX_NAME else None
    if wait_s:
        return Attempt(wait_s=wait_s)
    is_right = desk.passwords.matches((user.password_hash or None) if user else None, password)
    with desk.store.transaction() as session:
        audit.hold(session)
        # Counted again: others may have tried the name while this one was being checked.
        if wait_s := sign_in_failures.retry_after_s(session, username, now=now, place=origin.line):
            return Attempt(wait_s=wait_s)
        if user is None or user.disabled or not is_right:
            sign_in_failures.record_failure(session, username, now=now, place=origin.line)
            return Attempt()
        if second_factors.is_confirmed(session, user):
            return Attempt(token=sessions.start_waiting(session, user, now=now), needs_code=True)
        return Attempt(token=start_session(session, user, now=now, origin=origin), home=home_of(user))


def try_code(desk: Desk, token: str, code: str, *, now: datetime, origin: Origin = NOWHERE) -> Attempt | None:
    """Check the code of somebody whose password was right; None when that is too long ago."""
    with desk.store.transaction() as session:
        waiting = sessions.waiting_session(session, token, now=now)
        if waiting is None:
            return None
        user = waiting.user
        second_factors.of(session, user)  # Locked before the chain is: whoever takes it away locks in that order.
        audit.hold(session)
        if wait_s := sign_in_failures.retry_after_s(session, user.username, now=now, place=origin.line):
            return Attempt(wait_s=wait_s)
        if not is_right_code(session, desk.seal, user, code, now=now):
            sign_in_failures.record_failure(session, user.username, now=now, place=origin.line)
            return Attempt()
        waiting.revoked_at = now
        return Attempt(token=start_session(session, user, now=now, origin=origin), home=home_of(user))


def home_of(user: User) -> str:
    """Where somebody begins who wanted no page in particular."""
    return FRONT_PAGE if roles.has_right(user, "view") else OWN_PAGE


def start_session(session: Session, user: User, *, now: datetime, origin: Origin) -> str:
    """A whole session, and an end to what was counted against the name."""
    sign_in_failures.forget_failures(session, user.username)
    return sessions.start_session(session, user, now=now, browser=origin.browser, network=origin.network)


def end_session(request: Request) -> None:
    """End the session that the browser's cookie names, if it does."""
    desk = desk_of(request)
    token = cookies.read_token(request, https=desk.settings.https)
    if token:
        with desk.store.transaction() as session:
            sessions.end_session(session, token, now=desk.clock())


def _sign_in(request: Request, fields: dict[str, str]) -> Response:
    desk = desk_of(request)
    attempt = try_password(
        desk, fields.get("username", ""), fields.get("password", ""), now=desk.clock(), origin=origin_of(request)
    )
    wanted = fields.get("next", "")
    if attempt.token is None:
        return _refuse(request, _form(request, wanted), "The name or the password is wrong.", attempt.wait_s)
    way = f"{CODE_PAGE}?{urlencode({'next': safe_next(wanted)})}" if attempt.needs_code else _way(wanted, attempt.home)
    return _let_in(request, attempt.token, way)


def _send_code(request: Request, fields: dict[str, str]) -> Response:
    desk = desk_of(request)
    token = cookies.read_token(request, https=desk.settings.https) or ""
    attempt = try_code(desk, token, fields.get("code", ""), now=desk.clock(), origin=origin_of(request))
    wanted = fields.get("next", "")
    if attempt is None:
        return see_other("/sign-in")
    if attempt.token is None:
        return _refuse(request, _code_form(wanted), "The code is wrong, or was used before.", attempt.wait_s)
    return _let_in(request, attempt.token, _way(wanted, attempt.home))


def _way(wanted: str, home: str) -> str:
    way = safe_next(wanted)
    return home if way == FRONT_PAGE else way


def _let_in(request: Request, token: str, way: str) -> Response:
    """A new token in the place of whatever the browser sent: nobody goes on with one that another gave them."""
    end_session(request)
    response = see_other(way)
    cookies.set_token(response, token, https=desk_of(request).settings.https)
    return response


def _refuse(request: Request, form: Page, problem: str, wait_s: int) -> Response:
    if wait_s:
        problem = f"Too many wrong tries. Try again in {wait_s} seconds."
    page = Page(form.template, {**form.values, "problem": problem}, 429 if wait_s else 401)
    response = desk_of(request).render(request, page)
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response


def _form(request: Request, wanted: str) -> Page:
    has_provider = desk_of(request).provider is not None
    return Page("sign_in.html", {"next": safe_next(wanted), "problem": "", "has_provider": has_provider})


def _code_form(wanted: str) -> Page:
    return Page("sign_in_code.html", {"next": safe_next(wanted), "problem": ""})


def _sign_out(request: Request) -> Response:
    end_session(request)
    response = see_other("/sign-in")
    cookies.drop_token(response, https=desk_of(request).settings.https)
    return response
