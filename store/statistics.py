"""What figures say and how far they can be trusted: intervals of a share, and whether a distribution has moved.

Pure arithmetic on counts; nothing is read here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

RISK_BINS = 10
# 95 % point of the chi-square distribution with RISK_BINS - 1 = 9 degrees of freedom.
_CHI_SQUARE_95 = 16.919
_MOVED_FROM = 0.1
_MOVED_MUCH_FROM = 0.25
_Z_95 = 1.959964
# No figure of people or of drift stands on fewer posts.
FEWEST = 50


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n` with the 95 % Wilson score interval (Wilson 1927); `value` is None without any."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end; 0 to 1 when nothing was counted."""
        if not self.n:
            return 0.0, 1.0
        share, spread = self.hits / self.n, _Z_95**2 / self.n
        middle = (share + spread / 2) / (1 + spread)
        half = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


WORDS = ("too few", "steady", "moved", "moved much")


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a distribution of risk is from the baseline's.

    `index` is the population stability index; `noise` is what chance alone stays under in 19 of 20 weeks: it falls
    with the counts (Yurdakul and Naranjo 2020, "Statistical properties of the population stability index").
    """

    baseline_n: int
    n: int
    index: float
    noise: float

    @property
    def word(self) -> str:
        """One of WORDS."""
        if min(self.baseline_n, self.n) < FEWEST:
            return "too few"
        if self.index < max(_MOVED_FROM, self.noise):
            return "steady"
        return "moved much" if self.index >= _MOVED_MUCH_FROM else "moved"


def drift(baseline: Sequence[int], counts: Sequence[int]) -> Drift:
    """Compare two histograms over the RISK_BINS; half a post is added to each bin, for an empty one is no proof."""
    n, m = sum(baseline), sum(counts)
    if not n or not m:
        return Drift(n, m, 0.0, math.inf)
    expected = [(count + 0.5) / (n + 0.5 * len(baseline)) for count in baseline]
    found = [(count + 0.5) / (m + 0.5 * len(counts)) for count in counts]
    index = sum((b - a) * math.log(b / a) for a, b in zip(expected, found, strict=True))
    return Drift(n, m, index, _CHI_SQUARE_95 * (1 / n + 1 / m))
