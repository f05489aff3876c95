"""Which posts may go: unflagged or found benign, last seen long ago, and needed by nobody. The rule; `erasing` acts.

A post that is confirmed, was ever in a case, is golden or waits in the queue needs two people; one under a legal hold
stays whoever asks.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from store.holds import is_held
from store.standing import is_decided_as, stands
from store.tables import CaseItem, Decision, GoldenItem, Lease, Post, QueueItem, Revision, SearchLabel, Verdict

_OTHER = aliased(Decision)
_Id = InstrumentedAttribute[int]


def due_posts(
    session: Session, *, before: datetime, now: datetime, after: int = 0, limit: int, among: Collection[int] = ()
) -> list[int]:
    """Up to `limit` posts with an id above `after` that were last seen `before` and may go; of those `among` if any."""
    statement = select(Post.id).where(_is_due(before, now), Post.id > after).order_by(Post.id).limit(limit)
    if among:
        statement = statement.where(Post.id.in_(among))
    return list(session.scalars(statement))


def count_due(session: Session, *, before: datetime, now: datetime) -> int:
    """How many posts may go."""
    return session.scalar(select(func.count()).select_from(Post).where(_is_due(before, now))) or 0


def protection(session: Session, post_id: int) -> list[str]:
    """Why one person alone may not erase a post: confirmed, in_case, golden, open; nothing where they may."""
    reasons = {"confirmed": _confirmed(), "in_case": _in_case(), "golden": _golden(), "open": _open()}
    return [name for name, holds in reasons.items() if _holds(session, post_id, holds)]


def is_under_hold(session: Session, post_id: int) -> bool:
    """Whether a legal hold stands on a post."""
    return _holds(session, post_id, is_held())


def _holds(session: Session, post_id: int, condition: ColumnElement[bool]) -> bool:
    return session.scalar(select(Post.id).where(Post.id == post_id, condition)) is not None


def _is_due(before: datetime, now: datetime) -> ColumnElement[bool]:
    decided_since = _of_items(Decision.id, Decision.item_id).where(Decision.decided_at >= before).exists()
    being_read = _of_items(Lease.item_id, Lease.item_id).where(Lease.until > now).exists()
    unjudged = (
        select(Revision.id)
        .where(Revision.post_id == Post.id, ~select(Verdict.id).where(Verdict.revision_id == Revision.id).exists())
        .correlate(Post)
        .exists()
    )
    flagged = (
        select(SearchLabel.revision_id)
        .join(Revision, Revision.id == SearchLabel.revision_id)
        .where(Revision.post_id == Post.id)
        .correlate(Post)
        .exists()
    )
    benign = _items().where(is_decided_as("benign")).exists()
    needed = _confirmed() | _in_case() | _golden() | _open() | decided_since | being_read | _leads_others()
    return (Post.last_seen_at < before) & ~unjudged & (~flagged | benign) & ~needed & ~is_held()


def _confirmed() -> ColumnElement[bool]:
    """Somebody's word that it is likely recruitment stands, be it that of a second reader alone."""
    said = _of_items(Decision.id, Decision.item_id).where(stands(), Decision.outcome == "confirmed")
    return said.exists()


def _in_case() -> ColumnElement[bool]:
    # Once in a case, always: packs that were made before hold it.
    return _of_items(CaseItem.id, CaseItem.item_id).exists()


def _golden() -> ColumnElement[bool]:
    return _of_items(GoldenItem.item_id, GoldenItem.item_id).exists()


def _open() -> ColumnElement[bool]:
    return _items().where(QueueItem.state == "open").exists()


def _leads_others() -> ColumnElement[bool]:
    """A decision on another post's item came of one on this post, as decisions on campaigns do."""
    own = _of_items(Decision.id, Decision.item_id)
    mine = (
        select(Revision.id)
        .where(Revision.id == QueueItem.revision_id, Revision.post_id == Post.id)
        .correlate_except(Revision)
    )
    followers = (
        select(_OTHER.id)
        .join(QueueItem, QueueItem.id == _OTHER.item_id)
        .where(_OTHER.source_decision_id.in_(own), ~mine.exists())
        .correlate(Post)
    )
    return followers.exists()


def _items() -> Select[int]:
    return (
        select(QueueItem.id)
        .join(Revision, Revision.id == QueueItem.revision_id)
        .where(Revision.post_id == Post.id)
        .correlate(Post)
    )


def _of_items(wanted: _Id, item_id: _Id) -> Select[int]:
    """`wanted` of the rows whose `item_id` is one of the post's items."""
    return (
        select(wanted)
        .join(QueueItem, QueueItem.id == item_id)
        .join(Revision, Revision.id == QueueItem.revision_id)
        .where(Revision.post_id == Post.id)
        .correlate(Post)
    )
