"""The queue: items, leases and decisions, all in one database and each step in one transaction.

Decisions are only ever added: an undo is a further row. An item is decided once somebody has confirmed it or found
it benign; unsure and skipped leave it open for the others, escalated for supervisors.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Integer, bindparam, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError, LeaseError, NotFoundError
from store import audit, exposure, lanes, leases, posts, readings, roles, users, verdicts, webhooks
from store.parsed_post import rfc3339
from store.rules import DEFAULT_RULES, QueueRules
from store.standing import CLOSING_OUTCOMES, SETTLING, has_later, settle, standing_decision, stands
from store.tables import CaseItem, Decision, Lease, Post, QueueItem, Revision, User

OUTCOMES = (*CLOSING_OUTCOMES, "unsure", "skipped", "escalated")
UNDO_DEPTH = 20
# Before every other uncertain item: those stand by how near they came to a threshold, which is less than 1.
BY_HAND = 1.0
# Made once, as in `lanes`.
_HELD_BY = (
    select(Lease)
    .join(QueueItem, QueueItem.id == Lease.item_id)
    .where(Lease.user_id == bindparam("user_id"), Lease.until > bindparam("now"))
    .where((QueueItem.state == "open") | ((QueueItem.state == "decided") & Lease.purpose.is_not(None)))
    .order_by(Lease.until.desc())
    .limit(1)
    # An item that another is deciding on with its campaign: waiting for it with the audit chain in hand would lock.
    .with_for_update(skip_locked=True, of=QueueItem)
)
_IS_WITHIN = exposure.is_within_limit(bindparam("user_id", type_=Integer), bindparam("today", type_=Date))
_HELD = {False: _HELD_BY, True: _HELD_BY.where(_IS_WITHIN)}
_OF_KEY = select(Decision).where(Decision.idem_key == bindparam("idem_key"))
_WITH_POST = (
    select(QueueItem)
    .where(QueueItem.id == bindparam("item_id"))
    .options(
        joinedload(QueueItem.revision, innerjoin=True).options(
            joinedload(Revision.post, innerjoin=True).joinedload(Post.source, innerjoin=True),
            joinedload(Revision.capture, innerjoin=True),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Skip:
    """Why and how an item is skipped: `reason` a code, not offered before `until`, to readers of `lang` alone."""

    reason: str | None = None
    until: datetime | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What a reviewer sends: `idem_key` is unique to the page they saw, so that sending twice is one decision.

    `release` is the one whose verdict they were shown; None stands for the newest that has judged the post. `labels`
    are those they ticked, kept with a confirmation alone; None says that they were not asked. `skip` is kept with a
    skip alone. `blind` is whether the item was drawn to be decided without its score.
    """

    item_id: int
    outcome: str
    idem_key: str
    note: str = ""
    saw_score: bool = True
    release: str | None = None
    labels: tuple[str, ...] | None = None
    skip: Skip = Skip()
    blind: bool | None = None


def enqueue(session: Session, *, revision_id: int, lane: str, priority: float, at: datetime) -> QueueItem:
    """Put a revision into the queue in place of the post's earlier ones; what is queued already stays where it is."""
    item = session.scalar(select(QueueItem).where(QueueItem.revision_id == revision_id))
    if item is None:
        item = QueueItem(revision_id=revision_id, lane=lane, priority=priority, state="open", created_at=at)
        session.add(item)
        session.flush()
        if has_later(session, item):
            item.state = "superseded"  # Workers may score a post's revisions in another order than they came.
        _supersede(session, item)
        if item.state == "open":
            webhooks.announce(session, item, at=at)
    return item


def enqueue_by_hand(session: Session, user: User, post_id: int, *, now: datetime) -> QueueItem:
    """Put a judged post that was never queued first into the lane of uncertain ones; what is queued stays where it is.

    DataError for a post that nothing has judged: its verdict may yet be a call for help, which belongs elsewhere.
    """
    roles.require(user, "decide")
    revision = posts.newest_revision(session, post_id)
    # Two people may press the button at once.
    session.get(Post, post_id, with_for_update=True, populate_existing=True)
    queued = newest_items(session, [post_id]).get(post_id)
    if queued is not None:
        return queued
    if verdicts.latest_verdict(session, revision.id) is None:
        raise DataError(f"Post {post_id} has not been scored yet.", hint="Wait: it may come into the queue by itself.")
    item = enqueue(session, revision_id=revision.id, lane="uncertain", priority=BY_HAND, at=now)
    audit.append(
        session, actor=user.pseudonym, action="post.queued", subject=f"item:{item.id}", details={"post": post_id}
    )
    return item


def claim_next(
    session: Session, user: User, *, now: datetime, rules: QueueRules = DEFAULT_RULES, is_at_limit: bool = False
) -> QueueItem | None:
    """The item this person holds, or else the next one for them: now and then a further reading, else by the lanes.

    Severe items are passed over, urgent ones too, for somebody who `is_at_limit`: they wait for others. The lease
    lasts as their pace asks (`leases.ttl_of`). On PostgreSQL rows that another claim looks at are skipped.
    """
    roles.require(user, "decide")
    held = _held_item(session, user, now, is_at_limit=is_at_limit)
    if held is not None:
        leases.take(session, held.item_id, user, now=now, purpose=held.purpose)
        return session.get_one(QueueItem, held.item_id)
    reading = readings.due_reading(session, user, rules, now, is_at_limit=is_at_limit)
    item, purpose = reading or (_next_waiting(session, user, rules, now, is_at_limit=is_at_limit), None)
    if item is not None:
        leases.take(session, item.id, user, now=now, purpose=purpose)
    return item


def claim_item(session: Session, user: User, item_id: int, *, now: datetime) -> QueueItem:
    """Lease one named item, or go on with a reading of it; LeaseError when it is decided or with somebody else."""
    roles.require(user, "decide")
    item = lock_item(session, item_id)
    lease = leases.on_item(session, item.id)
    purpose = _purpose(lease, user, item)
    if purpose is None:
        _refuse_lost_lease(session, item, lease, user, now)
    leases.take(session, item.id, user, now=now, purpose=purpose)
    return item


def decide(session: Session, user: User, form: DecisionForm, *, now: datetime) -> Decision:
    """Add a decision; the same `idem_key` again gives the row it made the first time.

    Raises LeaseError when the item was decided meanwhile or is leased to somebody else.
    """
    roles.require(user, "decide")
    if form.outcome not in OUTCOMES:
        raise DataError(f"Outcome {form.outcome!r} is not one of {', '.join(OUTCOMES)}.", hint="Send one of these.")
    item = lock_item(session, form.item_id)
    earlier = sent_before(session, user, form.idem_key)
    if earlier is not None:
        if earlier.item_id != item.id:
            raise LeaseError(
                f"This form has decided on item {earlier.item_id} already, not on item {item.id}.",
                hint="Your decision was not kept; reload the page and decide again.",
            )
        return earlier
    lease = leases.on_item(session, item.id)
    purpose = _purpose(lease, user, item)
    if purpose is None:
        _refuse_lost_lease(session, item, lease, user, now)
    decision = _new_decision(user, item, form, now)
    decision.purpose = purpose
    decision.elapsed_ms = leases.elapsed_ms(lease, user, now)
    leases.give_back(session, item.id)
    return keep(session, user, item, decision)


def undo(session: Session, user: User, *, idem_key: str, now: datetime) -> Decision:
    """Take back this person's latest decision that still stands, among their last UNDO_DEPTH, and hold its item again.

    With a decision on a campaign goes what came of it. An item that somebody else is reading by now stays theirs, one
    whose post has a later revision queued stays out. Raises LeaseError when there is none, when somebody has decided
    after it, or when an item is in a case.
    """
    roles.require(user, "decide")
    users.lock(session, user)  # Two undos of one person at once would aim at the same decision.
    earlier = sent_before(session, user, idem_key)
    if earlier is not None:
        return earlier
    target = _last_standing(session, user)
    if target is None:
        raise LeaseError("There is no decision of yours left to undo.", hint=f"The last {UNDO_DEPTH} can be.")
    came_of_it = list(session.scalars(select(Decision).where(Decision.source_decision_id == target.id, stands())))
    items = lock_items(session, [target.item_id, *(one.item_id for one in came_of_it)])
    for decision in (target, *came_of_it):
        _refuse_undo(session, items[decision.item_id], decision)
    for decision in came_of_it:
        _take_back(session, user, items[decision.item_id], decision, derived_key(idem_key, decision.item_id), now)
    item = items[target.item_id]
    undone = _take_back(session, user, item, target, idem_key, now)
    is_readable = item.state == "open" or target.purpose in readings.PURPOSES
    if is_readable and not leases.is_held_by_another(session, item.id, user, now=now):
        purpose = target.purpose if item.state == "decided" else None
        leases.take(session, item.id, user, now=now, purpose=purpose)
    return undone


def item_of(session: Session, item_id: int) -> QueueItem:
    """The item; NotFoundError when there is none."""
    return _found(session.get(QueueItem, item_id), item_id)


def item_with_post(session: Session, item_id: int) -> QueueItem:
    """The item with its revision, post, source and capture loaded; NotFoundError when there is none."""
    return _found(session.scalar(_WITH_POST, {"item_id": item_id}), item_id)


def lock_item(session: Session, item_id: int) -> QueueItem:
    """The item, and nobody else's word on it until this transaction ends; NotFoundError when there is none."""
    return _found(session.get(QueueItem, item_id, with_for_update=True, populate_existing=True), item_id)


def lock_items(session: Session, item_ids: Collection[int]) -> dict[int, QueueItem]:
    """Several items by their ids, locked one after the other in the same order by everybody."""
    return {item_id: lock_item(session, item_id) for item_id in sorted(set(item_ids))}


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


def sent_before(session: Session, user: User, idem_key: str) -> Decision | None:
    """The decision that this person's form has made already; LeaseError when it was another's form."""
    earlier = session.scalar(_OF_KEY, {"idem_key": idem_key})
    if earlier is not None and earlier.user_id != user.id:
        raise LeaseError("This form was sent by somebody else already.", hint="Reload the page and decide again.")
    return earlier


def derived_key(idem_key: str, item_id: int) -> str:
    """The key of what one form does to a further item."""
    return hashlib.sha256(f"{idem_key} {item_id}".encode()).hexdigest()


def keep(session: Session, user: User, item: QueueItem, decision: Decision) -> Decision:
    """Add a row to an item that is locked, let the item follow it, and enter it in the audit chain."""
    session.add(decision)
    session.flush()
    if decision.purpose in (None, SETTLING):
        settle(session, item)
    audit.append(
        session,
        actor=user.pseudonym,
        action="decision.made",
        subject=f"item:{decision.item_id}",
        details=_on_record(item, decision),
    )
    return decision


def circumstances(decision: Decision) -> dict[str, Any]:
    """What few decisions have, as JSON values, by the names that the audit chain and packs use; only what is there."""
    every = {
        "purpose": decision.purpose,
        "blind": decision.blind or None,
        "source_decision": decision.source_decision_id,
        "reason": decision.reason,
        "snoozed_until": rfc3339(decision.snoozed_until) if decision.snoozed_until else None,
        "needs_lang": decision.needs_lang,
    }
    return {name: value for name, value in every.items() if value is not None}


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
        leases.give_back(session, superseded.id)


def _ticked(form: DecisionForm) -> list[str] | None:
    return list(form.labels) if form.outcome == "confirmed" and form.labels is not None else None


def _new_decision(user: User, item: QueueItem, form: DecisionForm, now: datetime) -> Decision:
    skip = form.skip if form.outcome == "skipped" else Skip()
    return Decision(
        item_id=item.id,
        user_id=user.id,
        outcome=form.outcome,
        note=form.note,
        saw_score=form.saw_score,
        release=form.release or newest_release(item),
        decided_at=now,
        idem_key=form.idem_key,
        labels=_ticked(form),
        blind=form.blind,
        reason=skip.reason,
        snoozed_until=skip.until,
        needs_lang=skip.lang,
    )


def newest_release(item: QueueItem) -> str | None:
    """The release whose verdict on the item is the newest."""
    judged = item.revision.verdicts
    return judged[-1].release if judged else None


def _held_item(session: Session, user: User, now: datetime, *, is_at_limit: bool) -> Lease | None:
    asked = {"user_id": user.id, "now": now, "today": now.date()}
    return session.scalars(_HELD[is_at_limit], asked).first()


def _next_waiting(
    session: Session, user: User, rules: QueueRules, now: datetime, *, is_at_limit: bool
) -> QueueItem | None:
    for lane in lanes.lane_order(session, user, rules.lane_weights):
        item = lanes.first_waiting(session, user, lane, now, is_at_limit=is_at_limit)
        while item is not None and leases.is_held_by_another(session, item.id, user, now=now):
            # Leased and let go of by another claim between this one's snapshot and its lock: look again.
            item = lanes.first_waiting(session, user, lane, now, is_at_limit=is_at_limit)
        if item is not None:
            return item
    return None


def _found(item: QueueItem | None, item_id: int) -> QueueItem:
    if item is None:
        raise NotFoundError(f"There is no queue item {item_id}.", hint="Go back to the queue.")
    return item


def _purpose(lease: Lease | None, user: User, item: QueueItem) -> str | None:
    """What this person reads a decided item for; None for an ordinary reading."""
    is_own = lease is not None and lease.user_id == user.id
    return lease.purpose if lease is not None and is_own and item.state == "decided" else None


def _refuse_lost_lease(session: Session, item: QueueItem, lease: Lease | None, user: User, now: datetime) -> None:
    if item.state == "superseded":
        raise LeaseError(f"Item {item.id} was replaced: a later version of the post is in the queue.", hint="Go on.")
    if item.state == "decided":
        standing = standing_decision(session, item.id)
        hint = "Your decision was not kept; go on."
        if standing is None:
            raise LeaseError(f"Item {item.id} was decided meanwhile.", hint=hint)
        by = standing.user.pseudonym
        raise LeaseError(f"Item {item.id} was decided by {by} as {standing.outcome} meanwhile.", hint=hint)
    if leases.is_anothers(lease, user, now=now):
        raise LeaseError(f"Item {item.id} is with another reviewer now.", hint="Your decision was not kept; go on.")


def _refuse_undo(session: Session, item: QueueItem, target: Decision) -> None:
    if target.purpose in readings.PURPOSES:
        return
    newest = standing_decision(session, item.id)
    # What came of a campaign's decision may have been read again since: that word stays.
    if newest is not None and newest.id != target.id and target.source_decision_id is None:
        raise LeaseError(f"Somebody has decided on item {item.id} after you.", hint="Ask them to undo first.")
    inside = CaseItem.item_id == item.id, CaseItem.removed_at.is_(None)
    if session.scalar(select(CaseItem.id).where(*inside).limit(1)) is not None:
        raise LeaseError(f"Item {item.id} is in a case.", hint="What is in a case can no longer be undone here.")


def _last_standing(session: Session, user: User) -> Decision | None:
    own = select(Decision).where(Decision.user_id == user.id, Decision.source_decision_id.is_(None))
    oldest = (
        own.with_only_columns(Decision.id)
        .where(Decision.outcome != "undone")
        .order_by(Decision.id.desc())
        .limit(UNDO_DEPTH)
    )
    statement = own.where(stands(), Decision.id.in_(oldest)).order_by(Decision.id.desc())
    return session.scalars(statement.limit(1)).first()


def _take_back(
    session: Session, user: User, item: QueueItem, target: Decision, idem_key: str, now: datetime
) -> Decision:
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
        purpose=target.purpose,
    )
    return keep(session, user, item, undone)


def _on_record(item: QueueItem, decision: Decision) -> dict[str, Any]:
    """All of a decision, and by their digests the note and what it was made on: nobody changes those unseen later."""
    judged = verdicts.judgement(item.revision, decision.release) if decision.release else None
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
        **circumstances(decision),
    }
