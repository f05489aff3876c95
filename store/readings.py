"""Further readings of decided items, blind to what was decided: second reviews, and golden items with a known answer.

They come up among the ordinary items and look like them; what is decided in them is kept and changes no item.
"""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from store import leases, readers
from store.rules import QueueRules, draw
from store.standing import CLOSING_OUTCOMES, stands
from store.tables import Decision, GoldenItem, Lease, QueueItem, User

SECOND, GOLDEN = "second", "golden"


def due_reading(session: Session, user: User, rules: QueueRules, now: datetime) -> tuple[QueueItem, str] | None:
    """The decided item, locked, and the purpose of a reading, if this person's next claim is one and there is any."""
    last = session.scalar(select(func.max(Decision.id)).where(Decision.user_id == user.id)) or 0
    lot = draw(session, f"reading {user.id} {last}")
    if lot < rules.golden_share:
        return _locked(session, user, _golden(_unread(session, user, now)), GOLDEN, now)
    if lot < rules.golden_share + rules.second_share:
        return _locked(session, user, _second(_unread(session, user, now)), SECOND, now)
    return None


def _locked(
    session: Session, user: User, statement: Select[QueueItem], purpose: str, now: datetime
) -> tuple[QueueItem, str] | None:
    item = session.scalars(statement.limit(1).with_for_update(skip_locked=True, of=QueueItem)).first()
    # On PostgreSQL another claim may have taken it between this one's snapshot and its lock.
    if item is None or leases.is_held_by_another(session, item.id, user, now=now):
        return None
    return item, purpose


def _golden(unread: Select[QueueItem]) -> Select[QueueItem]:
    return unread.join(GoldenItem, GoldenItem.item_id == QueueItem.id).order_by(GoldenItem.marked_at)


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


def _unread(session: Session, user: User, now: datetime) -> Select[QueueItem]:
    """Decided items that nobody holds and on which this person never said anything, taken back or not."""
    own = aliased(Decision)
    held = select(Lease.item_id).where(Lease.item_id == QueueItem.id, Lease.until > now)
    said = select(own.id).where(own.item_id == QueueItem.id, own.user_id == user.id)
    return select(QueueItem).where(
        QueueItem.state == "decided", readers.is_for(session, user), ~held.exists(), ~said.exists()
    )


def has_spoken(session: Session, user: User, item_id: int) -> bool:
    """Whether this person ever decided on an item, taken back or not; what came of a campaign's decision is no word."""
    said = select(Decision.id).where(
        Decision.item_id == item_id, Decision.user_id == user.id, Decision.source_decision_id.is_(None)
    )
    return session.scalar(said.limit(1)) is not None
