"""Second factors: a sealed TOTP secret and ten recovery codes for each person who has one.

Which code is right is decided above (`review_ui/totp.py`), where the secret can be unsealed; that no code counts
twice is decided here, under the row's lock.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store import audit, users
from store.tables import RecoveryCode, SecondFactor, User

# Whoever saw the secret of one that was left unfinished must not know the one that is set up later.
SETTING_UP = timedelta(minutes=15)


def begin(session: Session, user: User, sealed_secret: bytes, *, now: datetime) -> SecondFactor:
    """Keep a secret that does not count before it is confirmed; one begun within SETTING_UP stays as it is."""
    users.lock(session, user)
    begun = of(session, user)
    if begun is not None and (begun.confirmed_at or now - begun.created_at < SETTING_UP):
        return begun
    factor = session.merge(SecondFactor(user_id=user.id, sealed_secret=sealed_secret, last_step=0, created_at=now))
    session.flush()
    return factor


def of(session: Session, user: User) -> SecondFactor | None:
    """A person's second factor, begun or confirmed, locked until the transaction ends."""
    return session.scalar(select(SecondFactor).where(SecondFactor.user_id == user.id).with_for_update())


def all_of_them(session: Session) -> list[SecondFactor]:
    """Everybody's, begun or confirmed."""
    return list(session.scalars(select(SecondFactor)))


def is_confirmed(session: Session, user: User) -> bool:
    """Whether signing in asks this person for a code."""
    return _confirmed_count(session, user) > 0


def confirm(session: Session, user: User, factor: SecondFactor, codes: Iterable[str], *, now: datetime) -> None:
    """From now on this factor counts; `codes` are its recovery codes."""
    factor.confirmed_at = now
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(RecoveryCode(user_id=user.id, code_sha256=_digest(code)) for code in codes)
    audit.append(session, actor=user.pseudonym, action="second_factor.added", subject=f"user:{user.id}")


def take_step(factor: SecondFactor, step: int) -> bool:
    """Use up the code of a time step; False when it, or a later one, was used before (RFC 6238 section 5.2)."""
    if step <= factor.last_step:
        return False
    factor.last_step = step
    return True


def take_recovery_code(session: Session, user: User, code: str, *, now: datetime) -> bool:
    """Use up a recovery code; False when it is none of this person's or was used before."""
    statement = select(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_sha256 == _digest(code), RecoveryCode.used_at.is_(None)
    )
    row = session.scalar(statement.with_for_update())
    if row is None:
        return False
    row.used_at = now
    audit.append(session, actor=user.pseudonym, action="second_factor.recovered", subject=f"user:{user.id}")
    return True


def codes_left(session: Session, user: User) -> int:
    """How many recovery codes a person has not used."""
    statement = select(func.count()).select_from(RecoveryCode)
    return session.scalar(statement.where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))) or 0


def reset(session: Session, user: User, *, actor: str) -> None:
    """Take a person's second factor away, so that they can set up another."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    audit.append(session, actor=actor, action="second_factor.removed", subject=f"user:{user.id}")


def _confirmed_count(session: Session, user: User) -> int:
    statement = select(func.count()).select_from(SecondFactor)
    found = statement.where(SecondFactor.user_id == user.id, SecondFactor.confirmed_at.is_not(None))
    return session.scalar(found) or 0


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
