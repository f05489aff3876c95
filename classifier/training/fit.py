"""Fits the linear heads: logistic regression over both blocks, one head a column.

Scores for calibration and for honest figures come from heads that never saw the hand that wrote the post.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from classifier.features import FeatureRows

Tensors = dict[str, NDArray[Any]]
# Every fold is one fit a head, and one tuning of the encoder.
MOST_FOLDS = 4


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """Strength of each block (0 leaves it out) and the inverse penalty of the regression."""

    concepts: float = 0.3
    ngrams: float = 1.0
    inverse_penalty: float = 30.0


@dataclass(frozen=True, slots=True)
class Design:
    """Both blocks side by side, scaled: `matrix` (rows, concepts + buckets), and how to fold the scale back."""

    matrix: csr_matrix
    settings: HeadSettings
    concepts: int

    @classmethod
    def build(cls, rows: FeatureRows, settings: HeadSettings) -> "Design":
        """The design of these rows."""
        shape = (len(rows), 1 << rows.ngrams.bits)
        ngrams = csr_matrix(
            (rows.ngrams.values * settings.ngrams, rows.ngrams.buckets, rows.ngrams.starts), shape=shape
        )
        matrix = csr_matrix(hstack([csr_matrix(rows.concepts * settings.concepts), ngrams]))
        return cls(matrix, settings, rows.concepts.shape[1])

    def tensors(self, coefficients: NDArray[np.float64], intercepts: NDArray[np.float64]) -> Tensors:
        """The heads' tensors of a release, for features as they come: every scale is folded into them."""
        return {
            "concepts": (coefficients[: self.concepts] * self.settings.concepts).astype(np.float32),
            "ngrams": (coefficients[self.concepts :] * self.settings.ngrams).astype(np.float16),
            "intercept": intercepts.astype(np.float32),
        }


def fit_head(
    matrix: csr_matrix, truth: NDArray[np.bool_], weights: NDArray[np.float64], inverse_penalty: float
) -> tuple[NDArray[np.float64], float]:
    """Coefficients and intercept of one head. A head that saw one class only never fires."""
    if truth.all() or not truth.any():
        return np.zeros(matrix.shape[1]), -10.0
    # A large intercept_scaling keeps the intercept all but out of the penalty.
    model = LogisticRegression(C=inverse_penalty, solver="liblinear", intercept_scaling=10.0, tol=1e-3, random_state=0)
    model.fit(matrix, truth, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def fit_heads(design: Design, truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> Tensors:
    """The release's tensors of the heads, fitted on every row."""
    penalty = design.settings.inverse_penalty
    fitted = [fit_head(design.matrix, truth[:, head], weights, penalty) for head in range(truth.shape[1])]
    coefficients = np.stack([column for column, _ in fitted], axis=1)
    return design.tensors(coefficients, np.array([intercept for _, intercept in fitted]))


def merged_folds(folds: Sequence[str], *, most: int = MOST_FOLDS) -> list[str]:
    """The fold of each row where there may be no more than `most`: whole folds together, of about equal size."""
    sizes = Counter(folds)
    names = [str(number) for number in range(min(most, len(sizes)))]
    filled = dict.fromkeys(names, 0)
    merged = {}
    for fold, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        merged[fold] = min(names, key=lambda name: filled[name])
        filled[merged[fold]] += size
    return [merged[fold] for fold in folds]
