"""Figures of a period for the dashboards: counts of what came in, was judged and was decided. Only reads.

What is counted over all posts is read from indexes alone (see benchmarks/figures.py). People appear under their
pseudonyms. What the figures mean is worked out in `store.statistics`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, String, case, func, literal, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.lanes import LANES
from store.standing import is_last_word
from store.statistics import RISK_BINS
from store.tables import Capture, Decision, Post, QueueItem, Source, User, Verdict
from store.verdicts import newest_on_item

FLAGGED_LANES = ("urgent", "likely")
BASELINE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A closing decision that stands, one for each item; `lang` is the verdict's that it was made on, "" without."""

    lane: str
    lang: str
    outcome: str
    by: str
    waited: timedelta


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How reading a source went: captures and failed ones in the period, and the last good one ever."""

    name: str
    kind: str
    captures: int
    failed: int
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open items of a lane."""

    lane: str
    items: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class RiskCount:
    """How many posts of a language a release put into one of the RISK_BINS on one day."""

    day: date
    lang: str
    risk_bin: int
    posts: int


def arrivals(session: Session, period: Period) -> tuple[Counter[date], Counter[str]]:
    """Posts first seen in the period, by day and by source."""
    day = _day(session, Post.first_seen_at)
    statement = (
        select(day, Post.source_id, func.count())
        .where(Post.first_seen_at >= period.since, Post.first_seen_at < period.until)
        .group_by(day, Post.source_id)
    )
    names: dict[int, str] = dict(session.execute(select(Source.id, Source.name)).all())
    by_day: Counter[date] = Counter()
    by_source: Counter[str] = Counter()
    for on, source_id, posts in session.execute(statement):
        by_day[date.fromisoformat(on)] += posts
        by_source[names[source_id]] += posts
    return by_day, by_source


def release_of(session: Session, period: Period) -> str | None:
    """The release that judged last before the period's end."""
    statement = select(Verdict.release).where(Verdict.scored_at < period.until).order_by(Verdict.id.desc()).limit(1)
    return session.scalar(statement)


def risk_counts(session: Session, release: str, period: Period) -> list[RiskCount]:
    """How a release spread the posts of each language over the RISK_BINS, by day."""
    day = _day(session, Verdict.scored_at)
    risk_bin = _risk_bin()
    statement = (
        select(day, Verdict.lang, risk_bin, func.count())
        .where(Verdict.release == release, Verdict.scored_at >= period.since, Verdict.scored_at < period.until)
        .group_by(day, Verdict.lang, risk_bin)
    )
    return [RiskCount(date.fromisoformat(on), lang, found, n) for on, lang, found, n in session.execute(statement)]


def not_enough_by_language(session: Session, release: str, period: Period) -> Counter[str]:
    """Of how many posts a release said in the period that there is too little text for a verdict, by language."""
    statement = (
        select(Verdict.lang, func.count())
        .where(Verdict.release == release, Verdict.scored_at >= period.since, Verdict.scored_at < period.until)
        .where(Verdict.answer == literal_column("'not_enough'"))  # As the index has it, for SQLite to take that.
        .group_by(Verdict.lang)
    )
    return Counter(dict(session.execute(statement).all()))


def baseline_of(session: Session, release: str) -> Period | None:
    """The first BASELINE in which a release judged here: what its later weeks are compared with."""
    first = session.scalar(select(func.min(Verdict.scored_at)).where(Verdict.release == release))
    return Period(first, first + BASELINE) if first else None


def flagged_by_language(session: Session, period: Period) -> Counter[str]:
    """Items that came into the lanes of flagged posts in the period, by the language of their newest verdict."""
    statement = (
        select(Verdict.lang, func.count())
        .select_from(QueueItem)
        .join(Verdict, Verdict.id == newest_on_item())
        .where(QueueItem.created_at >= period.since, QueueItem.created_at < period.until)
        .where(QueueItem.lane.in_(FLAGGED_LANES))
        .group_by(Verdict.lang)
    )
    return Counter(dict(session.execute(statement).all()))


def decided(session: Session, period: Period) -> list[Decided]:
    """The closing decisions of the period that stand, the newest of each item alone.

    Neither further readings nor what came of a decision on a campaign: nobody has looked at that by itself.
    """
    judged = (Verdict.revision_id == QueueItem.revision_id) & (Verdict.release == Decision.release)
    statement = (
        select(
            QueueItem.lane,
            func.coalesce(Verdict.lang, ""),
            Decision.outcome,
            User.pseudonym,
            QueueItem.created_at,
            Decision.decided_at,
        )
        .select_from(Decision)
        .join(QueueItem, QueueItem.id == Decision.item_id)
        .join(User, User.id == Decision.user_id)
        .outerjoin(Verdict, judged)
        .where(Decision.decided_at >= period.since, Decision.decided_at < period.until)
        .where(is_last_word(), Decision.source_decision_id.is_(None))
    )
    return [
        Decided(lane, lang, outcome, by, decided_at - queued_at)
        for lane, lang, outcome, by, queued_at, decided_at in session.execute(statement)
    ]


def decisions_by_person(session: Session, period: Period) -> dict[str, Counter[str]]:
    """What people decided in the period by pseudonym and outcome, with what they took back and the taking back.

    A decision on a campaign counts once.
    """
    statement = (
        select(User.pseudonym, Decision.outcome, func.count())
        .join(Decision, Decision.user_id == User.id)
        .where(Decision.decided_at >= period.since, Decision.decided_at < period.until)
        .where(Decision.source_decision_id.is_(None))
        .group_by(User.pseudonym, Decision.outcome)
    )
    people: dict[str, Counter[str]] = {}
    for person, outcome, count in session.execute(statement):
        people.setdefault(person, Counter())[outcome] = count
    return people


def open_by_lane(session: Session) -> list[Waiting]:
    """What is open now, every lane named."""
    statement = (
        select(QueueItem.lane, func.count(), func.min(QueueItem.created_at))
        .where(QueueItem.state == "open")
        .group_by(QueueItem.lane)
    )
    found = {lane: Waiting(lane, items, oldest_at) for lane, items, oldest_at in session.execute(statement)}
    return [found.get(lane, Waiting(lane, 0, None)) for lane in LANES]


def source_health(session: Session, period: Period) -> list[SourceHealth]:
    """Every source by name; a capture failed when the answer was neither a body (2xx) nor "not modified"."""
    is_good = or_(Capture.status.is_(None), Capture.status.between(200, 299), Capture.status == 304)
    last_good = (
        select(Capture.fetched_at)
        .where(Capture.source_id == Source.id, is_good)
        .order_by(Capture.fetched_at.desc())
        .limit(1)
        .correlate(Source)
        .scalar_subquery()
    )
    inside = (
        select(Capture.source_id, func.count().label("captures"), func.sum(case((is_good, 0), else_=1)).label("failed"))
        .where(Capture.fetched_at >= period.since, Capture.fetched_at < period.until)
        .group_by(Capture.source_id)
        .subquery()
    )
    captures, failed = (func.coalesce(column, 0) for column in (inside.c.captures, inside.c.failed))
    statement = (
        select(Source.name, Source.kind, captures, failed, last_good)
        .outerjoin(inside, inside.c.source_id == Source.id)
        .order_by(Source.name)
    )
    return [SourceHealth(*row) for row in session.execute(statement)]


def _risk_bin() -> ColumnElement[int]:
    """Which of the RISK_BINS a verdict's risk falls into, from 0; 1.0 belongs to the last."""
    places = [(Verdict.risk < (place + 1) / RISK_BINS, place) for place in range(RISK_BINS - 1)]
    return case(*places, else_=literal(RISK_BINS - 1))


def _day(session: Session, column: InstrumentedAttribute[datetime]) -> ColumnElement[str]:
    """The UTC day of an instant, as 2026-03-01."""
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(column, 1, 10, type_=String)
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD", type_=String)
