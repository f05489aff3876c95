"""Figures of scores against the truth, each with a 95 % interval from a bootstrap over groups.

Groups are drawn, not rows: versions of one text say little more than one of them. All draws are reckoned at once, the
draws of one set of groups are always the same, and row 0 of every array is the sample as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int32]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64]

BASE_RATE = 0.01
_DRAWS = 500
_SEED = 20_261_101
_BINS = 10
# Nothing seen in n trials: the true rate is below 3 / n with 95 % (Hanley and Lippman-Hand 1983).
NOTHING_SEEN = 3.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Values) -> "Figure":
        """From the sample's own value, which comes first, and those of the draws."""
        drawn = values[1:][~np.isnan(values[1:])]
        low, high = np.quantile(drawn, (0.025, 0.975)) if len(drawn) else (values[0], values[0])
        return cls(float(values[0]), min(float(low), float(values[0])), max(float(high), float(values[0])))

    def as_json(self) -> dict[str, float]:
        """Rounded: further digits would be noise."""
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def drawn_counts(groups: NDArray[np.int64]) -> Counts:
    """How often each row counts (1 + draws, rows): once in the sample itself, then as often as its group is drawn."""
    codes = np.unique(groups, return_inverse=True)[1]
    size = int(codes.max()) + 1
    draws = np.random.default_rng(_SEED).integers(0, size, (_DRAWS, size))
    places = draws + size * np.arange(_DRAWS)[:, None]
    counts = np.bincount(places.ravel(), minlength=_DRAWS * size).reshape(_DRAWS, size)
    return np.vstack([np.ones(len(codes)), counts[:, codes]]).astype(np.int32)


class Ranking:
    """True and innocent rows in the order of their scores; rows of equal score pass a limit together."""

    def __init__(self, truth: Mask, scores: Values, groups: NDArray[np.int64]) -> None:
        order = np.argsort(-scores, kind="stable")
        # The last row of each run of equal scores.
        self._ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0.0, True))
        self._truth = truth[order]
        self._counts = drawn_counts(groups)[:, order]

    @cached_property
    def _recall(self) -> Values:
        return self._passed(self._truth)

    @cached_property
    def _alarms(self) -> Values:
        return self._passed(~self._truth)

    def average_precision(self) -> Values:
        """Mean precision over the true rows (1 + draws,)."""
        return self._where_both(lambda: (self._precision() * np.diff(self._recall, axis=1, prepend=0.0)).sum(axis=1))

    def auc(self) -> Values:
        """Share of pairs of a true and an innocent row that are in the right order, ties half."""
        return self._where_both(lambda: _area(_from_zero(self._recall), _from_zero(self._alarms)))

    def recall_at(self, rate: float) -> Values:
        """Share of the true rows above the lowest limit that at most `rate` of the innocent ones pass."""
        passed = (self._alarms <= rate).sum(axis=1)
        return self._where_both(lambda: np.take_along_axis(_from_zero(self._recall), passed[:, None], axis=1)[:, 0])

    def alarms_at(self, recall: float) -> Values:
        """Share of the innocent rows above the highest limit that `recall` of the true ones pass."""
        first = np.minimum((self._recall < recall).sum(axis=1), self._recall.shape[1] - 1)
        return self._where_both(lambda: np.take_along_axis(self._alarms, first[:, None], axis=1)[:, 0])

    def best_f1(self) -> Values:
        """F1 at the limit where it is best."""
        trues = self._counts @ self._truth.astype(np.int32)
        passed = self._passed_counts(np.ones(len(self._truth), dtype=bool))
        hits = self._recall * trues[:, None]
        return self._where_both(lambda: (2.0 * hits / (passed + trues[:, None])).max(axis=1))

    def _precision(self) -> Values:
        hits = self._passed_counts(self._truth)
        precision: Values = hits / np.maximum(hits + self._passed_counts(~self._truth), 1)
        return precision

    def _passed_counts(self, rows: Mask) -> Counts:
        counts: Counts = np.cumsum(self._counts * rows, axis=1, dtype=np.int32)[:, self._ends]
        return counts

    def _passed(self, rows: Mask) -> Values:
        counts = self._passed_counts(rows)
        shares: Values = counts / np.maximum(counts[:, -1:], 1)
        return shares

    def _where_both(self, figure: Callable[[], Values]) -> Values:
        """No number in draws that hold one class only."""
        both = (self._recall[:, -1] > 0.0) & (self._alarms[:, -1] > 0.0)
        values: Values = np.where(both, figure(), np.nan)
        return values


def ratio(top: NDArray[Any], bottom: NDArray[Any], groups: NDArray[np.int64]) -> Figure:
    """Sum of `top` over sum of `bottom`, a number a row each; 0 where the bottom is empty."""
    counts = drawn_counts(groups)
    return Figure.of((counts @ top.astype(np.int32)) / np.maximum(counts @ bottom.astype(np.int32), 1))


def share(hits: Mask, among: Mask, groups: NDArray[np.int64]) -> Figure:
    """Share of the rows `among` that are hits; with none or all, the interval reaches as far as so few rows allow."""
    if not among.any():
        return Figure(0.0, 0.0, 1.0)
    hits, groups = hits[among], groups[among]
    found = ratio(hits, np.ones(len(hits)), groups)
    slack = min(1.0, NOTHING_SEEN / len(np.unique(groups)))
    low = min(found.low, 1.0 - slack) if hits.all() else found.low
    high = found.high if hits.any() else max(found.high, slack)
    return Figure(found.value, low, high)


def precision_at_base_rate(recall: Figure, alarms: Figure, *, base_rate: float = BASE_RATE) -> Figure:
    """Share of true posts among the flagged where `base_rate` of all are true; the ends of both intervals together."""
    return Figure(
        _precision(recall.value, alarms.value, base_rate),
        _precision(recall.low, alarms.high, base_rate),
        _precision(recall.high, alarms.low, base_rate),
    )


def calibration_error(probabilities: Values, truth: Mask, groups: NDArray[np.int64]) -> Figure:
    """Expected calibration error over ten equally filled bins; above 0 by chance alone, the more so the fewer rows."""
    bins = np.zeros((len(probabilities), _BINS))
    for number, part in enumerate(np.array_split(np.argsort(probabilities, kind="stable"), _BINS)):
        bins[part, number] = 1.0
    counts = drawn_counts(groups)
    gaps = np.abs((counts * (probabilities - truth)) @ bins).sum(axis=1)
    return Figure.of(gaps / np.maximum(counts.sum(axis=1), 1))


def per_1000(figure: Figure) -> Figure:
    """The same figure counted in 1,000."""
    return Figure(1000 * figure.value, 1000 * figure.low, 1000 * figure.high)


def _from_zero(shares: Values) -> Values:
    return np.hstack([np.zeros((len(shares), 1)), shares])


def _area(heights: Values, places: Values) -> Values:
    areas: Values = ((heights[:, 1:] + heights[:, :-1]) / 2.0 * np.diff(places, axis=1)).sum(axis=1)
    return areas


def _precision(recall: float, alarms: float, base_rate: float) -> float:
    flagged = base_rate * recall + (1.0 - base_rate) * alarms
    return base_rate * recall / flagged if flagged else 0.0
