"""The lanes of the queue: which comes up next for somebody, and which of its items.

Urgent items come first, always; then, for supervisors alone, what was escalated. The other lanes are mixed by their
weights: after what somebody has decided lately, the next is the lane that is furthest behind its share (Sainte-Laguë's
rule), so none of them starves.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Boolean, Date, Integer, Select, String, bindparam, func, or_, select, true
from sqlalchemy.orm import Session

from store import exposure, readers, roles
from store.standing import standing_decisions, stands
from store.tables import CampaignMember, Decision, Lease, QueueItem, Revision, User, UtcDateTime

LANES = ("urgent", "likely", "uncertain", "audit")
# No lane of its own: what was escalated stays in its lane.
ESCALATED = "escalated"
# With weights of 1 to 20 every lane's share of so many is at least one.
MIX_WINDOW = 50
# Of so many uncertain items nearest to a threshold, the campaigns that were least looked at come first.
_BALANCED = 50
_USER_ID = bindparam("user_id", type_=Integer)
_NOW = bindparam("now", type_=UtcDateTime)
_LANE = bindparam("lane", type_=String)
_TODAY = bindparam("today", type_=Date)
_SETTLES = bindparam("settles", type_=Boolean)


def _decided_lately() -> Select[str]:
    """The lanes of a person's last decisions."""
    return (
        select(QueueItem.lane)
        .join(Decision, Decision.item_id == QueueItem.id)
        .where(
            Decision.user_id == _USER_ID,
            stands(),
            Decision.purpose.is_(None),
            Decision.source_decision_id.is_(None),
            QueueItem.lane != "urgent",
        )
        .order_by(Decision.id.desc())
        .limit(MIX_WINDOW)
    )


def _waiting(*, is_at_limit: bool) -> Select[QueueItem]:
    """Open, not asleep, in nobody else's hands, for these eyes, and not passed on by them; the most pressing first.

    For somebody at their limit of severe items, none of these but what they were shown today.
    """
    held = select(Lease.item_id).where(Lease.item_id == QueueItem.id, Lease.until > _NOW, Lease.user_id != _USER_ID)
    passed_on = select(Decision.id).where(
        Decision.item_id == QueueItem.id,
        Decision.user_id == _USER_ID,
        Decision.snoozed_until.is_(None),
        Decision.source_decision_id.is_(None),
        stands(),
    )
    return (
        select(QueueItem)
        .where(
            QueueItem.state == "open",
            or_(QueueItem.snoozed_until.is_(None), QueueItem.snoozed_until <= _NOW),
            or_(QueueItem.escalated_at.is_(None), _SETTLES),
            readers.is_for(_USER_ID),
            ~held.exists(),
            ~passed_on.exists(),
            exposure.is_within_limit(_USER_ID, _TODAY) if is_at_limit else true(),
        )
        .order_by(QueueItem.priority.desc(), QueueItem.id)
    )


def _nearest(waiting: Select[QueueItem]) -> Select[int, int]:
    """The first items that wait, each with its campaign."""
    nearest = waiting.with_only_columns(QueueItem.id).limit(_BALANCED).subquery()
    return (
        select(nearest.c.id, CampaignMember.campaign_id)
        .join(QueueItem, QueueItem.id == nearest.c.id)
        .join(Revision)
        .outerjoin(CampaignMember, CampaignMember.post_id == Revision.post_id)
    )


def _locked(waiting: Select[QueueItem]) -> Select[QueueItem]:
    return waiting.limit(1).with_for_update(skip_locked=True, of=QueueItem)


# Made once: to put such statements together takes longer than to run them, and every claim asks some.
_DECIDED_LATELY = _decided_lately()
_ANYWHERE = {is_at_limit: _waiting(is_at_limit=is_at_limit) for is_at_limit in (False, True)}
_WAITING = {at: waiting.where(QueueItem.lane == _LANE) for at, waiting in _ANYWHERE.items()}
_FIRST = {at: _locked(waiting) for at, waiting in _WAITING.items()}
_ESCALATED = {at: _locked(waiting.where(QueueItem.escalated_at.is_not(None))) for at, waiting in _ANYWHERE.items()}
_AMONG = {at: first.where(QueueItem.id.in_(bindparam("among", expanding=True))) for at, first in _FIRST.items()}
_NEAREST = {at: _nearest(waiting) for at, waiting in _WAITING.items()}


def lane_order(session: Session, user: User, weights: Mapping[str, int]) -> list[str]:
    """The lanes as they are to be asked for this person's next item, ESCALATED among them for a supervisor."""
    done = Counter(session.scalars(_DECIDED_LATELY, {"user_id": user.id}))
    first = ["urgent", ESCALATED] if roles.has_right(user, "settle") else ["urgent"]
    return first + sorted(weights, key=lambda lane: ((done[lane] + 0.5) / weights[lane], LANES.index(lane)))


def first_waiting(session: Session, user: User, lane: str, now: datetime, *, is_at_limit: bool) -> QueueItem | None:
    """The lane's most pressing item that this person can be given, locked; PostgreSQL skips what others look at."""
    settles = roles.has_right(user, "settle")
    asked = {"user_id": user.id, "now": now, "lane": lane, "today": now.date(), "settles": settles}
    if lane == ESCALATED:
        return session.scalars(_ESCALATED[is_at_limit], asked).first()
    if lane == "uncertain":
        among = _least_looked_at(session, dict(session.execute(_NEAREST[is_at_limit], asked).all()))
        least = session.scalars(_AMONG[is_at_limit], {**asked, "among": among}).first()
        if least is not None:
            return least
    return session.scalars(_FIRST[is_at_limit], asked).first()


def _least_looked_at(session: Session, campaign_of: Mapping[int, int | None]) -> list[int]:
    """Of the first items, those whose campaign has the fewest decisions; who stands alone has none."""
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
