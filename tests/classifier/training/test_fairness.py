"""Word shifts: measured on benign posts of the languages that the words are in, against a neutral word."""

import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.training.corpus import LabelledPost
from classifier.training.fairness import WORDS, word_shifts


def make_post(lang: str = "en", labels: frozenset[str] = frozenset()) -> LabelledPost:
    return LabelledPost("a-1", lang, "A cook is wanted.", labels, "benign", "forum", "a", "a-1")


def prejudiced(texts: list[tuple[str, str]]) -> NDArray[np.float64]:
    """A model that fears one word."""
    return np.array([0.9 if text.startswith(WORDS["Kenyan"][lang]) else 0.1 for lang, text in texts])


def test_a_model_that_fears_a_word_is_found_out() -> None:
    found = word_shifts([make_post(), make_post("vi")], prejudiced)
    assert found["Kenyan"] == pytest.approx({"posts": 2, "mean_shift": 0.8, "worst_shift": 0.8, "newly_flagged": 1.0})
    assert found["neutral"] == pytest.approx({"posts": 2, "mean_shift": 0.0, "worst_shift": 0.0, "newly_flagged": 0.0})


def test_lures_and_languages_without_words_are_left_out() -> None:
    assert word_shifts([make_post(labels=frozenset({"scam_centre"})), make_post("am")], prejudiced) == {}


def test_every_kind_has_a_word_in_every_language() -> None:
    assert len({frozenset(words) for words in WORDS.values()}) == 1
