"""How many severe items a person was shown on a day (UTC), so that a limit can be kept."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.tables import SevereExposure, User


def was_shown(session: Session, user: User, item_id: int, *, now: datetime) -> bool:
    """Whether this person was shown the item today already."""
    statement = select(SevereExposure.id).where(
        SevereExposure.user_id == user.id, SevereExposure.day == now.date(), SevereExposure.item_id == item_id
    )
    return session.scalar(statement) is not None


def shown_today(session: Session, user: User, *, now: datetime) -> int:
    """How many severe items this person was shown today."""
    statement = select(func.count()).select_from(SevereExposure)
    return session.scalar(statement.where(SevereExposure.user_id == user.id, SevereExposure.day == now.date())) or 0


def record_shown(session: Session, user: User, item_id: int, *, now: datetime) -> None:
    """Count an item as shown today; once, however often it is."""
    if not was_shown(session, user, item_id, now=now):
        session.add(SevereExposure(user_id=user.id, day=now.date(), item_id=item_id))
