"""Figures of a run: thresholds within their alarm budget, the joint risk calibrated after its labels, what is told."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.calibration import probabilities  # noqa: E402
from classifier.labels import HEADS, LABELS, RISK  # noqa: E402
from classifier.language import LANGUAGES  # noqa: E402
from classifier.training.examples import BENIGN, CORPUS, DISGUISED, Example, targets  # noqa: E402
from classifier.training.measure import HARD_ALARMS, ORDINARY_ALARMS, Measured, calibrated  # noqa: E402
from classifier.training.report import LANGUAGE_GROUPS, report, risk_figures  # noqa: E402


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


def told(run: Measured, *, labels_share: float = 0.4) -> dict[str, Any]:
    joint, _, thresholds = calibrated(run, labels_share=labels_share)
    return report(joint, thresholds)


def test_thresholds_keep_to_the_alarm_budget() -> None:
    joint, _, thresholds = calibrated(make_run(), labels_share=0.4)
    for at, head in enumerate(HEADS):
        flagged = probabilities(joint.scores[:, at]) >= thresholds[head]
        assert 1000 * flagged[joint.innocent(BENIGN)].mean() <= ORDINARY_ALARMS
        assert 1000 * flagged[joint.innocent(CORPUS)].mean() <= HARD_ALARMS


def test_the_risk_is_calibrated_as_it_ships() -> None:
    joint, _, thresholds = calibrated(make_run(), labels_share=0.4)
    assert report(joint, thresholds)["expected_calibration_error"]["value"] < 0.06


def test_labels_that_know_more_than_the_risk_head_help_it() -> None:
    run = make_run()
    run.scores[:, HEADS.index(RISK)] = 0.0
    before, after = (told(run, labels_share=share)["risk"] for share in (0.0, 0.5))
    assert after["average_precision"]["low"] > before["average_precision"]["high"]


def test_the_report_tells_languages_hands_and_labels_apart() -> None:
    found = told(make_run())
    assert set(found["by_language"]) == {"en", "vi"}
    assert set(found["by_hand"]) == {"hand0", "hand1", "hand2"}
    assert set(found["by_label"]) == set(LABELS)
    assert found["risk"]["posts"] == 1500
    assert 0.8 < found["macro_f1"] <= 1.0


def test_every_language_is_calibrated_with_one_group() -> None:
    assert sorted(lang for group in LANGUAGE_GROUPS.values() for lang in group) == sorted(LANGUAGES)


def test_calibration_is_told_by_group_of_languages() -> None:
    found = told(make_run())["calibration_by_language_group"]
    assert {figures["posts"] for figures in found.values()} == {500, 1000}


def test_flags_are_counted_on_lures_and_on_benign_posts_apart() -> None:
    found = told(make_run())["flagged"]
    assert found["recall"]["value"] > 0.8
    assert found["per_1000_ordinary"]["value"] < found["per_1000_hard_benign"]["value"] < 300
    precision = found["precision_at_1pct_of_hard_benign"]
    assert precision["low"] < precision["value"] < found["precision_at_1pct_of_ordinary"]["value"] <= 1.0


def test_a_call_for_help_is_no_false_alarm() -> None:
    run = make_run()
    distress = run.truth[:, HEADS.index("victim_distress")]
    assert distress.any()
    assert not (run.innocent(CORPUS) & distress).any()


def test_the_risk_head_alone_is_ranked_and_disguised_posts_apart() -> None:
    run = make_run()
    examples = [
        replace(example, origin=DISGUISED) if row % 8 == 1 else example for row, example in enumerate(run.examples)
    ]
    found = risk_figures(Measured(examples, run.truth[:, :1], run.weights, run.scores[:, :1]))
    assert found["posts"] == 1250
    assert {"recall_at_1pct_of_ordinary", "recall_at_0.1pct_of_hard_benign", "average_precision_disguised"} < set(found)


def test_where_nothing_is_flagged_wrongly_precision_is_not_certain() -> None:
    run = make_run(200)
    run.scores[:, 0] = 10.0 * run.truth[:, 0]
    found = risk_figures(run)["precision_at_80pct_recall_of_hard_benign"]
    assert found["value"] == 1.0
    assert found["low"] < 0.5
