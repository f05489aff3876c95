"""The dashboards: what a period brought, how right the flags were, whether the release drifts, how the work goes.

The looking is an audit entry; the counting is done afterwards from a reading snapshot, so that nobody waits for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from lurewatch.errors import DataError
from review_ui.charts import ColumnChart, column_chart
from review_ui.desk import Page
from review_ui.drift import drift_lines
from review_ui.fields import day, midnight
from review_ui.visits import Afterwards, Visit
from store import audit, figures
from store.figures import FLAGGED_LANES, Decided, Period, Waiting
from store.queue import OUTCOMES
from store.statistics import Share

DEFAULT_DAYS = 28
PRESETS = (7, 28, 91, 365)
LONGEST_DAYS = 1_100
_DAYS_AS_COLUMNS = 62


@dataclass(frozen=True, slots=True)
class CountLine:
    """A name, its count, and its length beside the greatest, from 0 to 100."""

    name: str
    count: int
    length: float


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """A language: posts judged, with how little text for some, flagged, and how many decided flags were confirmed."""

    lang: str
    judged: int
    not_enough: Share
    flagged: int
    precision: Share


@dataclass(frozen=True, slots=True)
class LaneLine:
    """A lane: what waits now, and how what was decided in the period came out; ages and waits in hours."""

    lane: str
    waiting: int
    oldest_hours: float | None
    confirmed: Share
    median_wait_hours: float | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person's decisions by outcome, in the order of OUTCOMES and then `undone`."""

    pseudonym: str
    counts: tuple[int, ...]
    total: int


def show_dashboards(visit: Visit) -> Afterwards:
    """GET /dashboards?since=&until=: both days are within the period, which is UTC."""
    since, last = chosen_days(visit.fields, visit.now.date())
    details = {"since": since.isoformat(), "until": last.isoformat()}
    audit.append(
        visit.session, actor=visit.user.pseudonym, action="dashboards.viewed", subject="dashboards", details=details
    )
    store, now = visit.desk.store, visit.now

    def count() -> Page:
        with store.reading() as session:
            return Page("dashboards.html", _values(session, since, last, now))

    return Afterwards(count)


def chosen_days(fields: Mapping[str, str], today: date) -> tuple[date, date]:
    """First and last day of the form; without one the last DEFAULT_DAYS. DataError when they make no period."""
    last = _day(fields, "until") or today
    since = _day(fields, "since") or last - timedelta(days=DEFAULT_DAYS - 1)
    if not timedelta(0) <= last - since < timedelta(days=LONGEST_DAYS):
        raise DataError(
            f"{since} to {last} is no period.", hint=f"Give a first day before the last, {LONGEST_DAYS} days at most."
        )
    return since, last


def _day(fields: Mapping[str, str], name: str) -> date | None:
    found = day(fields, name)
    if found and not date(2000, 1, 1) <= found <= date(2100, 1, 1):
        raise DataError(f"{found} is not of this century.", hint="Give it as 2026-01-31.")
    return found


def _values(session: Session, since: date, last: date, now: datetime) -> dict[str, Any]:
    period = Period(midnight(since), midnight(last + timedelta(days=1)))
    by_day, by_source = figures.arrivals(session, period)
    decided = figures.decided(session, period)
    release = figures.release_of(session, period)
    return {
        "since": since,
        "last": last,
        "presets": {days: last - timedelta(days=days - 1) for days in PRESETS},
        "posts": by_day.total(),
        "columns": _arrival_columns(by_day, since, last),
        "by_week": (last - since).days >= _DAYS_AS_COLUMNS,
        "sources": count_lines(by_source),
        "release": release,
        "languages": _language_lines(session, period, release, decided),
        "lanes": _lane_lines(figures.open_by_lane(session), decided, now),
        "flagged_lanes": FLAGGED_LANES,
        "baseline": figures.baseline_of(session, release) if release else None,
        "drift": drift_lines(session, release, period) if release else [],
        "health": figures.source_health(session, period),
        "outcomes": (*OUTCOMES, "undone"),
        "people": _person_lines(figures.decisions_by_person(session, period)),
    }


def _arrival_columns(by_day: Counter[date], since: date, last: date) -> ColumnChart:
    """A column a day, or one a week (named by its Monday) in longer periods."""
    days = [since + timedelta(days=number) for number in range((last - since).days + 1)]
    is_long = len(days) > _DAYS_AS_COLUMNS
    counts: Counter[date] = Counter()
    for one in days:
        counts[one - timedelta(days=one.weekday()) if is_long else one] += by_day[one]
    return column_chart([(one.isoformat(), count) for one, count in counts.items()])


def count_lines(counts: Counter[str]) -> list[CountLine]:
    """The counts as bars, the greatest first."""
    greatest = max(counts.values(), default=0)
    return [CountLine(name, count, round(100 * count / greatest, 1)) for name, count in counts.most_common()]


def _language_lines(
    session: Session, period: Period, release: str | None, decided: Sequence[Decided]
) -> list[LanguageLine]:
    judged: Counter[str] = Counter()
    for found in figures.risk_counts(session, release, period) if release else ():
        judged[found.lang] += found.posts
    not_enough = figures.not_enough_by_language(session, release, period) if release else Counter[str]()
    flagged = figures.flagged_by_language(session, period)
    of_flags = [one for one in decided if one.lane in FLAGGED_LANES]
    languages = sorted({*judged, *flagged, *(one.lang for one in of_flags)}, key=lambda lang: (-judged[lang], lang))
    return [
        LanguageLine(
            lang=lang,
            judged=judged[lang],
            not_enough=Share(not_enough[lang], judged[lang]),
            flagged=flagged[lang],
            precision=_confirmed(one for one in of_flags if one.lang == lang),
        )
        for lang in languages
    ]


def _lane_lines(waiting: Sequence[Waiting], decided: Sequence[Decided], now: datetime) -> list[LaneLine]:
    by_lane: dict[str, list[Decided]] = defaultdict(list)
    for one in decided:
        by_lane[one.lane].append(one)
    return [
        LaneLine(
            lane=line.lane,
            waiting=line.items,
            oldest_hours=_hours(now - line.oldest_at) if line.oldest_at else None,
            confirmed=_confirmed(by_lane[line.lane]),
            median_wait_hours=median(_hours(one.waited) for one in by_lane[line.lane]) if by_lane[line.lane] else None,
        )
        for line in waiting
    ]


def _person_lines(people: dict[str, Counter[str]]) -> list[PersonLine]:
    lines = [
        PersonLine(person, tuple(counts[outcome] for outcome in (*OUTCOMES, "undone")), counts.total())
        for person, counts in people.items()
    ]
    return sorted(lines, key=lambda line: (-line.total, line.pseudonym))


def _confirmed(decided: Iterable[Decided]) -> Share:
    outcomes = Counter(one.outcome for one in decided)
    return Share(outcomes["confirmed"], outcomes.total())


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
