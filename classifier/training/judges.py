"""What is refitted for a split, behind one narrow call: a judge is taught on some rows and scores others.

A split does not care what is inside; the linear heads are the judge that is here.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from classifier.training.fit import Design, fit_head
from classifier.training.splits import Fold, Mask

# Rows to be taught on and rows to be scored, to scores (scored rows, heads).
Judge = Callable[[Mask, Mask], NDArray[np.float64]]

# Each holds a copy of the matrix.
_MOST_THREADS = 2


def linear_judge(design: Design, truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> Judge:
    """Linear heads over the design, one for each column of `truth`."""

    def judge(seen: Mask, held: Mask) -> NDArray[np.float64]:
        taught, scored = design.matrix[seen], design.matrix[held]
        penalty = design.settings.inverse_penalty
        fitted = [fit_head(taught, truth[seen, head], weights[seen], penalty) for head in range(truth.shape[1])]
        return np.stack([scored @ coefficients + intercept for coefficients, intercept in fitted], axis=1)

    return judge


def held_scores(
    judge: Judge,
    folds: Sequence[Fold],
    on_progress: Callable[[float], None] = lambda done: None,  # noqa: ARG005
) -> tuple[Mask, NDArray[np.float64]]:
    """Which rows some fold holds, and the scores of exactly those, in order (held rows, heads)."""

    def scores_of(fold: Fold) -> NDArray[np.float64]:
        return judge(fold.seen, fold.held)

    found: list[NDArray[np.float64]] = []
    # liblinear lets go of the interpreter's lock.
    with ThreadPoolExecutor(max_workers=min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        for done, scores in enumerate(pool.map(scores_of, folds), 1):
            found.append(scores)
            on_progress(done / len(folds))
    every = np.zeros((len(folds[0].held), found[0].shape[1]))
    for fold, scores in zip(folds, found, strict=True):
        every[fold.held] = scores
    held = np.any([fold.held for fold in folds], axis=0)
    return held, every[held]
