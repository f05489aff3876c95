"""One decision on a whole campaign: a row on the post that was read, and one on each member that names it as source.

Members that somebody else holds, or that are decided by now, are left alone. Undoing the first row takes all back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError
from store import leases, queue, roles
from store.queue import DecisionForm
from store.standing import CLOSING_OUTCOMES, is_returned
from store.tables import CampaignMember, Decision, Lease, Post, QueueItem, Revision, User

MEMBERS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class CampaignDecision:
    """The decision that somebody made, what came of it, and how many of those items go back to be read alone."""

    source: Decision
    propagated: tuple[Decision, ...]
    returned: int


def open_members(session: Session, user: User, item: QueueItem, *, now: datetime) -> list[QueueItem]:
    """Up to MEMBERS_AT_ONCE other items of the campaign that are open and with nobody else, the oldest first."""
    own = select(CampaignMember.campaign_id).where(CampaignMember.post_id == item.revision.post_id).scalar_subquery()
    held = select(Lease.item_id).where(Lease.item_id == QueueItem.id, Lease.until > now, Lease.user_id != user.id)
    statement = (
        select(QueueItem)
        .join(Revision)
        .join(CampaignMember, CampaignMember.post_id == Revision.post_id)
        .where(CampaignMember.campaign_id == own, QueueItem.state == "open", QueueItem.id != item.id, ~held.exists())
        .order_by(QueueItem.id)
    )
    # What a page shows of each, in two statements for all of them.
    revision = joinedload(QueueItem.revision)
    shown = revision.joinedload(Revision.post).joinedload(Post.source), revision.selectinload(Revision.verdicts)
    return list(session.scalars(statement.options(*shown).limit(MEMBERS_AT_ONCE)))


def decide_campaign(
    session: Session, user: User, form: DecisionForm, member_ids: Collection[int], *, now: datetime
) -> CampaignDecision:
    """Decide on the form's item and, the same, on those members that are still open; twice the same form is once.

    Raises DataError for an outcome that closes nothing, and LeaseError where `queue.decide` would.
    """
    if form.outcome not in CLOSING_OUTCOMES:
        raise DataError(
            f"Outcome {form.outcome!r} is not for a whole campaign.", hint=f"Send {' or '.join(CLOSING_OUTCOMES)}."
        )
    roles.require(user, "campaign_decide")
    item = queue.item_of(session, form.item_id)
    # Everything is locked before the audit chain is: two such decisions must not wait for each other.
    queue.lock_items(session, [form.item_id, *member_ids])
    wanted = set(member_ids)
    members = [member for member in open_members(session, user, item, now=now) if member.id in wanted]
    is_new = queue.sent_before(session, user, form.idem_key) is None
    source = queue.decide(session, user, form, now=now)
    if is_new:
        for member in members:
            _propagate(session, user, source, member, form, now)
    return _made(session, source)


def _propagate(
    session: Session, user: User, source: Decision, member: QueueItem, form: DecisionForm, now: datetime
) -> None:
    leases.give_back(session, member.id)
    decision = Decision(
        item_id=member.id,
        user_id=user.id,
        outcome=source.outcome,
        note="",
        saw_score=source.saw_score,
        release=queue.newest_release(member),
        decided_at=now,
        idem_key=queue.derived_key(form.idem_key, member.id),
        labels=source.labels,
        source_decision_id=source.id,
    )
    queue.keep(session, user, member, decision)


def _made(session: Session, source: Decision) -> CampaignDecision:
    statement = select(Decision).where(Decision.source_decision_id == source.id).order_by(Decision.id)
    propagated = tuple(session.scalars(statement))
    return CampaignDecision(source, propagated, sum(is_returned(session, one) for one in propagated))
