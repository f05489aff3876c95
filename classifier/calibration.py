"""From a head's score to a probability: Platt's sigmoid, two figures a head.

Platt (1999), fitted on scores of models that did not see the post (`classifier.training.calibrate`).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from classifier.labels import DISTRESS, HEADS, RISK

# Below this a probability says nothing more, and figures of one post and of a batch agree to the last digit.
DECIMALS = 4


class Calibration(BaseModel):
    """probability = 1 / (1 + exp(-(slope * score + intercept))); a positive slope keeps the order of scores."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slope: float = Field(gt=0, allow_inf_nan=False)
    intercept: float = Field(allow_inf_nan=False)

    def log_odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Element by element, kept within bounds that no probability of use lies beyond."""
        return np.clip(self.slope * scores + self.intercept, -60.0, 60.0)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Element by element; scores of any size give a figure within [0, 1]."""
        return 1.0 / (1.0 + np.exp(-self.log_odds(scores)))


# For scores that are log-odds already.
UNCHANGED = Calibration(slope=1.0, intercept=0.0)


def joint_scores(
    scores: NDArray[np.float64], calibration: Mapping[str, Calibration], *, labels_share: float
) -> NDArray[np.float64]:
    """Scores (rows, heads) whose risk also listens to the labels it sums up.

    The risk head's score and the logarithm of the labels' summed odds are averaged, the latter with `labels_share`.
    One head alone lags where a rare label is certain. `calibration` must hold the labels.
    """
    adding = [at for at, head in enumerate(HEADS) if head not in (RISK, DISTRESS)]
    odds = np.stack([calibration[HEADS[at]].log_odds(scores[:, at]) for at in adding], axis=1)
    joint = scores.copy()
    risk = HEADS.index(RISK)
    joint[:, risk] = (1.0 - labels_share) * scores[:, risk] + labels_share * np.log(np.exp(odds).sum(axis=1))
    return joint


def expected_calibration_error(
    probabilities: NDArray[np.float64], truth: NDArray[np.bool_], *, bins: int = 10
) -> float:
    """Mean gap between probability and frequency over `bins` equally filled bins, weighted by their size."""
    order = np.argsort(probabilities, kind="stable")
    gaps = [
        abs(float(probabilities[part].mean() - truth[part].mean())) * len(part)
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return sum(gaps) / max(len(probabilities), 1)
