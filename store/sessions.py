"""Signed-in browsers: each an opaque token whose hash alone is kept, with an end, and revoked at any time.

Their rows are written last in a transaction, behind its first audit entry: so nobody waits for a row with the chain
in hand whose holder waits for the chain.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import NotFoundError
from store import audit
from store.tables import User, UserSession

IDLE_LIMIT = timedelta(minutes=30)
SESSION_LIMIT = timedelta(hours=12)
CODE_LIMIT = timedelta(minutes=5)
# Who works on is not noted at every step.
TOUCHED_AFTER = timedelta(seconds=20)
# Whoever has sent nothing for so long has had a break.
BREAK = timedelta(minutes=10)
# Made once: every request asks it.
_OF_TOKEN = (
    select(UserSession)
    .where(UserSession.token_sha256 == bindparam("digest"))
    .options(joinedload(UserSession.user, innerjoin=True))
)


def start_session(session: Session, user: User, *, now: datetime, browser: str = "", network: str = "") -> str:
    """A new session; returns its opaque token, of which only the hash is kept."""
    token = _add(session, user, now=now, lasts=SESSION_LIMIT, browser=browser, network=network, waits_for=None)
    audit.append(session, actor=user.pseudonym, action="user.signed_in", subject=f"user:{user.id}")
    return token


def start_waiting(session: Session, user: User, *, now: datetime) -> str:
    """A session of CODE_LIMIT that opens nothing but the form for the second factor; returns its token."""
    return _add(session, user, now=now, lasts=CODE_LIMIT, browser="", network="", waits_for="code")


def live_session(session: Session, token: str, *, now: datetime) -> UserSession | None:
    """The session of a token: None when unknown, unfinished, revoked, expired, idle too long or of a closed account."""
    row = _session_row(session, token)
    return row if row is not None and row.waits_for is None and _is_live(row, now) else None


def waiting_session(session: Session, token: str, *, now: datetime) -> UserSession | None:
    """The session of a token that waits for the second factor."""
    row = _session_row(session, token)
    return row if row is not None and row.waits_for == "code" and _is_live(row, now) else None


def touch_session(row: UserSession, *, now: datetime) -> None:
    """Note that a session was used, so that it does not run out while somebody works."""
    if now - row.last_seen_at < TOUCHED_AFTER and row.active_since is not None:
        return
    if row.active_since is None or now - row.last_seen_at >= BREAK:
        row.active_since = now
    row.last_seen_at = now


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Revoke a session; what is unknown or ended already stays as it is. Who only waited for a code was never in."""
    row = _session_row(session, token)
    if row is None or row.revoked_at is not None:
        return
    if row.waits_for is None:
        _revoke(session, row, "user.signed_out", row.user.pseudonym, now)
    else:
        row.revoked_at = now


def end_numbered(session: Session, session_id: int, *, actor: User, now: datetime, of: User | None = None) -> None:
    """Revoke one session by its id; NotFoundError when there is none, or when it is not one `of` that person."""
    row = session.get(UserSession, session_id)
    if row is None or (of is not None and row.user_id != of.id):
        raise NotFoundError(f"There is no session {session_id} here.", hint="It may have ended; reload the list.")
    if row.revoked_at is None:
        _revoke(session, row, "session.revoked", actor.pseudonym, now)


def end_all(session: Session, user: User, *, actor: str, now: datetime, but: UserSession | None = None) -> None:
    """Revoke every session of a person, except one."""
    for row in _of(session, user):
        if row.revoked_at is None and (but is None or row.id != but.id):
            _revoke(session, row, "session.revoked", actor, now)


def live_sessions(session: Session, *, now: datetime, of: User | None = None) -> list[UserSession]:
    """The sessions that are signed in now, of one person or of everybody, the last used first."""
    statement = select(UserSession).where(
        UserSession.revoked_at.is_(None),
        UserSession.waits_for.is_(None),
        UserSession.expires_at > now,
        UserSession.last_seen_at >= now - IDLE_LIMIT,
    )
    if of is not None:
        statement = statement.where(UserSession.user_id == of.id)
    found = session.scalars(statement.order_by(UserSession.last_seen_at.desc(), UserSession.id.desc()))
    return [row for row in found if not row.user.disabled]


def _add(
    session: Session, user: User, *, now: datetime, lasts: timedelta, browser: str, network: str, waits_for: str | None
) -> str:
    token = secrets.token_urlsafe(32)
    row = UserSession(
        token_sha256=_digest(token),
        user_id=user.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + lasts,
        browser=browser,
        network=network,
        active_since=now,
        waits_for=waits_for,
    )
    session.add(row)
    return token


def _is_live(row: UserSession, now: datetime) -> bool:
    return (
        row.revoked_at is None
        and not row.user.disabled
        and now < row.expires_at
        and now - row.last_seen_at <= IDLE_LIMIT
    )


def _revoke(session: Session, row: UserSession, action: str, actor: str, now: datetime) -> None:
    audit.append(session, actor=actor, action=action, subject=f"user:{row.user_id}", details={"session": row.id})
    row.revoked_at = now


def _of(session: Session, user: User) -> list[UserSession]:
    return list(session.scalars(select(UserSession).where(UserSession.user_id == user.id)))


def _session_row(session: Session, token: str) -> UserSession | None:
    return session.scalar(_OF_TOKEN, {"digest": _digest(token)})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
