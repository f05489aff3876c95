"""Sigmoids and thresholds from held-out scores."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.training.calibrate import fit_platt, threshold_for  # noqa: E402


def noisy_scores(count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(1)
    scores = chance.normal(size=count)
    return scores, chance.random(count) < 1 / (1 + np.exp(-(3 * scores - 1)))


def test_the_sigmoid_that_made_the_truth_is_found() -> None:
    scores, truth = noisy_scores()
    found = fit_platt(scores, truth, np.ones(len(scores)))
    assert found.slope == pytest.approx(3.0, abs=0.3)
    assert found.intercept == pytest.approx(-1.0, abs=0.2)


@pytest.mark.parametrize("positives", [0, 3])
def test_too_few_posts_say_nothing(positives: int) -> None:
    truth = np.arange(100) < positives
    found = fit_platt(np.arange(100.0), truth, np.ones(100))
    assert found.probabilities(np.array([0.0]))[0] < 0.01


def test_scores_that_point_the_wrong_way_are_not_turned_round() -> None:
    scores, truth = noisy_scores()
    assert fit_platt(-scores, truth, np.ones(len(scores))).slope == 1.0


@pytest.mark.parametrize("alarms", [0.0, 1.0, 50.0, 999.0])
def test_no_more_innocent_posts_reach_the_threshold_than_allowed(alarms: float) -> None:
    probabilities = np.random.default_rng(2).random(2000)
    threshold = threshold_for(probabilities, np.ones(2000), false_alarms_per_1000=alarms)
    reached = 1000 * (probabilities >= threshold).mean()
    assert alarms - 1.0 < reached <= alarms


def test_a_tie_stays_below_the_threshold() -> None:
    threshold = threshold_for(np.full(100, 0.3), np.ones(100), false_alarms_per_1000=20.0)
    assert threshold > 0.3
