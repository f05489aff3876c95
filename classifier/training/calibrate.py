"""From out-of-fold scores to probabilities and thresholds, one pair of figures and one threshold a head."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.calibration import Calibration

# Fewer than this many posts of a label say nothing about its probabilities.
_FEWEST = 5
_NEVER = Calibration(slope=1.0, intercept=-5.0)


def fit_platt(scores: NDArray[np.float64], truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> Calibration:
    """Platt's sigmoid over scores that no fitted head has seen. Without enough of both classes: a constant doubt."""
    if min(truth.sum(), (~truth).sum()) < _FEWEST:
        return _NEVER
    model = LogisticRegression(C=100.0, solver="lbfgs")
    model.fit(scores[:, None], truth, sample_weight=weights)
    slope = float(model.coef_[0, 0])
    return Calibration(slope=slope, intercept=float(model.intercept_[0])) if slope > 0 else _NEVER


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


def recall_at_false_alarms(
    scores: NDArray[np.float64], truth: NDArray[np.bool_], innocent: NDArray[np.float64], *, rate: float
) -> float:
    """Share of the true posts above the score that `rate` of the `innocent` scores exceed."""
    limit = np.quantile(innocent, 1.0 - rate, method="higher")
    return float((scores[truth] > limit).mean())
