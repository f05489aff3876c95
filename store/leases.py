"""Leases: who is reading which item, for what, and for how long it is theirs alone."""

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from store.tables import Decision, Lease, User

SHORTEST_TTL = timedelta(minutes=5)
LONGEST_TTL = timedelta(minutes=30)
# For whoever has not decided often enough to have a pace.
NEWCOMERS_TTL = timedelta(minutes=10)
_PACES = 3
_FEWEST = 5
_RECENT = 50
# Made once, as in `lanes`.
_TOOK = (
    select(Decision.elapsed_ms)
    .where(Decision.user_id == bindparam("user_id"), Decision.elapsed_ms.is_not(None))
    .order_by(Decision.id.desc())
    .limit(_RECENT)
)


def ttl_of(session: Session, user: User) -> timedelta:
    """Three times this person's median time for a decision, over their last 50, between 5 and 30 minutes."""
    took = [elapsed for elapsed in session.scalars(_TOOK, {"user_id": user.id}) if elapsed is not None]
    if len(took) < _FEWEST:
        return NEWCOMERS_TTL
    return min(max(timedelta(milliseconds=_PACES * median(took)), SHORTEST_TTL), LONGEST_TTL)


def on_item(session: Session, item_id: int) -> Lease | None:
    """The lease of an item as it stands now, run out or not."""
    return session.get(Lease, item_id, populate_existing=True)


def take(session: Session, item_id: int, user: User, *, now: datetime, purpose: str | None = None) -> None:
    """Give an item to somebody from `now`; whoever holds it already keeps the time at which they began."""
    lease = on_item(session, item_id)
    if lease is None:
        lease = Lease(item_id=item_id, since=now)
        session.add(lease)
    elif lease.user_id != user.id or lease.until <= now:
        lease.since = now
    lease.user_id, lease.purpose = user.id, purpose
    with session.no_autoflush:
        lease.until = now + ttl_of(session, user)
    session.flush()


def give_back(session: Session, item_id: int) -> None:
    """End whatever lease is on an item."""
    lease = session.get(Lease, item_id)
    if lease is not None:
        session.delete(lease)


def own_lease(session: Session, item_id: int, user: User) -> Lease | None:
    """This person's lease of an item; one that ran out is still theirs while nobody else took the item."""
    lease = on_item(session, item_id)
    return lease if lease is not None and lease.user_id == user.id else None


def is_held_by_another(session: Session, item_id: int, user: User, *, now: datetime) -> bool:
    """Whether somebody else holds the item now."""
    return is_anothers(on_item(session, item_id), user, now=now)


def is_anothers(lease: Lease | None, user: User, *, now: datetime) -> bool:
    """Whether a lease gives its item to somebody else now."""
    return lease is not None and lease.user_id != user.id and lease.until > now


def elapsed_ms(lease: Lease | None, user: User, now: datetime) -> int | None:
    """How long this person has had the item, if it is theirs and that was noted."""
    if lease is None or lease.user_id != user.id or lease.since is None:
        return None
    return round((now - lease.since) / timedelta(milliseconds=1))
