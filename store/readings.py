"""Further readings of decided items, blind to what was decided: second reviews, and golden items with a known answer.

They come up among the ordinary items and look like them; what is decided in them is kept and changes no item.
"""

from datetime import datetime

from sqlalchemy import Date, Integer, Select, bindparam, func, select, true
from sqlalchemy.orm import Session, aliased

from store import exposure, leases, readers
from store.rules import QueueRules, draw
from store.standing import CLOSING_OUTCOMES, stands
from store.tables import Decision, GoldenItem, Lease, QueueItem, User, UtcDateTime

PURPOSES = SECOND, GOLDEN = "second", "golden"
_USER_ID = bindparam("user_id", type_=Integer)
_NOW = bindparam("now", type_=UtcDateTime)
_TODAY = bindparam("today", type_=Date)


def _unread(*, is_at_limit: bool) -> Select[QueueItem]:
    """Decided items that nobody holds and on which this person never said anything, taken back or not."""
    own = aliased(Decision)
    held = select(Lease.item_id).where(Lease.item_id == QueueItem.id, Lease.until > _NOW)
    said = select(own.id).where(own.item_id == QueueItem.id, own.user_id == _USER_ID)
    return (
        select(QueueItem)
        .where(QueueItem.state == "decided", readers.is_for(_USER_ID), ~held.exists(), ~said.exists())
        .where(exposure.is_within_limit(_USER_ID, _TODAY) if is_at_limit else true())
        .limit(1)
        .with_for_update(skip_locked=True, of=QueueItem)
    )


def _golden(unread: Select[QueueItem]) -> Select[QueueItem]:
    """The oldest first; who fixed the answer knows it."""
    # Not joined: SQLite would go through all decided items for the few that are golden.
    by_others = select(GoldenItem.item_id).where(GoldenItem.marked_by_id != _USER_ID)
    marked_at = select(GoldenItem.marked_at).where(GoldenItem.item_id == QueueItem.id).scalar_subquery()
    return unread.where(QueueItem.id.in_(by_others)).order_by(marked_at)


def _second(unread: Select[QueueItem]) -> Select[QueueItem]:
    """The newest decisions of others first; who decides what is next read twice is as good as drawn."""
    read_twice = aliased(Decision)
    second = select(read_twice.id).where(
        read_twice.item_id == QueueItem.id,
        read_twice.purpose == SECOND,
        read_twice.outcome.in_(CLOSING_OUTCOMES),
        stands(read_twice),
    )
    return (
        unread.join(Decision, Decision.item_id == QueueItem.id)
        .where(
            stands(),
            Decision.purpose.is_(None),
            Decision.source_decision_id.is_(None),
            Decision.outcome.in_(CLOSING_OUTCOMES),
            ~second.exists(),
        )
        .order_by(Decision.id.desc())
    )


# Made once, as in `lanes`.
_UNREAD = {
    (purpose, is_at_limit): first(_unread(is_at_limit=is_at_limit))
    for purpose, first in ((SECOND, _second), (GOLDEN, _golden))
    for is_at_limit in (False, True)
}
_LAST = select(func.max(Decision.id)).where(Decision.user_id == _USER_ID)


def due_reading(
    session: Session, user: User, rules: QueueRules, now: datetime, *, is_at_limit: bool
) -> tuple[QueueItem, str] | None:
    """The decided item, locked, and the purpose of a reading, if this person's next claim is one and there is any."""
    if not rules.golden_share and not rules.second_share:
        return None
    last = session.scalar(_LAST, {"user_id": user.id}) or 0
    lot = draw(session, f"reading {user.id} {last}")
    if lot < rules.golden_share:
        return _locked(session, user, GOLDEN, now, is_at_limit=is_at_limit)
    if lot < rules.golden_share + rules.second_share:
        return _locked(session, user, SECOND, now, is_at_limit=is_at_limit)
    return None


def _locked(
    session: Session, user: User, purpose: str, now: datetime, *, is_at_limit: bool
) -> tuple[QueueItem, str] | None:
    asked = {"user_id": user.id, "now": now, "today": now.date()}
    item = session.scalars(_UNREAD[purpose, is_at_limit], asked).first()
    # On PostgreSQL another claim may have taken it between this one's snapshot and its lock.
    if item is None or leases.is_held_by_another(session, item.id, user, now=now):
        return None
    return item, purpose


def has_spoken(session: Session, user: User, item_id: int) -> bool:
    """Whether this person ever decided on an item, taken back or not; what came of a campaign's decision is no word."""
    said = select(Decision.id).where(
        Decision.item_id == item_id, Decision.user_id == user.id, Decision.source_decision_id.is_(None)
    )
    return session.scalar(said.limit(1)) is not None
