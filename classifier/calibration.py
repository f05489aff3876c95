"""From a head's score to a probability: Platt's sigmoid, two figures a head and group of languages.

Platt (1999), fitted on scores of models that did not see the post (`classifier.training.calibrate`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from classifier.labels import DISTRESS, HEADS, RISK
from classifier.language_groups import GROUP_OF_LANGUAGE

# Below this a probability says nothing more, and figures of one post and of a batch agree to the last digit.
DECIMALS = 4
# Stands for the languages of no group, and for a group with too few posts of a label.
EVERY = "every language"
_RISK_AT = HEADS.index(RISK)
_SUMMED_UP = [at for at, head in enumerate(HEADS) if head not in (RISK, DISTRESS)]


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
# Head to its calibration, for each group of languages and for EVERY.
Calibrations = Mapping[str, Mapping[str, Calibration]]


def group_of(lang: str) -> str:
    """The group of languages that a language is calibrated with."""
    return GROUP_OF_LANGUAGE.get(lang, EVERY)


def rows_by_group(langs: Sequence[str], calibrations: Calibrations) -> dict[str, NDArray[np.int64]]:
    """The rows of each group that has a calibration of its own; all others are EVERY's."""
    names = np.array([group if (group := group_of(lang)) in calibrations else EVERY for lang in langs])
    return {name: np.flatnonzero(names == name) for name in sorted(set(names.tolist()))}


def calibrated_log_odds(
    scores: NDArray[np.float64], langs: Sequence[str], calibrations: Calibrations, *, labels_share: float
) -> NDArray[np.float64]:
    """Log-odds (rows, heads) of scores (rows, heads) in the language of each row."""
    found = np.zeros_like(scores)
    for group, rows in rows_by_group(langs, calibrations).items():
        heads = calibrations[group]
        joint = joint_scores(scores[rows], heads, labels_share=labels_share)
        found[rows] = np.stack([heads[head].log_odds(joint[:, at]) for at, head in enumerate(HEADS)], axis=1)
    return found


def joint_scores(
    scores: NDArray[np.float64], calibration: Mapping[str, Calibration], *, labels_share: float
) -> NDArray[np.float64]:
    """Scores (rows, heads) whose risk also listens to the labels it sums up.

    The risk head's score and the logarithm of the labels' summed odds are averaged, the latter with `labels_share`.
    One head alone lags where a rare label is certain. `calibration` must hold the labels.
    """
    odds = np.stack([calibration[HEADS[at]].log_odds(scores[:, at]) for at in _SUMMED_UP], axis=1)
    joint = scores.copy()
    joint[:, _RISK_AT] = (1.0 - labels_share) * scores[:, _RISK_AT] + labels_share * np.log(np.exp(odds).sum(axis=1))
    return joint


def probabilities(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Element by element."""
    return UNCHANGED.probabilities(log_odds)
