"""What is severe, and how many such items a person was shown on a day (UTC), so that a limit can be kept."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from store import users
from store.tables import QueueItem, SearchLabel, SevereExposure, User

# Not victim_distress: somebody waits for help there, and no limit may stand before it.
SEVERE = frozenset({"sexual_exploitation", "organ_trade", "baby_trade"})


def was_shown(session: Session, user: User, item_id: int, *, now: datetime) -> bool:
    """Whether this person was shown the item today already."""
    statement = select(SevereExposure.id).where(
        SevereExposure.user_id == user.id, SevereExposure.day == now.date(), SevereExposure.item_id == item_id
    )
    return session.scalar(statement) is not None


def is_within_limit(user_id: ColumnElement[int], today: ColumnElement[date]) -> ColumnElement[bool]:
    """A QueueItem that somebody at the limit may still be given: not severe, or one that they were shown today."""
    severe = select(SearchLabel.label).where(
        SearchLabel.revision_id == QueueItem.revision_id, SearchLabel.label.in_(SEVERE)
    )
    shown = select(SevereExposure.id).where(
        SevereExposure.item_id == QueueItem.id, SevereExposure.user_id == user_id, SevereExposure.day == today
    )
    return or_(~severe.exists(), shown.exists())


def shown_today(session: Session, user: User, *, now: datetime) -> int:
    """How many severe items this person was shown today."""
    statement = select(func.count()).select_from(SevereExposure)
    return session.scalar(statement.where(SevereExposure.user_id == user.id, SevereExposure.day == now.date())) or 0


def record_shown(session: Session, user: User, item_id: int, *, now: datetime) -> None:
    """Count an item as shown today; once, however often it is, and by however many pages at once."""
    users.lock(session, user)
    if not was_shown(session, user, item_id, now=now):
        session.add(SevereExposure(user_id=user.id, day=now.date(), item_id=item_id))
