"""Wrong passwords and codes by user name and by place, and how long either has to wait for its next try.

Five tries of a name are free within a window that begins with a minute and doubles with every five further failures,
up to an hour: so guessing comes to 120 tries a day, and whoever mistypes waits a minute. Fifty from one place are
counted alike, against one password on many names. Names and places are kept as hashes alone.
"""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store import audit
from store.tables import SignInFailure

FAILURES_ALLOWED = 5
PLACE_FAILURES_ALLOWED = 50
FAILURE_WINDOW = timedelta(minutes=1)
LONGEST_WINDOW = timedelta(hours=1)
MEMORY = timedelta(days=1)


def retry_after_s(session: Session, username: str, *, now: datetime, place: str = "") -> int:
    """Seconds until this name may try again from this place ("": not known); 0 when it may now.

    Whoever goes on to write must hold the audit chain.
    """
    wait_s = _wait_s(session, _digest(username), FAILURES_ALLOWED, now)
    return max(wait_s, _wait_s(session, _place_digest(place), PLACE_FAILURES_ALLOWED, now)) if place else wait_s


def window(failures: int, allowed: int = FAILURES_ALLOWED) -> timedelta:
    """The time in which `allowed` tries are free, after so many failures."""
    doublings = min(failures // allowed - 1, 10)
    return min(FAILURE_WINDOW * (1 << doublings), LONGEST_WINDOW)


def record_failure(session: Session, username: str, *, now: datetime, place: str = "") -> None:
    """Count a wrong password or code, and forget those that no longer count."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - MEMORY))
    session.add(SignInFailure(username_sha256=_digest(username), at=now))
    if place:
        session.add(SignInFailure(username_sha256=_place_digest(place), at=now))
    audit.append(
        session,
        actor="sign-in",
        action="user.sign_in_failed",
        subject=f"username-sha256:{_digest(username)[:16]}",
    )


def forget_failures(session: Session, username: str) -> None:
    """Begin anew for this name, once somebody has signed in with it; what its place has done stays."""
    session.execute(delete(SignInFailure).where(SignInFailure.username_sha256 == _digest(username)))


def _wait_s(session: Session, digest: str, allowed: int, now: datetime) -> int:
    statement = (
        select(SignInFailure.at)
        .where(SignInFailure.username_sha256 == digest, SignInFailure.at > now - MEMORY)
        .order_by(SignInFailure.at.desc())
    )
    tries = list(session.scalars(statement))
    if len(tries) < allowed:
        return 0
    free_at = tries[allowed - 1] + window(len(tries), allowed)
    return max(0, math.ceil((free_at - now).total_seconds()))


def _place_digest(place: str) -> str:
    # No name that is typed can be one: forms hold no NUL.
    return _digest(f"\0{place}")


def _digest(username: str) -> str:
    return hashlib.sha256(username.encode()).hexdigest()
