"""Figures and their intervals: right on samples small enough to reckon by hand, and groups, not rows, are drawn."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
sklearn_metrics = pytest.importorskip(
    "sklearn.metrics", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training"
)

from classifier.training.figures import (  # noqa: E402
    Figure,
    Ranking,
    calibration_error,
    drawn_counts,
    precision_at_base_rate,
    ratio,
    share,
)


def noisy(count: int = 600, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, scores with many ties, and a group for every second row."""
    chance = np.random.default_rng(seed)
    truth = chance.random(count) < 0.3
    return truth, np.round(chance.normal(size=count) + 1.5 * truth, 1), np.arange(count) // 2


def test_average_precision_and_auc_agree_with_scikit_learn_where_scores_tie() -> None:
    truth, scores, groups = noisy()
    ranking = Ranking(truth, scores, groups)
    assert ranking.average_precision()[0] == pytest.approx(sklearn_metrics.average_precision_score(truth, scores))
    assert ranking.auc()[0] == pytest.approx(sklearn_metrics.roc_auc_score(truth, scores))


def test_a_draw_is_what_scikit_learn_makes_of_its_counts() -> None:
    truth, scores, groups = noisy()
    counts = drawn_counts(groups)[7]
    expected = sklearn_metrics.average_precision_score(truth, scores, sample_weight=counts)
    assert Ranking(truth, scores, groups).average_precision()[7] == pytest.approx(expected)


def test_best_f1_is_that_of_the_best_limit() -> None:
    truth, scores, groups = noisy()
    precision, recall, _ = sklearn_metrics.precision_recall_curve(truth, scores)
    expected = (2 * precision * recall / np.maximum(precision + recall, 1e-9)).max()
    assert Ranking(truth, scores, groups).best_f1()[0] == pytest.approx(expected)


def test_recall_counts_what_at_most_the_rate_of_innocent_rows_pass() -> None:
    truth = np.array([True, False, True, False, True])
    ranking = Ranking(truth, np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.arange(5))
    assert ranking.recall_at(0.0)[0] == pytest.approx(1 / 3)
    assert ranking.recall_at(0.5)[0] == pytest.approx(2 / 3)
    assert ranking.alarms_at(0.6)[0] == pytest.approx(0.5)
    assert ranking.alarms_at(1.0)[0] == pytest.approx(1.0)


def test_rows_of_equal_score_pass_together() -> None:
    truth = np.array([True, False, False])
    assert Ranking(truth, np.array([0.9, 0.9, 0.1]), np.arange(3)).recall_at(0.0)[0] == 0.0


def test_a_group_is_drawn_whole() -> None:
    counts = drawn_counts(np.array([4, 4, 9, 9, 9]))
    assert (counts[0] == 1).all()
    assert (counts[:, 0] == counts[:, 1]).all()
    assert (counts[:, 2:] == counts[:, [2]]).all()
    assert set((counts[1:, 0] + counts[1:, 2]).tolist()) == {2}


def test_versions_of_one_text_make_no_figure_surer() -> None:
    truth, scores, _ = noisy(150)
    alone = Figure.of(Ranking(truth, scores, np.arange(150)).average_precision())
    fourfold = [np.repeat(each, 4) for each in (truth, scores, np.arange(150))]
    told_four_times = Figure.of(Ranking(*fourfold).average_precision())
    assert told_four_times == alone


def test_the_same_sample_gives_the_same_interval() -> None:
    truth, scores, groups = noisy()
    first, second = (Figure.of(Ranking(truth, scores, groups).auc()) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    covered = []
    for seed in range(60):
        hits = np.random.default_rng(seed).random(200) < 0.3
        found = share(hits, np.ones(200, dtype=bool), np.arange(200))
        covered.append(found.low <= 0.3 <= found.high)
    assert 0.85 <= np.mean(covered) <= 1.0


@pytest.mark.parametrize(("hits", "low", "high"), [(False, 0.0, 0.03), (True, 0.97, 1.0)])
def test_nothing_in_a_hundred_is_not_never(hits: bool, low: float, high: float) -> None:
    found = share(np.full(100, hits), np.ones(100, dtype=bool), np.arange(100))
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_share_is_among_the_rows_asked_for() -> None:
    hits, among = np.array([True, True, False, False]), np.array([False, True, True, True])
    assert share(hits, among, np.arange(4)).value == pytest.approx(1 / 3)


def test_of_no_rows_nothing_is_known() -> None:
    none = np.zeros(3, dtype=bool)
    assert share(none, none, np.arange(3)) == Figure(0.0, 0.0, 1.0)


def test_a_ratio_without_anything_below_is_nought() -> None:
    nothing = np.zeros(3, dtype=np.int64)
    assert ratio(nothing, nothing, np.arange(3)).value == 0.0


def test_precision_falls_with_the_base_rate() -> None:
    recall, alarms = Figure(0.8, 0.7, 0.9), Figure(0.01, 0.005, 0.02)
    found = precision_at_base_rate(recall, alarms)
    assert found.value == pytest.approx(0.008 / (0.008 + 0.0099))
    assert found.low < found.value < found.high
    assert precision_at_base_rate(recall, alarms, base_rate=0.5).value == pytest.approx(0.4 / 0.405)


def test_calibration_error_is_the_gap_of_a_model_that_is_too_sure() -> None:
    truth = np.tile([True, False], 500)
    found = calibration_error(np.full(1000, 0.9), truth, np.arange(1000))
    assert found.value == pytest.approx(0.4, abs=0.01)
    assert calibration_error(np.full(1000, 0.5), truth, np.arange(1000)).value < 0.01


def test_one_class_alone_has_no_ranking() -> None:
    ranking = Ranking(np.ones(4, dtype=bool), np.arange(4.0), np.arange(4))
    assert np.isnan(ranking.average_precision()).all()
