"""The queue as a list: what is open, what sleeps, what waits for a reader of a language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from store import readers
from store.lanes import LANES
from store.tables import Post, QueueItem, Revision, Verdict

SHOWN = ("open", "snoozed", "handed_on", "unread")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows: "" for every lane or language; `shown` is one of SHOWN.

    "open" leaves out what is closed or sleeps; "unread" is what waits for a reader of a language that nobody reads.
    """

    lane: str = ""
    lang: str = ""
    shown: str = "open"


def items(session: Session, wanted: ListFilter, *, now: datetime, limit: int) -> list[QueueItem]:
    """The most pressing items of a list, with posts, sources and verdicts loaded."""
    to_revision = joinedload(QueueItem.revision)
    statement = (
        _matching(session, wanted, now)
        .order_by(QueueItem.priority.desc(), QueueItem.id)
        .options(
            to_revision.joinedload(Revision.post).joinedload(Post.source), to_revision.selectinload(Revision.verdicts)
        )
    )
    return list(_lane_by_lane(session, statement, limit))


def count(session: Session, wanted: ListFilter, *, now: datetime) -> int:
    """How many items a list has."""
    statement = _matching(session, wanted, now).with_only_columns(func.count(QueueItem.id))
    return session.scalar(statement) or 0


def lane_counts(session: Session, *, now: datetime) -> dict[str, int]:
    """What is open and awake, by lane, every lane named."""
    statement = _matching(session, ListFilter(), now).with_only_columns(QueueItem.lane, func.count(QueueItem.id))
    counted: dict[str, int] = dict(session.execute(statement.group_by(QueueItem.lane)).all())
    return {lane: counted.get(lane, 0) for lane in LANES}


def languages(session: Session) -> list[str]:
    """The languages of everything that was ever judged."""
    return sorted(session.scalars(select(Verdict.lang).distinct()))


def _lane_by_lane(session: Session, statement: Select[QueueItem], limit: int) -> Iterator[QueueItem]:
    # Ordered by lane in one statement, the whole queue would be sorted for its first fifty.
    for lane in LANES:
        found = session.scalars(statement.where(QueueItem.lane == lane).limit(limit)).all()
        yield from found
        limit -= len(found)
        if limit <= 0:
            return


def _matching(session: Session, wanted: ListFilter, now: datetime) -> Select[QueueItem]:
    statement = select(QueueItem).where(QueueItem.state == "open", _shown(session, wanted.shown, now))
    if wanted.lane:
        statement = statement.where(QueueItem.lane == wanted.lane)
    if wanted.lang:
        statement = statement.where(_newest_lang() == wanted.lang)
    return statement


def _shown(session: Session, shown: str, now: datetime) -> ColumnElement[bool]:
    sleeps = QueueItem.snoozed_until.is_not(None) & (QueueItem.snoozed_until > now)
    if shown == "snoozed":
        return sleeps
    if shown == "handed_on":
        return QueueItem.needs_lang.is_not(None)
    if shown == "unread":
        return QueueItem.needs_lang.is_not(None) & QueueItem.needs_lang.not_in(readers.languages_read(session))
    return ~sleeps


def _newest_lang() -> ColumnElement[str]:
    return (
        select(Verdict.lang)
        .where(Verdict.revision_id == QueueItem.revision_id)
        .order_by(Verdict.id.desc())
        .limit(1)
        .scalar_subquery()
    )
