"""Wrong passwords and codes by user name, and how long a name has to wait for its next try.

Five tries are free within a window that begins with a minute and doubles with every five further failures, up to an
hour: so guessing comes to 120 tries a day, and whoever mistypes waits a minute. Names are kept as hashes alone.
"""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store import audit
from store.tables import SignInFailure

FAILURES_ALLOWED = 5
FAILURE_WINDOW = timedelta(minutes=1)
LONGEST_WINDOW = timedelta(hours=1)
MEMORY = timedelta(days=1)


def retry_after_s(session: Session, username: str, *, now: datetime) -> int:
    """Seconds until this name may try again; 0 when it may now. Whoever goes on to write must hold the audit chain."""
    statement = (
        select(SignInFailure.at)
        .where(SignInFailure.username_sha256 == _digest(username), SignInFailure.at > now - MEMORY)
        .order_by(SignInFailure.at.desc())
    )
    tries = list(session.scalars(statement))
    if len(tries) < FAILURES_ALLOWED:
        return 0
    free_at = tries[FAILURES_ALLOWED - 1] + window(len(tries))
    return max(0, math.ceil((free_at - now).total_seconds()))


def window(failures: int) -> timedelta:
    """The time in which FAILURES_ALLOWED tries are free, after so many failures."""
    doublings = min(failures // FAILURES_ALLOWED - 1, 10)
    return min(FAILURE_WINDOW * (1 << doublings), LONGEST_WINDOW)


def record_failure(session: Session, username: str, *, now: datetime) -> None:
    """Count a wrong password or code, and forget those that no longer count."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - MEMORY))
    session.add(SignInFailure(username_sha256=_digest(username), at=now))
    audit.append(
        session,
        actor="sign-in",
        action="user.sign_in_failed",
        subject=f"username-sha256:{_digest(username)[:16]}",
    )


def forget_failures(session: Session, username: str) -> None:
    """Begin anew for this name, once somebody has signed in with it."""
    session.execute(delete(SignInFailure).where(SignInFailure.username_sha256 == _digest(username)))


def _digest(username: str) -> str:
    return hashlib.sha256(username.encode()).hexdigest()
