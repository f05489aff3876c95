"""Signing in and out. What is wrong is never said more precisely than "name or password"."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from review_ui import cookies
from review_ui.desk import Desk, Page, desk_of
from review_ui.fields import read_fields
from review_ui.visits import see_other
from store import users

FRONT_PAGE = "/queue"
_MAX_NAME = 100
# A check takes long and 64 MiB: it has threads of its own, so that a flood of them leaves people at work theirs.
_CHECKERS = ThreadPoolExecutor(2, thread_name_prefix="sign-in")


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a try to sign in ended: with a token, or with the seconds to wait (0: try again at once)."""

    token: str | None = None
    wait_s: int = 0


async def show_form(request: Request) -> Response:
    """GET /sign-in."""
    return desk_of(request).render(request, _form(request.query_params.get("next", "")))


async def sign_in(request: Request) -> Response:
    """POST /sign-in: 303 with a new session, 401, or 429 once a name was tried too often."""
    fields = await read_fields(request)
    return await asyncio.get_running_loop().run_in_executor(_CHECKERS, _sign_in, request, fields)


async def sign_out(request: Request) -> Response:
    """POST /sign-out: the session is over, here and wherever its token was copied to."""
    return await run_in_threadpool(_sign_out, request)


def safe_next(path: str) -> str:
    """`path` if it leads to a page of this application, else the front page.

    Browsers read `//host` and `/\\host` as other hosts, and drop tabs and line breaks before they look.
    """
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else FRONT_PAGE


def try_password(desk: Desk, username: str, password: str, *, now: datetime) -> Attempt:
    """Check a password; the hash is computed outside of any transaction, it takes long."""
    with desk.store.reading() as session:
        wait_s = users.retry_after_s(session, username, now=now)
        user = users.user_by_name(session, username) if len(username) <= _MAX_NAME else None
    if wait_s:
        return Attempt(wait_s=wait_s)
    is_right = desk.passwords.matches(user.password_hash if user else None, password)
    with desk.store.transaction() as session:
        # Counted again: others may have tried the name while this one was being checked.
        if wait_s := users.retry_after_s(session, username, now=now):
            return Attempt(wait_s=wait_s)
        if user is None or user.disabled or not is_right:
            users.record_failure(session, username, now=now)
            return Attempt()
        return Attempt(token=users.start_session(session, user, now=now))


def _sign_in(request: Request, fields: dict[str, str]) -> Response:
    desk = desk_of(request)
    attempt = try_password(desk, fields.get("username", ""), fields.get("password", ""), now=desk.clock())
    wanted = fields.get("next", "")
    if attempt.token is None:
        return _refuse(request, wanted, attempt.wait_s)
    _end_session(request)
    response = see_other(safe_next(wanted))
    cookies.set_token(response, attempt.token, https=desk.settings.https)
    return response


def _refuse(request: Request, wanted: str, wait_s: int) -> Response:
    if not wait_s:
        return desk_of(request).render(request, _form(wanted, "The name or the password is wrong.", 401))
    problem = f"Too many wrong tries for this name. Try again in {wait_s} seconds."
    response = desk_of(request).render(request, _form(wanted, problem, 429))
    response.headers["Retry-After"] = str(wait_s)
    return response


def _form(wanted: str, problem: str = "", status: int = 200) -> Page:
    return Page("sign_in.html", {"next": safe_next(wanted), "problem": problem}, status)


def _sign_out(request: Request) -> Response:
    _end_session(request)
    response = see_other("/sign-in")
    cookies.drop_token(response, https=desk_of(request).settings.https)
    return response


def _end_session(request: Request) -> None:
    desk = desk_of(request)
    token = cookies.read_token(request, https=desk.settings.https)
    if token:
        with desk.store.transaction() as session:
            users.end_session(session, token, now=desk.clock())
