"""The queue: items, leases and decisions, all in one database and each step in one transaction.

Decisions are only ever added: an undo is a further row. An item is decided once somebody has confirmed it or found
it benign; unsure, skipped and escalated leave it open for the others.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from lurewatch.errors import DataError, LeaseError, NotFoundError
from store import audit, roles, verdicts
from store.parsed_post import rfc3339
from store.tables import CaseItem, Decision, Lease, Post, QueueItem, Revision, User

LANES = ("urgent", "likely", "uncertain", "audit")
CLOSING_OUTCOMES = ("confirmed", "benign")
OUTCOMES = (*CLOSING_OUTCOMES, "unsure", "skipped", "escalated")
LEASE_TTL = timedelta(minutes=10)
UNDO_DEPTH = 20

_LANE_ORDER = case({lane: rank for rank, lane in enumerate(LANES)}, value=QueueItem.lane)
_PRESSING_FIRST = (_LANE_ORDER, QueueItem.priority.desc(), QueueItem.id)


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What a reviewer sends: `idem_key` is unique to the page they saw, so that sending twice is one decision.

    `release` is the one whose verdict they were shown; None stands for the newest that has judged the post. `labels`
    are those they ticked, kept with a confirmation alone; None says that they were not asked.
    """

    item_id: int
    outcome: str
    idem_key: str
    note: str = ""
    saw_score: bool = True
    release: str | None = None
    labels: tuple[str, ...] | None = None


def enqueue(session: Session, *, revision_id: int, lane: str, priority: float, at: datetime) -> QueueItem:
    """Put a revision into the queue in place of the post's earlier ones; what is queued already stays where it is."""
    item = session.scalar(select(QueueItem).where(QueueItem.revision_id == revision_id))
    if item is None:
        item = QueueItem(revision_id=revision_id, lane=lane, priority=priority, state="open", created_at=at)
        session.add(item)
        session.flush()
        if _has_later(session, item):
            item.state = "superseded"  # Workers may score a post's revisions in another order than they came.
        _supersede(session, item)
    return item


def claim_next(session: Session, user: User, *, now: datetime) -> QueueItem | None:
    """The item this person holds, or else the most pressing open one that nobody holds and they have not passed on.

    The lease lasts LEASE_TTL from now. On PostgreSQL rows that another claim is looking at are skipped.
    """
    roles.require(user, "decide")
    item = _held_item(session, user, now)
    while item is None:
        item = session.scalars(_claimable(user, now)).first()
        if item is None:
            return None
        if _is_held_by_another(session, item.id, user, now):
            # Leased and let go of by another claim between this one's snapshot and its lock: look again.
            item = None
    _lease(session, item.id, user, now)
    return item


def claim_item(session: Session, user: User, item_id: int, *, now: datetime) -> QueueItem:
    """Lease one named item; LeaseError when it is decided or with somebody else."""
    roles.require(user, "decide")
    item = lock_item(session, item_id)
    _refuse_lost_lease(session, item, user, now)
    _lease(session, item.id, user, now)
    return item


def decide(session: Session, user: User, form: DecisionForm, *, now: datetime) -> Decision:
    """Add a decision; the same `idem_key` again gives the row it made the first time.

    Raises LeaseError when the item was decided meanwhile or is leased to somebody else.
    """
    roles.require(user, "decide")
    if form.outcome not in OUTCOMES:
        raise DataError(f"Outcome {form.outcome!r} is not one of {', '.join(OUTCOMES)}.", hint="Send one of these.")
    item = lock_item(session, form.item_id)
    earlier = _sent_before(session, user, form.idem_key)
    if earlier is not None:
        if earlier.item_id != item.id:
            raise LeaseError(
                f"This form has decided on item {earlier.item_id} already, not on item {item.id}.",
                hint="Your decision was not kept; reload the page and decide again.",
            )
        return earlier
    _refuse_lost_lease(session, item, user, now)
    decision = Decision(
        item_id=item.id,
        user_id=user.id,
        outcome=form.outcome,
        note=form.note,
        saw_score=form.saw_score,
        release=form.release or _newest_release(session, item),
        decided_at=now,
        idem_key=form.idem_key,
        labels=_ticked(form),
    )
    item.state = "decided" if form.outcome in CLOSING_OUTCOMES else "open"
    _release(session, item.id)
    return _keep(session, user, item, decision)


def undo(session: Session, user: User, *, idem_key: str, now: datetime) -> Decision:
    """Take back this person's latest decision that still stands, among their last UNDO_DEPTH, and hold its item again.

    An item that somebody else is reading by now stays theirs, one whose post has a later revision queued stays out.
    Raises LeaseError when there is none, when somebody has decided after it, or when the item is in a case.
    """
    roles.require(user, "decide")
    _take_turn(session, user)
    earlier = _sent_before(session, user, idem_key)
    if earlier is not None:
        return earlier
    target = _last_standing(session, user)
    if target is None:
        raise LeaseError("There is no decision of yours left to undo.", hint=f"The last {UNDO_DEPTH} can be.")
    item = lock_item(session, target.item_id)
    _refuse_undo(session, item, target)
    undone = Decision(
        item_id=item.id,
        user_id=user.id,
        outcome="undone",
        note="",
        saw_score=target.saw_score,
        release=target.release,
        decided_at=now,
        undoes_id=target.id,
        idem_key=idem_key,
    )
    item.state = "superseded" if _has_later(session, item) else "open"
    if item.state == "open" and not _is_held_by_another(session, item.id, user, now):
        _lease(session, item.id, user, now)
    return _keep(session, user, item, undone)


def standing_decision(session: Session, item_id: int) -> Decision | None:
    """The newest decision on an item that was not taken back."""
    return session.scalars(standing_decisions().where(Decision.item_id == item_id).limit(1)).first()


def standing_decisions() -> Select[Decision]:
    """Selects every decision that was not taken back, the newest first."""
    taken_back = select(Decision.undoes_id).where(Decision.undoes_id.is_not(None))
    return (
        select(Decision)
        .where(Decision.outcome != "undone", Decision.id.not_in(taken_back))
        .order_by(Decision.id.desc())
    )


def is_confirmed() -> ColumnElement[bool]:
    """Whether a QueueItem's newest decision that was not taken back is a confirmation."""
    undo, confirmed = aliased(Decision), aliased(Decision)
    taken_back = select(undo.id).where(undo.undoes_id == Decision.id).exists()
    newest = select(func.max(Decision.id)).where(
        Decision.item_id == QueueItem.id, Decision.outcome != "undone", ~taken_back
    )
    standing = newest.correlate(QueueItem).scalar_subquery()
    return select(confirmed.id).where(confirmed.id == standing, confirmed.outcome == "confirmed").exists()


def item_of(session: Session, item_id: int) -> QueueItem:
    """The item; NotFoundError when there is none."""
    item = session.get(QueueItem, item_id)
    if item is None:
        raise NotFoundError(f"There is no queue item {item_id}.", hint="Go back to the queue.")
    return item


def lock_item(session: Session, item_id: int) -> QueueItem:
    """The item, and nobody else's word on it until this transaction ends; NotFoundError when there is none."""
    item = session.get(QueueItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise NotFoundError(f"There is no queue item {item_id}.", hint="Go back to the queue.")
    return item


def open_items(session: Session, *, limit: int) -> list[QueueItem]:
    """What is open, the most pressing first, with posts, sources and verdicts loaded."""
    to_revision = joinedload(QueueItem.revision)
    statement = (
        select(QueueItem)
        .where(QueueItem.state == "open")
        .order_by(*_PRESSING_FIRST)
        .limit(limit)
        .options(
            to_revision.joinedload(Revision.post).joinedload(Post.source), to_revision.selectinload(Revision.verdicts)
        )
    )
    return list(session.scalars(statement))


def lane_counts(session: Session) -> dict[str, int]:
    """Open items by lane, every lane named."""
    statement = select(QueueItem.lane, func.count()).where(QueueItem.state == "open").group_by(QueueItem.lane)
    counted: dict[str, int] = dict(session.execute(statement).all())
    return {lane: counted.get(lane, 0) for lane in LANES}


def newest_items(session: Session, post_ids: list[int]) -> dict[int, QueueItem]:
    """The newest queue item of each of these posts; posts that were never queued are absent."""
    statement = (
        select(Revision.post_id, QueueItem)
        .join(QueueItem, QueueItem.revision_id == Revision.id)
        .where(Revision.post_id.in_(post_ids))
        .order_by(Revision.number)
    )
    found: dict[int, QueueItem] = dict(session.execute(statement).all())
    return found


def item_of_revision(session: Session, revision_id: int) -> QueueItem | None:
    """The queue item of a revision, if it was queued."""
    return session.scalar(select(QueueItem).where(QueueItem.revision_id == revision_id))


def _supersede(session: Session, item: QueueItem) -> None:
    """Take open items of the post's earlier revisions out of the queue, now that `item` is in it."""
    post_id = select(Revision.post_id).where(Revision.id == item.revision_id).scalar_subquery()
    earlier = (
        select(QueueItem)
        .join(Revision)
        .where(Revision.post_id == post_id, Revision.id < item.revision_id, QueueItem.state == "open")
    )
    for superseded in session.scalars(earlier):
        superseded.state = "superseded"
        _release(session, superseded.id)


def _ticked(form: DecisionForm) -> list[str] | None:
    return list(form.labels) if form.outcome == "confirmed" and form.labels is not None else None


def _newest_release(session: Session, item: QueueItem) -> str | None:
    judged = verdicts.latest_verdict(session, item.revision_id)
    return judged.release if judged else None


def _has_later(session: Session, item: QueueItem) -> bool:
    own = item.revision
    later = (
        select(QueueItem.id)
        .join(Revision)
        .where(Revision.post_id == own.post_id, Revision.number > own.number)
        .limit(1)
    )
    return session.scalar(later) is not None


def _take_turn(session: Session, user: User) -> None:
    # Two undos of one person at once would aim at the same decision. FOR NO KEY UPDATE: their decisions go on.
    session.get(User, user.id, with_for_update={"key_share": True}, populate_existing=True)


def _claimable(user: User, now: datetime) -> Select[QueueItem]:
    held = select(Lease.item_id).where(Lease.item_id == QueueItem.id, Lease.until > now, Lease.user_id != user.id)
    taken_back = select(Decision.undoes_id).where(Decision.undoes_id.is_not(None))
    passed_on = select(Decision.id).where(
        Decision.item_id == QueueItem.id,
        Decision.user_id == user.id,
        Decision.outcome != "undone",
        Decision.id.not_in(taken_back),
    )
    return (
        select(QueueItem)
        .where(QueueItem.state == "open", ~held.exists(), ~passed_on.exists())
        .order_by(*_PRESSING_FIRST)
        .limit(1)
        .with_for_update(skip_locked=True, of=QueueItem)
    )


def _held_item(session: Session, user: User, now: datetime) -> QueueItem | None:
    statement = (
        select(QueueItem)
        .join(Lease, Lease.item_id == QueueItem.id)
        .where(Lease.user_id == user.id, Lease.until > now, QueueItem.state == "open")
        .order_by(Lease.until.desc())
        .with_for_update(of=QueueItem)
    )
    return session.scalars(statement.limit(1)).first()


def _lease(session: Session, item_id: int, user: User, now: datetime) -> None:
    session.merge(Lease(item_id=item_id, user_id=user.id, until=now + LEASE_TTL))
    session.flush()


def _release(session: Session, item_id: int) -> None:
    lease = session.get(Lease, item_id)
    if lease is not None:
        session.delete(lease)


def _refuse_lost_lease(session: Session, item: QueueItem, user: User, now: datetime) -> None:
    if item.state == "superseded":
        raise LeaseError(f"Item {item.id} was replaced: a later version of the post is in the queue.", hint="Go on.")
    if item.state == "decided":
        standing = standing_decision(session, item.id)
        by = f"{standing.user.pseudonym} as {standing.outcome}" if standing else "somebody"
        raise LeaseError(f"Item {item.id} was decided by {by} meanwhile.", hint="Your decision was not kept; go on.")
    if _is_held_by_another(session, item.id, user, now):
        raise LeaseError(f"Item {item.id} is with another reviewer now.", hint="Your decision was not kept; go on.")


def _is_held_by_another(session: Session, item_id: int, user: User, now: datetime) -> bool:
    lease = session.get(Lease, item_id, populate_existing=True)
    return lease is not None and lease.user_id != user.id and lease.until > now


def _refuse_undo(session: Session, item: QueueItem, target: Decision) -> None:
    newest = standing_decision(session, item.id)
    if newest is not None and newest.id != target.id:
        raise LeaseError(f"Somebody has decided on item {item.id} after you.", hint="Ask them to undo first.")
    inside = CaseItem.item_id == item.id, CaseItem.removed_at.is_(None)
    if session.scalar(select(CaseItem.id).where(*inside).limit(1)) is not None:
        raise LeaseError(f"Item {item.id} is in a case.", hint="What is in a case can no longer be undone here.")


def _sent_before(session: Session, user: User, idem_key: str) -> Decision | None:
    earlier = session.scalar(select(Decision).where(Decision.idem_key == idem_key))
    if earlier is not None and earlier.user_id != user.id:
        raise LeaseError("This form was sent by somebody else already.", hint="Reload the page and decide again.")
    return earlier


def _last_standing(session: Session, user: User) -> Decision | None:
    oldest = (
        select(Decision.id)
        .where(Decision.user_id == user.id, Decision.outcome != "undone")
        .order_by(Decision.id.desc())
        .limit(UNDO_DEPTH)
    )
    statement = standing_decisions().where(Decision.user_id == user.id, Decision.id.in_(oldest)).limit(1)
    return session.scalars(statement).first()


def _keep(session: Session, user: User, item: QueueItem, decision: Decision) -> Decision:
    session.add(decision)
    session.flush()
    audit.append(
        session,
        actor=user.pseudonym,
        action="decision.made",
        subject=f"item:{decision.item_id}",
        details=_on_record(session, item, decision),
    )
    return decision


def _on_record(session: Session, item: QueueItem, decision: Decision) -> dict[str, Any]:
    """All of a decision, and by their digests the note and what it was made on: nobody changes those unseen later."""
    judged = verdicts.judgement(session, item.revision, decision.release) if decision.release else None
    return {
        "decision": decision.id,
        "outcome": decision.outcome,
        "undoes": decision.undoes_id,
        "decided_at": rfc3339(decision.decided_at),
        "release": decision.release,
        "saw_score": decision.saw_score,
        "labels": decision.labels,
        "note_sha256": hashlib.sha256(decision.note.encode()).hexdigest(),
        "revision_sha256": item.revision.sha256,
        "judgement_sha256": verdicts.digest(judged) if judged else None,
    }
