"""Accounts: who may sign in, under which role. Passwords come here only as hashes.

Every change is an audit entry; `actor` is the pseudonym of the administrator who made it.
"""

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import audit, sessions
from store.roles import RIGHTS
from store.tables import User

# Who changes accounts on the command line has no account to be named by.
COMMAND_LINE = "accounts"
# Accounts of programs (`tokens.py`): nobody signs in to them, by a password or from outside.
SYSTEM = "system:"
# What no argon2id hash looks like, and unlike "" opens to no OpenID provider.
NO_PASSWORD = "no password"  # noqa: S105


def add_user(
    session: Session, *, username: str, role: str, password_hash: str, now: datetime, actor: str = COMMAND_LINE
) -> User:
    """A new account with a fresh pseudonym; DataError when the name is taken or the role unknown.

    `password_hash` is "" for an account that only an OpenID provider signs in, NO_PASSWORD for a program's.
    """
    _require_role(role)
    if username.startswith(SYSTEM) and password_hash != NO_PASSWORD:
        raise DataError(f"Names that begin with {SYSTEM!r} are those of programs.", hint="Choose another name.")
    audit.hold(session)  # Of two accounts of one name added at once, the second must see the first.
    if user_by_name(session, username) is not None:
        raise DataError(f"The account {username!r} exists already.", hint="Choose another name.")
    user = User(
        username=username,
        pseudonym=f"reviewer-{secrets.token_hex(4)}",
        role=role,
        password_hash=password_hash,
        disabled=False,
        created_at=now,
        must_change_password=False,
    )
    session.add(user)
    session.flush()
    _audit(session, user, "user.added", actor, {"role": role})
    return user


def user_by_name(session: Session, username: str) -> User | None:
    """The account of that name."""
    return session.scalar(select(User).where(User.username == username))


def named(session: Session, username: str) -> User:
    """The account of that name; NotFoundError when there is none."""
    user = user_by_name(session, username)
    if user is None:
        raise NotFoundError(f"There is no account {username!r}.", hint="Check the spelling.")
    return user


def numbered(session: Session, user_id: int) -> User:
    """The account of that id; NotFoundError when there is none."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFoundError(f"There is no account {user_id}.", hint="Go back to the list of people.")
    return user


def lock(session: Session, user: User) -> None:
    """Keep other transactions from what they would do on the same account until this one ends; decisions go on."""
    # FOR NO KEY UPDATE: what names the account by its id is added all the same.
    session.get(User, user.id, with_for_update={"key_share": True}, populate_existing=True)


def all_users(session: Session) -> list[User]:
    """Every account, by name."""
    return list(session.scalars(select(User).order_by(User.username)))


def set_password(session: Session, username: str, password_hash: str, *, now: datetime) -> User:
    """Change a password from the command line and end every session of the account."""
    user = named(session, username)
    change_password(session, user, password_hash, actor=COMMAND_LINE)
    sessions.end_all(session, user, actor=COMMAND_LINE, now=now)
    return user


def change_password(session: Session, user: User, password_hash: str, *, actor: str, must_change: bool = False) -> None:
    """Keep another password; the person has to change it at the next sign-in where `must_change` is set.

    Raises DataError for a program's account.
    """
    if is_system(user):
        raise DataError(f"The account {user.username!r} is a program's.", hint="Make a token for it.")
    user.password_hash = password_hash
    user.must_change_password = must_change
    _audit(session, user, "user.password_changed", actor, {"must_change": must_change})


def set_role(session: Session, user: User, role: str, *, actor: str) -> None:
    """Give a person another role."""
    _require_role(role)
    if role != user.role:
        before, user.role = user.role, role
        _audit(session, user, "user.role_changed", actor, {"from": before, "to": role})


def set_disabled(session: Session, user: User, disabled: bool, *, actor: str, now: datetime) -> None:
    """Close an account, which ends its sessions, or open it again."""
    if disabled == user.disabled:
        return
    user.disabled = disabled
    _audit(session, user, "user.disabled" if disabled else "user.enabled", actor)
    if disabled:
        sessions.end_all(session, user, actor=actor, now=now)


def is_system(user: User) -> bool:
    """Whether the account is a program's."""
    return user.username.startswith(SYSTEM)


def user_count(session: Session) -> int:
    """How many accounts there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def _require_role(role: str) -> None:
    if role not in RIGHTS:
        raise DataError(f"Role {role!r} is unknown.", hint=f"Choose one of {', '.join(RIGHTS)}.")


def _audit(session: Session, user: User, action: str, actor: str, details: dict[str, bool | str] | None = None) -> None:
    audit.append(session, actor=actor, action=action, subject=f"user:{user.id}", details=details)
