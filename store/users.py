"""Accounts, their sessions, and the wrong passwords of the last minute. Passwords come here only as hashes."""

import hashlib
import math
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import audit
from store.roles import RIGHTS
from store.tables import SignInFailure, User, UserSession

IDLE_LIMIT = timedelta(minutes=30)
SESSION_LIMIT = timedelta(hours=12)
FAILURE_WINDOW = timedelta(minutes=1)
FAILURES_ALLOWED = 5


def add_user(session: Session, *, username: str, role: str, password_hash: str, now: datetime) -> User:
    """A new account with a fresh pseudonym; DataError when the name is taken or the role unknown."""
    if role not in RIGHTS:
        raise DataError(f"Role {role!r} is unknown.", hint=f"Choose one of {', '.join(RIGHTS)}.")
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
    )
    session.add(user)
    session.flush()
    audit.append(session, actor="accounts", action="user.added", subject=f"user:{user.id}", details={"role": role})
    return user


def user_by_name(session: Session, username: str) -> User | None:
    """The account of that name."""
    return session.scalar(select(User).where(User.username == username))


def set_password(session: Session, username: str, password_hash: str, *, now: datetime) -> User:
    """Change a password and end every session of the account."""
    user = user_by_name(session, username)
    if user is None:
        raise NotFoundError(f"There is no account {username!r}.", hint="Check the spelling.")
    user.password_hash = password_hash
    for row in session.scalars(select(UserSession).where(UserSession.user_id == user.id)):
        row.revoked_at = row.revoked_at or now
    audit.append(session, actor="accounts", action="user.password_changed", subject=f"user:{user.id}")
    return user


def start_session(session: Session, user: User, *, now: datetime) -> str:
    """A new session; returns its opaque token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_sha256=_digest(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIMIT,
        )
    )
    audit.append(session, actor=user.pseudonym, action="user.signed_in", subject=f"user:{user.id}")
    return token


def session_user(session: Session, token: str, *, now: datetime) -> User | None:
    """Whose session this is: None when it is unknown, revoked, expired, idle too long or the account disabled."""
    row = _session_row(session, token)
    if row is None or row.revoked_at is not None or row.user.disabled:
        return None
    if now >= row.expires_at or now - row.last_seen_at > IDLE_LIMIT:
        return None
    return row.user


def touch_session(session: Session, token: str, *, now: datetime) -> None:
    """Note that the session was used, so that it does not run out while somebody works."""
    row = _session_row(session, token)
    if row is not None:
        row.last_seen_at = now


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Revoke a session; what is unknown or ended already stays as it is."""
    row = _session_row(session, token)
    if row is not None and row.revoked_at is None:
        row.revoked_at = now
        audit.append(session, actor=row.user.pseudonym, action="user.signed_out", subject=f"user:{row.user_id}")


def retry_after_s(session: Session, username: str, *, now: datetime) -> int:
    """Seconds until this name may try again: 0 below FAILURES_ALLOWED wrong tries within FAILURE_WINDOW."""
    statement = (
        select(SignInFailure.at)
        .where(SignInFailure.username_sha256 == _digest(username), SignInFailure.at > now - FAILURE_WINDOW)
        .order_by(SignInFailure.at.desc())
    )
    tries = list(session.scalars(statement))
    if len(tries) < FAILURES_ALLOWED:
        return 0
    wait = tries[FAILURES_ALLOWED - 1] + FAILURE_WINDOW - now
    return max(1, math.ceil(wait.total_seconds()))


def record_failure(session: Session, username: str, *, now: datetime) -> None:
    """Count a wrong password, and forget those that no longer count."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - FAILURE_WINDOW))
    session.add(SignInFailure(username_sha256=_digest(username), at=now))
    audit.append(
        session,
        actor="sign-in",
        action="user.sign_in_failed",
        subject=f"username-sha256:{_digest(username)[:16]}",
    )


def user_count(session: Session) -> int:
    """How many accounts there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def _session_row(session: Session, token: str) -> UserSession | None:
    return session.scalar(select(UserSession).where(UserSession.token_sha256 == _digest(token)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
