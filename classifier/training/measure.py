"""Scores that a training run may be judged by: every post by judges that saw no label of the hand that wrote it.

Real benign posts are scored by judges that never saw their group. Nothing here fits anything that ships, except that
calibration and thresholds are chosen on these scores. What they amount to: `classifier.training.report`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import DECIMALS, Calibration, calibrated_log_odds, probabilities
from classifier.labels import HEADS, RISK
from classifier.training.calibrate import fit_calibrations, threshold_for
from classifier.training.examples import BENIGN, CORPUS, DISGUISED, Example, group_names

# A label is flagged for at most so many of 1,000 ordinary posts, and of 1,000 posts written to be hard.
ORDINARY_ALARMS = 2.0
HARD_ALARMS = 30.0
RISK_AT = HEADS.index(RISK)


@dataclass(frozen=True, slots=True)
class Measured:
    """Examples, truth and scores side by side, all (examples, heads); the risk head may stand alone."""

    examples: Sequence[Example]
    truth: NDArray[np.bool_]
    weights: NDArray[np.float64]
    scores: NDArray[np.float64]

    def of(self, origin: str) -> NDArray[np.bool_]:
        """Which rows come from the corpus, from disguised copies, or from real benign posts."""
        return np.array([example.origin == origin for example in self.examples], dtype=bool)

    def innocent(self, origin: str) -> NDArray[np.bool_]:
        """Rows of that origin without any label."""
        return np.array([example.origin == origin and not example.labels for example in self.examples], dtype=bool)

    def langs(self) -> list[str]:
        """The language of each row."""
        return [example.lang for example in self.examples]

    def groups(self) -> NDArray[np.int64]:
        """A number for each group; a row that names none is alone."""
        return np.asarray(np.unique(group_names(self.examples), return_inverse=True)[1], dtype=np.int64)

    def part(self, rows: NDArray[np.bool_]) -> "Measured":
        """These rows alone."""
        chosen = [example for example, kept in zip(self.examples, rows, strict=True) if kept]
        return Measured(chosen, self.truth[rows], self.weights[rows], self.scores[rows])


def calibrated(
    run: Measured, *, labels_share: float
) -> tuple[Measured, dict[str, dict[str, Calibration]], dict[str, float]]:
    """The run in calibrated log-odds, its calibrations, and the threshold of every head.

    All of it from posts as they stand (disguised copies left out).
    """
    shown = run.part(~run.of(DISGUISED))
    calibrations = fit_calibrations(shown.scores, shown.truth, shown.weights, shown.langs(), labels_share=labels_share)
    log_odds = calibrated_log_odds(run.scores, run.langs(), calibrations, labels_share=labels_share)
    told = replace(run, scores=log_odds)
    return told, calibrations, {head: _threshold(told, at) for at, head in enumerate(HEADS)}


def _threshold(run: Measured, at: int) -> float:
    """The stricter of what ordinary and what hard benign posts ask for, in figures as verdicts round them."""
    limits = [0.01]
    for origin, alarms in ((BENIGN, ORDINARY_ALARMS), (CORPUS, HARD_ALARMS)):
        innocent = run.innocent(origin)
        if innocent.any():
            figures = np.round(probabilities(run.scores[innocent, at]), DECIMALS)
            limits.append(threshold_for(figures, run.weights[innocent], false_alarms_per_1000=alarms))
    return round(max(limits) + 10.0**-DECIMALS, DECIMALS)
