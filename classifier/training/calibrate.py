"""From out-of-fold scores to probabilities and thresholds: a pair of figures a head and group of languages, and one
threshold a head.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.calibration import EVERY, Calibration, group_of, joint_scores
from classifier.labels import HEADS, LABELS, RISK

# Fewer than this many posts of a label say nothing about its probabilities.
_FEWEST = 5
_NEVER = Calibration(slope=1.0, intercept=-5.0)
# A group of languages with fewer posts of either class is calibrated with all others.
_FEWEST_OF_A_GROUP = 40


def fit_platt(scores: NDArray[np.float64], truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> Calibration:
    """Platt's sigmoid over scores that no fitted head has seen. Without enough of both classes: a constant doubt."""
    if min(truth.sum(), (~truth).sum()) < _FEWEST:
        return _NEVER
    model = LogisticRegression(C=100.0, solver="lbfgs")
    model.fit(scores[:, None], truth, sample_weight=weights)
    slope = float(model.coef_[0, 0])
    return Calibration(slope=slope, intercept=float(model.intercept_[0])) if slope > 0 else _NEVER


def fit_calibrations(
    scores: NDArray[np.float64],
    truth: NDArray[np.bool_],
    weights: NDArray[np.float64],
    langs: Sequence[str],
    *,
    labels_share: float,
) -> dict[str, dict[str, Calibration]]:
    """Head to calibration, for each group of languages and for all; scores, truth (rows, heads) side by side.

    The labels come first, for the risk listens to them (`joint_scores`).
    """
    groups = np.array([group_of(lang) for lang in langs])
    found = {EVERY: _fit_heads(scores, truth, weights, {}, labels_share=labels_share)}
    for group in sorted(set(groups.tolist()) - {EVERY}):
        rows = groups == group
        found[group] = _fit_heads(scores[rows], truth[rows], weights[rows], found[EVERY], labels_share=labels_share)
    return found


def _fit_heads(
    scores: NDArray[np.float64],
    truth: NDArray[np.bool_],
    weights: NDArray[np.float64],
    otherwise: dict[str, Calibration],
    *,
    labels_share: float,
) -> dict[str, Calibration]:
    def fitted(head: str, column: NDArray[np.float64]) -> Calibration:
        right = truth[:, HEADS.index(head)]
        if head in otherwise and min(right.sum(), (~right).sum()) < _FEWEST_OF_A_GROUP:
            return otherwise[head]
        pair = fit_platt(column, right, weights)
        return otherwise.get(head, pair) if pair == _NEVER else pair

    found = {label: fitted(label, scores[:, HEADS.index(label)]) for label in LABELS}
    joint = joint_scores(scores, found, labels_share=labels_share)
    return found | {RISK: fitted(RISK, joint[:, HEADS.index(RISK)])}


def threshold_for(
    probabilities: NDArray[np.float64], weights: NDArray[np.float64], *, false_alarms_per_1000: float
) -> float:
    """The lowest probability that at most so many in 1,000 of these innocent posts reach, by weight."""
    order = np.argsort(-probabilities, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    allowed = int(np.searchsorted(reached, false_alarms_per_1000 / 1000.0, side="right"))
    if allowed >= len(order):
        return 0.0
    # Just above the first post that must stay unflagged.
    return float(np.nextafter(probabilities[order[allowed]], 2.0))
