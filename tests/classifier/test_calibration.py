"""Probabilities keep the order of scores and go by group of languages; the joint risk listens to its labels."""

import numpy as np
import pytest
from pydantic import ValidationError

from classifier.calibration import EVERY, UNCHANGED, Calibration, calibrated_log_odds, group_of, joint_scores
from classifier.labels import DISTRESS, HEADS, RISK
from classifier.language import LANGUAGES

CALIBRATION = dict.fromkeys(HEADS, UNCHANGED)
DOUBTFUL = dict.fromkeys(HEADS, Calibration(slope=1.0, intercept=-3.0))


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


def test_each_language_belongs_to_one_group() -> None:
    assert EVERY not in {group_of(lang) for lang in LANGUAGES}
    assert group_of("und") == EVERY


def test_a_group_is_calibrated_by_itself_and_others_with_all() -> None:
    calibrations = {EVERY: CALIBRATION, group_of("my"): DOUBTFUL}
    langs = ["my", "en", "und", "th"]
    found = calibrated_log_odds(np.zeros((4, len(HEADS))), langs, calibrations, labels_share=0.0)
    assert found[:, HEADS.index(RISK)].tolist() == [-3.0, 0.0, 0.0, -3.0]
