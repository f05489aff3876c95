"""Scores that a training run may be judged by: every post is scored by heads that never saw the hand that wrote it.

Real benign posts are scored by heads that never saw their group. Nothing here fits anything that ships, except that
calibration and thresholds are chosen on these scores. What they amount to: `classifier.training.report`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import DECIMALS, Calibration, joint_scores
from classifier.features import FeatureRows
from classifier.labels import HEADS, LABELS, RISK
from classifier.training.calibrate import fit_platt, threshold_for
from classifier.training.examples import BENIGN, CORPUS, DISGUISED, Example, targets
from classifier.training.fit import Design, HeadSettings, out_of_fold_scores

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

    def groups(self) -> NDArray[np.int64]:
        """A number for each group; a row that names none is alone."""
        names = [example.group or f"\0{row}" for row, example in enumerate(self.examples)]
        return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)

    def part(self, rows: NDArray[np.bool_]) -> "Measured":
        """These rows alone."""
        chosen = [example for example, kept in zip(self.examples, rows, strict=True) if kept]
        return Measured(chosen, self.truth[rows], self.weights[rows], self.scores[rows])


def measured(
    examples: Sequence[Example], rows: FeatureRows, settings: HeadSettings, on_progress: Callable[[float], None]
) -> Measured:
    """Out-of-fold scores of all heads."""
    truth = targets(examples)
    weights = np.array([example.weight for example in examples])
    folds = [example.fold for example in examples]
    scores = out_of_fold_scores(Design.build(rows, settings), truth, weights, folds, on_progress)
    return Measured(examples, truth, weights, scores)


def calibrated(run: Measured, *, labels_share: float) -> tuple[Measured, dict[str, Calibration], dict[str, float]]:
    """Calibration and threshold of every head, from posts as they stand (disguised copies left out).

    The labels come first, for the risk that is returned listens to them (`joint_scores`).
    """
    calibration = {label: _platt(run, HEADS.index(label)) for label in LABELS}
    joint = replace(run, scores=joint_scores(run.scores, calibration, labels_share=labels_share))
    calibration[RISK] = _platt(joint, RISK_AT)
    thresholds = {head: _threshold(joint, at, calibration[head]) for at, head in enumerate(HEADS)}
    return joint, calibration, thresholds


def _platt(run: Measured, at: int) -> Calibration:
    shown = ~run.of(DISGUISED)
    return fit_platt(run.scores[shown, at], run.truth[shown, at], run.weights[shown])


def _threshold(run: Measured, at: int, calibration: Calibration) -> float:
    """The stricter of what ordinary and what hard benign posts ask for, in figures as verdicts round them."""
    limits = [0.01]
    for origin, alarms in ((BENIGN, ORDINARY_ALARMS), (CORPUS, HARD_ALARMS)):
        innocent = run.innocent(origin)
        if innocent.any():
            probabilities = np.round(calibration.probabilities(run.scores[innocent, at]), DECIMALS)
            limits.append(threshold_for(probabilities, run.weights[innocent], false_alarms_per_1000=alarms))
    return round(max(limits) + 10.0**-DECIMALS, DECIMALS)
