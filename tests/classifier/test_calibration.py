"""Probabilities keep the order of scores; the joint risk listens to the labels it sums up, and to no other."""

import numpy as np
import pytest
from pydantic import ValidationError

from classifier.calibration import UNCHANGED, Calibration, expected_calibration_error, joint_scores
from classifier.labels import DISTRESS, HEADS, RISK

CALIBRATION = dict.fromkeys(HEADS, UNCHANGED)


def test_probabilities_keep_the_order_and_the_bounds() -> None:
    probabilities = Calibration(slope=2.0, intercept=-1.0).probabilities(np.array([-1e9, -1.0, 0.5, 3.0, 1e9]))
    assert (np.diff(probabilities) > 0).all()
    assert probabilities[0] >= 0.0
    assert probabilities[-1] <= 1.0


def test_a_slope_that_would_turn_the_order_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        Calibration(slope=-1.0, intercept=0.0)


def test_a_certain_label_lifts_the_risk() -> None:
    scores = np.full((2, len(HEADS)), -4.0)
    scores[1, HEADS.index("organ_trade")] = 6.0
    joint = joint_scores(scores, CALIBRATION, labels_share=0.4)
    assert joint[1, HEADS.index(RISK)] > joint[0, HEADS.index(RISK)] + 2


def test_distress_never_adds_to_the_risk() -> None:
    scores = np.full((2, len(HEADS)), -4.0)
    scores[1, HEADS.index(DISTRESS)] = 6.0
    joint = joint_scores(scores, CALIBRATION, labels_share=0.4)
    assert joint[0, HEADS.index(RISK)] == joint[1, HEADS.index(RISK)]


def test_calibration_error_is_the_gap_between_probability_and_frequency() -> None:
    truth = np.arange(1000) % 10 == 0
    assert expected_calibration_error(np.full(1000, 0.1), truth) == pytest.approx(0.0, abs=0.02)
    assert expected_calibration_error(np.full(1000, 0.6), truth) == pytest.approx(0.5, abs=0.02)
