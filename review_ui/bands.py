"""Probabilities as reviewers see them: High, Medium or Low. A number would be read as more than it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

HIGH_FROM = 0.8
MEDIUM_FROM = 0.5


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


def label_lines(labels: Mapping[str, float], flagged: Collection[str]) -> tuple[LabelLine, ...]:
    """Every label, the flagged ones first, then by probability."""
    order = sorted(labels, key=lambda label: (label not in flagged, -labels[label]))
    return tuple(LabelLine(label, band(labels[label], flagged=label in flagged), label in flagged) for label in order)
