"""Whether a release judges each language as it did at first: weeks of risks beside those of its first weeks here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from review_ui.charts import line_points
from store import figures
from store.figures import Period, RiskCount
from store.statistics import FEWEST, RISK_BINS, Drift, Share, drift

# The upper edge of the small chart, in units of the index: from a quarter on, everybody calls it moved much.
INDEX_TOP = 0.5
_MEDIUM_FROM_BIN = 5


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week, named by its Monday: how far it is from the baseline, and the share of posts at Medium or High."""

    monday: date
    drift: Drift
    raised: Share


@dataclass(frozen=True, slots=True)
class DriftLine:
    """A language with its weeks, the oldest first; `points` is the line of the weeks that hold enough posts."""

    lang: str
    baseline_n: int
    weeks: tuple[WeekLine, ...]
    points: str

    @property
    def latest(self) -> Drift:
        """The last week that holds enough posts, or else the last."""
        enough = [week.drift for week in self.weeks if week.drift.n >= FEWEST]
        return (enough or [week.drift for week in self.weeks])[-1]


def drift_lines(session: Session, release: str, period: Period) -> list[DriftLine]:
    """Every language of which weeks of the period lie behind the release's baseline, the furthest moved first."""
    baseline = figures.baseline_of(session, release)
    if baseline is None or baseline.until >= period.until:
        return []
    later = Period(max(period.since, baseline.until), period.until)
    first = {lang: _histogram(found) for lang, found in _by_language(figures.risk_counts(session, release, baseline))}
    lines = [
        _line(lang, first.get(lang, [0] * RISK_BINS), found)
        for lang, found in _by_language(figures.risk_counts(session, release, later))
    ]
    return sorted(lines, key=lambda line: (line.latest.word in {"steady", "too few"}, -line.latest.index))


def _line(lang: str, first: Sequence[int], later: Sequence[RiskCount]) -> DriftLine:
    by_week: dict[date, list[RiskCount]] = defaultdict(list)
    for found in later:
        by_week[found.day - timedelta(days=found.day.weekday())].append(found)
    weeks = tuple(_week(monday, first, _histogram(by_week[monday])) for monday in sorted(by_week))
    indexes = [week.drift.index for week in weeks if week.drift.n >= FEWEST]
    return DriftLine(lang, sum(first), weeks, line_points(indexes, INDEX_TOP))


def _week(monday: date, first: Sequence[int], counts: Sequence[int]) -> WeekLine:
    return WeekLine(monday, drift(first, counts), Share(sum(counts[_MEDIUM_FROM_BIN:]), sum(counts)))


def _by_language(found: Iterable[RiskCount]) -> list[tuple[str, list[RiskCount]]]:
    by_language: dict[str, list[RiskCount]] = defaultdict(list)
    for one in found:
        by_language[one.lang].append(one)
    return sorted(by_language.items())


def _histogram(found: Iterable[RiskCount]) -> list[int]:
    """Posts in each of the RISK_BINS."""
    counts = [0] * RISK_BINS
    for one in found:
        counts[one.risk_bin] += one.posts
    return counts
