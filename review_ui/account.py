"""A person's own account: its sessions, its password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.responses import Response

from lurewatch.errors import DataError
from review_ui import browsers, cookies
from review_ui.desk import Page
from review_ui.fields import row_id
from review_ui.languages import Sayable
from review_ui.passwords import MAX_CHARACTERS, MIN_CHARACTERS, refuse_weak
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, second_factors, sessions, sign_in_failures, users
from store.tables import User, UserSession

PASSWORD_FORM = "account_password.html"  # noqa: S105 - a template


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A signed-in browser; `is_this` is whether it is the one that asks."""

    session_id: int
    username: str
    browser: str
    system: str
    network: str
    since: datetime
    last_seen_at: datetime
    is_this: bool


def show_account(visit: Visit) -> Page:
    """GET /account."""
    has_factor = second_factors.is_confirmed(visit.session, visit.user)
    values = {
        "sessions": session_lines(visit, of=visit.user),
        "has_password": bool(visit.user.password_hash),
        "has_factor": has_factor,
        "codes_left": second_factors.codes_left(visit.session, visit.user) if has_factor else 0,
    }
    return Page("account.html", values)


def session_lines(visit: Visit, *, of: User | None) -> list[SessionLine]:
    """The sessions that are signed in now, of one person or of everybody."""
    return [_line(row, visit) for row in sessions.live_sessions(visit.session, now=visit.now, of=of)]


def end_session(visit: Visit) -> Response:
    """POST /account/sessions/{session_id}/end."""
    number = row_id(visit.path["session_id"])
    sessions.end_numbered(visit.session, number, actor=visit.user, now=visit.now, of=visit.user)
    return see_other("/account")


def end_other_sessions(visit: Visit) -> Response:
    """POST /account/sessions/end: every session but this one."""
    sessions.end_all(visit.session, visit.user, actor=visit.user.pseudonym, now=visit.now, but=visit.user_session)
    return see_other("/account")


def show_password(visit: Visit) -> Page:
    """GET /account/password."""
    return _password_form(visit.user)


def change_password(visit: Visit) -> Afterwards:
    """POST /account/password: other sessions end, and this one goes on under a new token."""
    return Afterwards(lambda: _change_password(visit))


def _change_password(visit: Visit) -> Page | Response:
    desk, user, fields = visit.desk, visit.user, visit.fields
    with desk.store.reading() as session:
        wait_s = sign_in_failures.retry_after_s(session, user.username, now=visit.now)
    if wait_s:
        return _too_many(user, wait_s)
    is_right = desk.passwords.matches(user.password_hash or None, fields.get("password", ""))
    with desk.store.transaction() as session:
        audit.hold(session)
        # Counted again: others may have tried while this one was being checked.
        wait_s = sign_in_failures.retry_after_s(session, user.username, now=visit.now)
        if not (wait_s or is_right):
            sign_in_failures.record_failure(session, user.username, now=visit.now)
    if wait_s:
        return _too_many(user, wait_s)
    if not is_right:
        return _password_form(user, "The present password is wrong.", 401)
    try:
        _refuse_unfit(user, fields)
        kept = desk.passwords.hash(fields.get("new", ""))
    except DataError as error:
        return _password_form(user, error, 400)
    return _keep(visit, kept)


def _refuse_unfit(user: User, fields: Mapping[str, str]) -> None:
    chosen = fields.get("new", "")
    if chosen != fields.get("again", ""):
        raise DataError("The new password was typed in two ways.", hint="Type it twice the same.")
    if chosen == fields.get("password", ""):
        raise DataError("The new password is the present one.", hint="Choose another.")
    refuse_weak(chosen, user.username)


def _keep(visit: Visit, password_hash: str) -> Response:
    with visit.desk.store.transaction() as session:
        user = users.numbered(session, visit.user.id)
        users.change_password(session, user, password_hash, actor=user.pseudonym)
        token = _renewed(session, user, visit)
    response = see_other("/account")
    cookies.set_token(response, token, https=visit.desk.settings.https)
    return response


def _renewed(session: Session, user: User, visit: Visit) -> str:
    sign_in_failures.forget_failures(session, user.username)
    sessions.end_all(session, user, actor=user.pseudonym, now=visit.now)
    here = visit.user_session
    return sessions.start_session(session, user, now=visit.now, browser=here.browser, network=here.network)


def _too_many(user: User, wait_s: int) -> Page:
    return _password_form(user, f"Too many wrong tries. Try again in {wait_s} seconds.", 429)


def _password_form(user: User, problem: Sayable = "", status: int = 200) -> Page:
    values = {
        "problem": problem,
        "is_due": user.must_change_password,
        "shortest": MIN_CHARACTERS,
        "longest": MAX_CHARACTERS,
        "has_password": bool(user.password_hash),
    }
    return Page(PASSWORD_FORM, values, status)


def _line(row: UserSession, visit: Visit) -> SessionLine:
    browser, system = browsers.parts(row.browser)
    return SessionLine(
        session_id=row.id,
        username=row.user.username,
        browser=browser,
        system=system,
        network=row.network,
        since=row.created_at,
        last_seen_at=row.last_seen_at,
        is_this=row.id == visit.user_session.id,
    )
