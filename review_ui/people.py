"""The accounts of everybody, for administrators: adding, roles, closing, first passwords, second factors, sessions.

Pseudonyms are not shown here: who somebody is in the audit chain is for whoever may look into it (`identities.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from lurewatch.errors import AccessError, DataError, NotFoundError
from review_ui.account import session_lines
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.passwords import temporary_password
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, second_factors, sessions, users
from store.roles import RIGHTS
from store.tables import User

MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class PersonLine:
    """An account as administrators see it."""

    user_id: int
    username: str
    role: str
    disabled: bool
    has_password: bool
    must_change: bool
    has_factor: bool
    created_at: datetime
    is_self: bool
    is_system: bool


def is_typable(username: str) -> bool:
    """Whether a name can be typed into a form: visible characters without space around them."""
    return username == username.strip() and username.isprintable() and 0 < len(username) <= MAX_NAME


def show_people(visit: Visit) -> Page:
    """GET /people."""
    lines = [_line(visit, user) for user in users.all_users(visit.session)]
    _put_on_record(visit, "people.listed", "people")
    values = {"people": lines, "roles": list(RIGHTS), "longest": MAX_NAME, "has_provider": _has_provider(visit)}
    return Page("people.html", values)


def add_person(visit: Visit) -> Response | Afterwards:
    """POST /people: a new account; its first password is shown once."""
    username = line(visit.fields, "username", longest=MAX_NAME, required=True)
    if not is_typable(username):
        raise DataError(f"The name {username!r} cannot be typed.", hint="Give visible characters.")
    role = line(visit.fields, "role", longest=MAX_NAME)
    if visit.fields.get("way") == "provider":
        _add(visit, username, role, "")
        return see_other("/people")
    return Afterwards(lambda: _add_with_password(visit, username, role))


def show_person(visit: Visit) -> Page:
    """GET /people/{user_id}."""
    user = _named(visit)
    _put_on_record(visit, "person.viewed", f"user:{user.id}")
    values = {
        "subject": _line(visit, user),
        "roles": list(RIGHTS),
        "sessions": session_lines(visit, of=user),
    }
    return Page("person.html", values)


def change_person(visit: Visit) -> Response | Afterwards:
    """POST /people/{user_id}/{change}: one of CHANGES."""
    change = CHANGES.get(visit.path["change"])
    if change is None:
        raise NotFoundError("There is no such change of an account.", hint="Go back and use one of the buttons.")
    user = _named(visit)
    return change(visit, user) or see_other(f"/people/{user.id}")


def show_sessions(visit: Visit) -> Page:
    """GET /sessions: who is signed in."""
    _put_on_record(visit, "sessions.listed", "sessions")
    return Page("sessions.html", {"sessions": session_lines(visit, of=None)})


def end_session(visit: Visit) -> Response:
    """POST /sessions/{session_id}/end."""
    sessions.end_numbered(visit.session, row_id(visit.path["session_id"]), actor=visit.user, now=visit.now)
    return see_other("/sessions")


def _change_role(visit: Visit, user: User) -> None:
    _refuse_self(visit, user)
    users.set_role(visit.session, user, line(visit.fields, "role", longest=MAX_NAME), actor=visit.user.pseudonym)


def _disable(visit: Visit, user: User) -> None:
    _refuse_self(visit, user)
    users.set_disabled(visit.session, user, True, actor=visit.user.pseudonym, now=visit.now)


def _enable(visit: Visit, user: User) -> None:
    users.set_disabled(visit.session, user, False, actor=visit.user.pseudonym, now=visit.now)


def _reset_password(visit: Visit, user: User) -> Afterwards:
    if not user.password_hash:
        raise DataError(
            f"The account {user.username!r} has no password.", hint="The organisation's provider signs it in."
        )
    return Afterwards(lambda: _give_password(visit, user.id))


def _reset_factor(visit: Visit, user: User) -> None:
    second_factors.reset(visit.session, user, actor=visit.user.pseudonym)
    sessions.end_all(visit.session, user, actor=visit.user.pseudonym, now=visit.now)


def _end_sessions(visit: Visit, user: User) -> None:
    sessions.end_all(visit.session, user, actor=visit.user.pseudonym, now=visit.now, but=visit.user_session)


CHANGES: dict[str, Callable[[Visit, User], Afterwards | None]] = {
    "role": _change_role,
    "disable": _disable,
    "enable": _enable,
    "password": _reset_password,
    "second-factor": _reset_factor,
    "sessions": _end_sessions,
}


def _add_with_password(visit: Visit, username: str, role: str) -> Page:
    password = temporary_password()
    kept = visit.desk.passwords.hash(password)
    with visit.desk.store.transaction() as session:
        user = users.add_user(
            session, username=username, role=role, password_hash=kept, now=visit.now, actor=visit.user.pseudonym
        )
        user.must_change_password = True
    return _shown_once(username, password)


def _give_password(visit: Visit, user_id: int) -> Page:
    password = temporary_password()
    kept = visit.desk.passwords.hash(password)
    with visit.desk.store.transaction() as session:
        user = users.numbered(session, user_id)
        users.change_password(session, user, kept, actor=visit.user.pseudonym, must_change=True)
        sessions.end_all(session, user, actor=visit.user.pseudonym, now=visit.now)
    return _shown_once(user.username, password)


def _shown_once(username: str, password: str) -> Page:
    return Page("temporary_password.html", {"username": username, "password": password})


def _add(visit: Visit, username: str, role: str, password_hash: str) -> None:
    users.add_user(
        visit.session,
        username=username,
        role=role,
        password_hash=password_hash,
        now=visit.now,
        actor=visit.user.pseudonym,
    )


def _put_on_record(visit: Visit, action: str, subject: str) -> None:
    audit.append(visit.session, actor=visit.user.pseudonym, action=action, subject=subject)


def _refuse_self(visit: Visit, user: User) -> None:
    # The last administrator must not lock themselves out, nor anybody raise themselves.
    if user.id == visit.user.id:
        raise AccessError("Nobody changes the role of their own account or closes it.", hint="Ask another one.")


def _named(visit: Visit) -> User:
    return users.numbered(visit.session, row_id(visit.path["user_id"]))


def _has_provider(visit: Visit) -> bool:
    return visit.desk.provider is not None


def _line(visit: Visit, user: User) -> PersonLine:
    return PersonLine(
        user_id=user.id,
        username=user.username,
        role=user.role,
        disabled=user.disabled,
        has_password=bool(user.password_hash) and not users.is_system(user),
        must_change=user.must_change_password,
        has_factor=second_factors.is_confirmed(visit.session, user),
        created_at=user.created_at,
        is_self=user.id == visit.user.id,
        is_system=users.is_system(user),
    )
