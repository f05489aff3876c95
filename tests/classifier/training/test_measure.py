"""Figures of a run: honest folds, thresholds within their alarm budget, the joint risk calibrated after its labels."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.labels import HEADS, LABELS, RISK  # noqa: E402
from classifier.training.examples import BENIGN, CORPUS, Example, targets  # noqa: E402
from classifier.training.measure import HARD_ALARMS, ORDINARY_ALARMS, Measured, calibrated, report  # noqa: E402


def make_run(count: int = 2000) -> Measured:
    """Scores that know the truth but for noise; a quarter of the rows are ordinary posts."""
    chance = np.random.default_rng(5)
    examples = []
    for number in range(count):
        origin = BENIGN if number % 4 == 0 else CORPUS
        label = LABELS[number % len(LABELS)] if origin == CORPUS and number % 2 else None
        labels = frozenset({label}) if label else frozenset()
        risky = bool(labels - {"victim_distress"})
        examples.append(Example("", "en" if number % 3 else "vi", labels, risky, f"hand{number % 3}", origin, 1.0))
    truth = targets(examples)
    return Measured(examples, truth, np.ones(count), 4.0 * truth - 2.0 + chance.normal(size=truth.shape))


def test_thresholds_keep_to_the_alarm_budget() -> None:
    joint, calibration, thresholds = calibrated(make_run(), labels_share=0.4)
    for at, head in enumerate(HEADS):
        flagged = calibration[head].probabilities(joint.scores[:, at]) >= thresholds[head]
        assert 1000 * flagged[joint.innocent(BENIGN)].mean() <= ORDINARY_ALARMS
        assert 1000 * flagged[joint.innocent(CORPUS)].mean() <= HARD_ALARMS


def test_the_risk_is_calibrated_as_it_ships() -> None:
    joint, calibration, thresholds = calibrated(make_run(), labels_share=0.4)
    assert report(joint, calibration, thresholds)["expected_calibration_error"] < 0.06


def test_labels_that_know_more_than_the_risk_head_help_it() -> None:
    run = make_run()
    run.scores[:, HEADS.index(RISK)] = 0.0
    alone, *rest = calibrated(run, labels_share=0.0)
    helped, *more = calibrated(run, labels_share=0.5)
    before, after = report(alone, *rest)["risk"], report(helped, *more)["risk"]
    assert after["average_precision"] > before["average_precision"] + 0.1


def test_the_report_tells_languages_hands_and_labels_apart() -> None:
    found = report(*calibrated(make_run(), labels_share=0.4))
    assert set(found["by_language"]) == {"en", "vi"}
    assert set(found["by_hand"]) == {"hand0", "hand1", "hand2"}
    assert set(found["by_label"]) == set(LABELS)
    assert found["risk"]["posts"] == 1500
    assert 0.8 < found["macro_f1"] <= 1.0
