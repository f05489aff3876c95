"""Word shifts: measured on benign posts of the languages that the words are in, against a neutral word."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.language import script_of
from classifier.training.corpus import LabelledPost
from classifier.training.fairness import WORDS, word_shifts


def make_post(lang: str = "en", labels: frozenset[str] = frozenset()) -> LabelledPost:
    return LabelledPost("a-1", lang, "A cook is wanted.", labels, "benign", "forum", "a", "a-1")


def prejudiced(texts: list[tuple[str, str]]) -> NDArray[np.float64]:
    """A model that fears one word."""
    return np.array([0.9 if text.startswith(WORDS["Kenyan"][lang]) else 0.1 for lang, text in texts])


def test_a_model_that_fears_a_word_is_found_out() -> None:
    found = word_shifts([make_post(), make_post("vi")], prejudiced)
    fears, neutral = found["by_word"]["Kenyan"], found["by_word"]["neutral"]
    assert fears == pytest.approx({"posts": 2, "mean_shift": 0.8, "worst_shift": 0.8, "newly_flagged": 1.0})
    assert neutral == pytest.approx({"posts": 2, "mean_shift": 0.0, "worst_shift": 0.0, "newly_flagged": 0.0})


def test_the_word_that_moves_a_language_most_is_named() -> None:
    found = word_shifts([make_post(), make_post("my")], prejudiced)["by_language"]
    assert set(found) == {"en", "my"}
    assert found["my"] == {"posts": 1, "neutral_shift": 0.0, "word": "Kenyan", "shift_beyond_neutral": 0.8}


def test_lures_disguises_and_languages_without_words_are_left_out() -> None:
    lure, disguised = make_post(labels=frozenset({"scam_centre"})), replace(make_post(), disguise_of="a-2")
    assert word_shifts([lure, disguised, make_post("ja")], prejudiced) == {}


@pytest.mark.parametrize("count", [1, 7, 30, 31, 100])
def test_no_language_is_asked_more_often_than_told(count: int) -> None:
    found = word_shifts([make_post() for _ in range(count)], prejudiced, per_language=30)
    assert found["by_word"]["neutral"]["posts"] == pytest.approx(min(count, 30), abs=15)
    assert found["by_word"]["neutral"]["posts"] <= 30


def test_every_kind_has_a_word_of_its_own_in_every_language() -> None:
    languages = set(WORDS["neutral"])
    assert len(languages) >= 12
    for lang in languages:
        assert len({words[lang] for words in WORDS.values()}) == len(WORDS)


@pytest.mark.parametrize("lang", sorted(WORDS["neutral"]))
def test_words_are_in_the_script_of_their_language(lang: str) -> None:
    assert {script_of(words[lang]) for words in WORDS.values()} == {script_of(WORDS["neutral"][lang])}
