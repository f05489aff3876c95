"""Judges: taught on what is seen, asked about what is held, whatever is inside."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.training.fit import Design, HeadSettings  # noqa: E402
from classifier.training.judges import held_scores, linear_judge  # noqa: E402
from classifier.training.splits import leave_one_out  # noqa: E402

NAMES = ["a", "b", "c", "a", "b", "c", "a", "b"]


def test_scores_come_back_to_the_rows_that_were_held() -> None:
    folds = leave_one_out(NAMES, np.arange(8))[:2]
    held, scores = held_scores(lambda seen, held: np.flatnonzero(held)[:, None].astype(float), folds)
    assert held.tolist() == [name != "c" for name in NAMES]
    assert scores[:, 0].tolist() == np.flatnonzero(held).tolist()


def test_progress_ends_at_one() -> None:
    told: list[float] = []
    held_scores(lambda seen, held: np.zeros((held.sum(), 1)), leave_one_out(NAMES, np.arange(8)), told.append)
    assert told == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_linear_heads_are_taught_on_what_is_seen_alone() -> None:
    chance = np.random.default_rng(0)
    truth = chance.random((60, 2)) < 0.5
    matrix = csr_matrix(truth + 0.1 * chance.normal(size=(60, 2)))
    design = Design(matrix, HeadSettings(), 2)
    held = np.arange(60) < 20
    before = linear_judge(design, truth, np.ones(60))(~held, held)
    turned = truth.copy()
    turned[held] = ~turned[held]
    assert (linear_judge(design, turned, np.ones(60))(~held, held) == before).all()
    assert ((before > 0.0) == truth[held]).all()
