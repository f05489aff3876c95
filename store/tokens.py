"""Tokens of the API: each acts as one account, within scopes that are rights, and until it expires.

Only the hash is kept; the token itself is shown once. A system has an account of its own without a password, so that
an administrator's token never speaks in a person's name.
"""

import hashlib
import math
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import AccessError, DataError, LeaseError, NotFoundError
from store import audit, roles, users
from store.parsed_post import rfc3339
from store.tables import ApiReply, ApiToken, User

SCOPES = ("view", "decide", "open_case", "intake")
PREFIX = "lurewatch_"
LONGEST_LIFE = timedelta(days=366)
WINDOW = timedelta(minutes=1)
CALLS_ALLOWED = 120
REPLIES_KEPT = timedelta(days=1)


def issue_own(
    session: Session, user: User, *, name: str, scopes: Iterable[str], expires_at: datetime, now: datetime
) -> str:
    """A token that acts as the person who asks for it; returns it, never to be seen again."""
    roles.require(user, "tokens")
    return _issue(session, user.pseudonym, user, name=name, scopes=scopes, expires_at=expires_at, now=now)


def issue_for_system(
    session: Session, user: User, *, name: str, role: str, scopes: Iterable[str], expires_at: datetime, now: datetime
) -> str:
    """A token for a program, which acts as the account `system:NAME`, made with `role` if it is new."""
    roles.require(user, "system_tokens")
    by = user.pseudonym
    return issue_unasked(session, by=by, name=name, role=role, scopes=scopes, expires_at=expires_at, now=now)


def issue_unasked(
    session: Session, *, by: str, name: str, role: str, scopes: Iterable[str], expires_at: datetime, now: datetime
) -> str:
    """`issue_for_system` for whoever holds the installation itself; `by` stands on record."""
    system = _system_account(session, name, role, now)
    return _issue(session, by, system, name=name, scopes=scopes, expires_at=expires_at, now=now)


def call_admitted(session: Session, token: str, *, now: datetime) -> int:
    """Count one call of a token: 0 when it may go on, else the seconds to wait. NotFoundError: no such token."""
    row = _valid(session, token, now)
    # FOR UPDATE: two calls at once must not count as one.
    session.refresh(row, with_for_update=True)
    if row.window_started_at is None or now - row.window_started_at >= WINDOW:
        row.window_started_at, row.window_calls = now, 0
    if row.window_calls >= CALLS_ALLOWED:
        return max(1, math.ceil((row.window_started_at + WINDOW - now).total_seconds()))
    row.window_calls += 1
    row.last_used_at = now
    return 0


def bearer(session: Session, token: str, right: str, *, now: datetime) -> ApiToken:
    """The token's row, if it is good for `right`; AccessError when its scopes or its holder's role lack it."""
    row = _valid(session, token, now)
    roles.require(row.holder, right)
    if right not in row.scopes:
        raise AccessError(
            f"The token {row.name!r} does not carry the right to {roles.MEANS[right]}.",
            hint="Ask for a token with this scope.",
        )
    return row


def revoke(session: Session, user: User, token_id: int, *, now: datetime) -> None:
    """End a token: its holder may, and whoever gives tokens to systems; a second time changes nothing."""
    row = session.get(ApiToken, token_id)
    if row is None or not (row.holder_id == user.id or roles.has_right(user, "system_tokens")):
        raise NotFoundError(f"There is no token {token_id} of yours.", hint="The list shows those that there are.")
    _revoke(session, row, user.pseudonym, now)


def revoke_unasked(session: Session, token_id: int, *, by: str, now: datetime) -> None:
    """`revoke` for whoever holds the installation itself; `by` stands on record."""
    row = session.get(ApiToken, token_id)
    if row is None:
        raise NotFoundError(f"There is no token {token_id}.", hint="The list shows those that there are.")
    _revoke(session, row, by, now)


def all_tokens(session: Session) -> list[ApiToken]:
    """Every token, the newest first; each with its holder."""
    return list(session.scalars(_newest_first()))


def state_of(row: ApiToken, *, now: datetime) -> str:
    """Whether a token is valid, expired or revoked."""
    return "revoked" if row.revoked_at else "expired" if now >= row.expires_at else "valid"


def tokens_of(session: Session, user: User) -> list[ApiToken]:
    """A person's own tokens, or all of them for whoever gives tokens to systems; the newest first."""
    if roles.has_right(user, "system_tokens"):
        return all_tokens(session)
    return list(session.scalars(_newest_first().where(ApiToken.holder_id == user.id)))


def earlier_answer(session: Session, token: ApiToken, idem_key: str, call_sha256: str) -> dict[str, object] | None:
    """What this token's call of that key answered before; LeaseError when that was another call."""
    reply = session.scalar(select(ApiReply).where(ApiReply.token_id == token.id, ApiReply.idem_key == idem_key))
    if reply is None:
        return None
    if reply.call_sha256 != call_sha256:
        raise LeaseError(
            "The Idempotency-Key was used for another call already.", hint="Send a fresh key with each new call."
        )
    return reply.answer


def keep_answer(
    session: Session, token: ApiToken, idem_key: str, call_sha256: str, answer: dict[str, object], *, now: datetime
) -> None:
    """Remember what a writing call answers, and forget those older than REPLIES_KEPT."""
    session.execute(delete(ApiReply).where(ApiReply.at <= now - REPLIES_KEPT))
    session.add(ApiReply(token_id=token.id, idem_key=idem_key, call_sha256=call_sha256, answer=answer, at=now))


def _issue(
    session: Session,
    by: str,
    holder: User,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    now: datetime,
) -> str:
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted:
        known = ", ".join(roles.MEANS[scope] for scope in SCOPES)
        raise DataError("A token needs a scope.", hint=f"Choose among {known}.")
    for scope in wanted:
        roles.require(holder, scope)
    if not now < expires_at <= now + LONGEST_LIFE:
        raise DataError(f"The token would end at {rfc3339(expires_at)}.", hint=f"Give 1 to {LONGEST_LIFE.days} days.")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        name=name,
        token_sha256=_digest(token),
        holder_id=holder.id,
        issued_by=by,
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
        window_calls=0,
    )
    session.add(row)
    session.flush()
    audit.append(
        session,
        actor=by,
        action="token.issued",
        subject=f"token:{row.id}",
        details={"holder": holder.id, "scopes": wanted, "expires_at": rfc3339(expires_at)},
    )
    return token


def _system_account(session: Session, name: str, role: str, now: datetime) -> User:
    known = users.user_by_name(session, users.SYSTEM + name)
    if known is None:
        return users.add_user(
            session, username=users.SYSTEM + name, role=role, password_hash=users.NO_PASSWORD, now=now
        )
    if known.role != role:
        raise DataError(f"The system {name!r} has the role {known.role}, not {role}.", hint="Give it another name.")
    return known


def _newest_first() -> Select[ApiToken]:
    return select(ApiToken).options(joinedload(ApiToken.holder)).order_by(ApiToken.id.desc())


def _revoke(session: Session, row: ApiToken, by: str, now: datetime) -> None:
    if row.revoked_at is None:
        row.revoked_at = now
        audit.append(session, actor=by, action="token.revoked", subject=f"token:{row.id}")


def _valid(session: Session, token: str, now: datetime) -> ApiToken:
    row = session.scalar(select(ApiToken).where(ApiToken.token_sha256 == _digest(token)))
    if row is None or row.revoked_at is not None or now >= row.expires_at or row.holder.disabled:
        raise NotFoundError("The token is unknown, expired or revoked.", hint="Ask for another.")
    return row


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
