"""Leases: who is reading which item, for what, and for how long it is theirs alone."""

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import Decision, Lease, User

SHORTEST_TTL = timedelta(minutes=5)
LONGEST_TTL = timedelta(minutes=30)
# For whoever has not decided often enough to have a pace.
NEWCOMERS_TTL = timedelta(minutes=10)
_PACES = 3
_FEWEST = 5
_RECENT = 50


def ttl_of(session: Session, user: User) -> timedelta:
    """Three times this person's median time for a decision, over their last 50, between 5 and 30 minutes."""
    recent = (
        select(Decision.elapsed_ms)
        .where(Decision.user_id == user.id, Decision.elapsed_ms.is_not(None))
        .order_by(Decision.id.desc())
        .limit(_RECENT)
    )
    took = [elapsed for elapsed in session.scalars(recent) if elapsed is not None]
    if len(took) < _FEWEST:
        return NEWCOMERS_TTL
    return min(max(timedelta(milliseconds=_PACES * median(took)), SHORTEST_TTL), LONGEST_TTL)


def take(session: Session, item_id: int, user: User, *, now: datetime, purpose: str | None = None) -> None:
    """Give an item to somebody from `now`; whoever holds it already keeps the time at which they began."""
    known = session.get(Lease, item_id, populate_existing=True)
    is_theirs = known is not None and known.user_id == user.id and known.until > now
    since = known.since if known is not None and is_theirs else now
    until = now + ttl_of(session, user)
    session.merge(Lease(item_id=item_id, user_id=user.id, until=until, since=since, purpose=purpose))
    session.flush()


def give_back(session: Session, item_id: int) -> None:
    """End whatever lease is on an item."""
    lease = session.get(Lease, item_id)
    if lease is not None:
        session.delete(lease)


def own_lease(session: Session, item_id: int, user: User) -> Lease | None:
    """This person's lease of an item; one that ran out is still theirs while nobody else took the item."""
    lease = session.get(Lease, item_id, populate_existing=True)
    return lease if lease is not None and lease.user_id == user.id else None


def is_held_by_another(session: Session, item_id: int, user: User, *, now: datetime) -> bool:
    """Whether somebody else holds the item now."""
    lease = session.get(Lease, item_id, populate_existing=True)
    return lease is not None and lease.user_id != user.id and lease.until > now


def elapsed_ms(lease: Lease | None, now: datetime) -> int | None:
    """How long the holder has had the item, if that was noted."""
    return round((now - lease.since) / timedelta(milliseconds=1)) if lease and lease.since else None
