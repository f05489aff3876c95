"""Probabilities as reviewers see them: High, Medium or Low. A number would be read as more than it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

HIGH_FROM = 0.8
MEDIUM_FROM = 0.5
NOT_SCORED = "not scored"
NOT_ENOUGH = "not enough text"
# A reason's weight in log-odds: strong makes the odds five times what they were, moderate twice.
STRONG_FROM, MODERATE_FROM = 1.6, 0.69


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label of a verdict; `flagged` is whether it reached the release's own threshold."""

    label: str
    band: str
    flagged: bool


def band(probability: float, *, flagged: bool = False) -> str:
    """The word for a calibrated probability; what is flagged is never called Low, whatever its threshold."""
    if probability >= HIGH_FROM:
        return "High"
    return "Medium" if flagged or probability >= MEDIUM_FROM else "Low"


def weight_band(weight: float) -> str:
    """The word for what a reason adds to the log-odds of risk, whichever way."""
    if abs(weight) >= STRONG_FROM:
        return "strong"
    return "moderate" if abs(weight) >= MODERATE_FROM else "slight"


def label_lines(labels: Mapping[str, float], flagged: Collection[str]) -> tuple[LabelLine, ...]:
    """Every label, the flagged ones first, then by probability."""
    order = sorted(labels, key=lambda label: (label not in flagged, -labels[label]))
    return tuple(LabelLine(label, band(labels[label], flagged=label in flagged), label in flagged) for label in order)
