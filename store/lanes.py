"""The lanes of the queue: which comes up next for somebody, and which of its items.

Urgent items come first, always. The other lanes are mixed by their weights: after what somebody has decided lately, the
next is the lane that is furthest behind its share (Sainte-Laguë's rule), so none of them starves.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from store import readers
from store.standing import standing_decisions, stands
from store.tables import CampaignMember, Decision, Lease, QueueItem, Revision, User

LANES = ("urgent", "likely", "uncertain", "audit")
# With weights of 1 to 20 every lane's share of so many is at least one.
MIX_WINDOW = 50
# Of so many uncertain items nearest to a threshold, the campaigns that were least looked at come first.
_BALANCED = 50


def lane_order(session: Session, user: User, weights: Mapping[str, int]) -> list[str]:
    """The lanes as they are to be asked for this person's next item."""
    decided = (
        select(QueueItem.lane)
        .join(Decision, Decision.item_id == QueueItem.id)
        .where(
            Decision.user_id == user.id,
            stands(),
            Decision.purpose.is_(None),
            Decision.source_decision_id.is_(None),
            QueueItem.lane != "urgent",
        )
        .order_by(Decision.id.desc())
        .limit(MIX_WINDOW)
    )
    done = Counter(session.scalars(decided))
    return ["urgent", *sorted(weights, key=lambda lane: ((done[lane] + 0.5) / weights[lane], LANES.index(lane)))]


def first_waiting(session: Session, user: User, lane: str, now: datetime) -> QueueItem | None:
    """The lane's most pressing item that this person can be given, locked; PostgreSQL skips what others look at."""
    waiting = _waiting(session, user, now).where(QueueItem.lane == lane)
    statement = waiting.limit(1).with_for_update(skip_locked=True, of=QueueItem)
    if lane == "uncertain":
        least = session.scalars(statement.where(QueueItem.id.in_(_least_looked_at(session, waiting)))).first()
        if least is not None:
            return least
    return session.scalars(statement).first()


def _waiting(session: Session, user: User, now: datetime) -> Select[QueueItem]:
    """Open, not asleep, in nobody else's hands, for these eyes, and not passed on by them; the most pressing first."""
    held = select(Lease.item_id).where(Lease.item_id == QueueItem.id, Lease.until > now, Lease.user_id != user.id)
    passed_on = select(Decision.id).where(
        Decision.item_id == QueueItem.id,
        Decision.user_id == user.id,
        Decision.snoozed_until.is_(None),
        Decision.source_decision_id.is_(None),
        stands(),
    )
    return (
        select(QueueItem)
        .where(
            QueueItem.state == "open",
            or_(QueueItem.snoozed_until.is_(None), QueueItem.snoozed_until <= now),
            readers.is_for(session, user),
            ~held.exists(),
            ~passed_on.exists(),
        )
        .order_by(QueueItem.priority.desc(), QueueItem.id)
    )


def _least_looked_at(session: Session, waiting: Select[QueueItem]) -> list[int]:
    """Of the first items, those whose campaign has the fewest decisions; who stands alone has none."""
    nearest = waiting.with_only_columns(QueueItem.id).limit(_BALANCED).subquery()
    statement = (
        select(nearest.c.id, CampaignMember.campaign_id)
        .join(QueueItem, QueueItem.id == nearest.c.id)
        .join(Revision)
        .outerjoin(CampaignMember, CampaignMember.post_id == Revision.post_id)
    )
    campaign_of: dict[int, int | None] = dict(session.execute(statement).all())
    looked_at = _decisions_by_campaign(session, {found for found in campaign_of.values() if found is not None})
    counts = {item_id: looked_at.get(campaign_id, 0) for item_id, campaign_id in campaign_of.items()}
    return [item_id for item_id, count in counts.items() if count == min(counts.values())]


def _decisions_by_campaign(session: Session, campaign_ids: set[int]) -> dict[int | None, int]:
    statement = (
        standing_decisions()
        .where(Decision.source_decision_id.is_(None), CampaignMember.campaign_id.in_(campaign_ids))
        .join(QueueItem, QueueItem.id == Decision.item_id)
        .join(Revision)
        .join(CampaignMember, CampaignMember.post_id == Revision.post_id)
        .with_only_columns(CampaignMember.campaign_id, func.count())
        .group_by(CampaignMember.campaign_id)
        .order_by(None)
    )
    return dict(session.execute(statement).all()) if campaign_ids else {}
