"""The queue as a list: what is open, what sleeps, what waits for a reader of a language."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session, joinedload

from store import readers
from store.lanes import LANES
from store.tables import Post, QueueItem, Revision, SearchText

COUNTED = 1_000
SHOWN = ("open", "snoozed", "handed_on", "unread", "escalated")
_NONE = false()


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list shows: "" for every lane or language; `shown` is one of SHOWN.

    "open" leaves out what is closed or sleeps; "unread" is what waits for a reader of a language that nobody reads.
    """

    lane: str = ""
    lang: str = ""
    shown: str = "open"


def items(
    session: Session, wanted: ListFilter, *, now: datetime, limit: int, apart: ColumnElement[bool] = _NONE
) -> list[QueueItem]:
    """The most pressing items of a list, with posts, sources and verdicts loaded.

    Nothing may tell the lanes of those `apart`: they come last, in the order in which they were queued.
    """
    to_revision = joinedload(QueueItem.revision)
    statement = (
        _matching(session, wanted, now)
        .order_by(QueueItem.id)
        .options(
            to_revision.joinedload(Revision.post).joinedload(Post.source), to_revision.selectinload(Revision.verdicts)
        )
    )
    pressing = statement.where(~apart).order_by(None).order_by(QueueItem.priority.desc(), QueueItem.id)
    found = list(_lane_by_lane(session, pressing, limit))
    if not wanted.lane and len(found) < limit:
        found += session.scalars(statement.where(apart).limit(limit - len(found)))
    return found


def count(
    session: Session,
    wanted: ListFilter,
    *,
    now: datetime,
    apart: ColumnElement[bool] = _NONE,
    most: int | None = None,
) -> int:
    """How many items a list has, counted up to `most`; those `apart` are in that of no lane."""
    some = _matching(session, wanted, now).with_only_columns(QueueItem.id).limit(most)
    listed = some.where(~apart) if wanted.lane else some
    return session.scalar(select(func.count()).select_from(listed.subquery())) or 0


def open_counts(session: Session) -> dict[str, int]:
    """What is open by lane, what sleeps too, every lane named."""
    statement = select(QueueItem.lane, func.count()).where(QueueItem.state == "open").group_by(QueueItem.lane)
    counted: dict[str, int] = dict(session.execute(statement).all())
    return {lane: counted.get(lane, 0) for lane in LANES}


def awake_counts(session: Session, *, now: datetime, apart: ColumnElement[bool] = _NONE) -> dict[str, int]:
    """What is open and awake but `apart`, by lane, every lane named."""
    # What is open is counted from the index alone; only the few that sleep or are apart are looked at one by one.
    sleeping = _by_lane(_matching(session, ListFilter(shown="snoozed"), now))
    left_out = _counted(session, sleeping)
    if apart is not _NONE:
        left_out += _counted(session, _by_lane(_matching(session, ListFilter(), now).where(apart)))
    return {lane: found - left_out[lane] for lane, found in open_counts(session).items()}


def languages(session: Session) -> list[str]:
    """The languages of everything that was ever judged."""
    # From each to the next in the index: counting them all out would read every post's entry.
    first = select(func.min(SearchText.lang).label("lang")).where(SearchText.lang > "").cte("langs", recursive=True)
    after = select(func.min(SearchText.lang)).where(SearchText.lang > first.c.lang).scalar_subquery()
    found = first.union_all(select(after).where(first.c.lang.is_not(None)))
    return list(session.scalars(select(found.c.lang).where(found.c.lang.is_not(None)).order_by(found.c.lang)))


def _by_lane(items: Select[QueueItem]) -> Select[str, int]:
    return items.with_only_columns(QueueItem.lane, func.count()).group_by(QueueItem.lane)


def _counted(session: Session, by_lane: Select[str, int]) -> Counter[str]:
    return Counter(dict(session.execute(by_lane).all()))


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
        judged = select(SearchText.revision_id).where(
            SearchText.revision_id == QueueItem.revision_id, SearchText.lang == wanted.lang
        )
        statement = statement.where(judged.exists())
    return statement


def _shown(session: Session, shown: str, now: datetime) -> ColumnElement[bool]:
    sleeps = QueueItem.snoozed_until.is_not(None) & (QueueItem.snoozed_until > now)
    if shown == "snoozed":
        return sleeps
    if shown == "handed_on":
        return QueueItem.needs_lang.is_not(None)
    if shown == "unread":
        return QueueItem.needs_lang.is_not(None) & QueueItem.needs_lang.not_in(readers.languages_read(session))
    if shown == "escalated":
        return QueueItem.escalated_at.is_not(None)
    return ~sleeps
