"""Heads: what is learnt is what the released tensors compute, and no fold scores itself."""

from collections import Counter

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.features import FeatureRows, Heads  # noqa: E402
from classifier.ngrams import ngram_rows  # noqa: E402
from classifier.training.fit import Design, HeadSettings, fit_head, fit_heads, merged_folds  # noqa: E402

BITS = 12


def make_rows(count: int = 120) -> tuple[FeatureRows, np.ndarray]:
    chance = np.random.default_rng(3)
    truth = chance.random((count, 2)) < 0.5
    texts = [
        ("luong cao " if lure else "hop dong ") + "".join(chance.choice(list("abcdef"), 8)) for lure in truth[:, 0]
    ]
    concepts = np.log1p(chance.integers(0, 3, size=(count, 3)) * truth[:, [1]])
    return FeatureRows(concepts, ngram_rows(texts, bits=BITS)), truth


def test_released_tensors_score_as_the_design_does() -> None:
    rows, truth = make_rows()
    design, weights = Design.build(rows, HeadSettings()), np.ones(len(rows))
    fitted = [fit_head(design.matrix, truth[:, head], weights, 30.0) for head in range(2)]
    expected = np.stack([design.matrix @ coefficients + intercept for coefficients, intercept in fitted], axis=1)
    assert Heads(fit_heads(design, truth, weights)).scores(rows) == pytest.approx(expected, abs=0.02)


def test_heads_learn_from_ngrams_and_from_concepts() -> None:
    rows, truth = make_rows()
    scores = Heads(fit_heads(Design.build(rows, HeadSettings()), truth, np.ones(len(rows)))).scores(rows)
    assert (scores[truth[:, 0], 0].min()) > scores[~truth[:, 0], 0].max()
    assert scores[truth[:, 1], 1].mean() > scores[~truth[:, 1], 1].mean() + 1


def test_a_block_of_no_strength_has_no_weight() -> None:
    rows, truth = make_rows()
    design = Design.build(rows, HeadSettings(ngrams=0.0))
    tensors = fit_heads(design, truth, np.ones(len(rows)))
    assert not tensors["ngrams"].any()
    assert tensors["concepts"].any()


def test_a_label_that_nobody_has_never_fires() -> None:
    rows, _ = make_rows()
    coefficients, intercept = fit_head(
        Design.build(rows, HeadSettings()).matrix, np.zeros(len(rows), dtype=bool), np.ones(len(rows)), 30.0
    )
    assert not coefficients.any()
    assert intercept == -10.0


def test_many_hands_become_few_folds_of_about_equal_size_and_stay_whole() -> None:
    hands = [hand for number, hand in enumerate("abcdefghij", 1) for _ in range(number)]

    merged = merged_folds(hands, most=3)

    assert len({(hand, fold) for hand, fold in zip(hands, merged, strict=True)}) == 10
    assert sorted(Counter(merged).values()) == [18, 18, 19]


def test_few_hands_are_folds_of_their_own() -> None:
    assert len(set(merged_folds(["a", "b", "b"]))) == 2
