"""Attacks change a text, repeat with the same chance, and their cost is counted at one rate of false alarms."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.training.attacks import ATTACKS, attack_cost, buried
from classifier.training.corpus import LabelledPost

POST = "Work in Cambodia as a typist, high salary, free flight, ăn ở miễn phí. Việc nhẹ"


def post(number: int, text: str, *labels: str) -> LabelledPost:
    return LabelledPost(str(number), "en", text, frozenset(labels), "", "", "hand", str(number))


POSTS = [post(number, "fee visa typist", "fake_job") for number in range(10)] + [
    post(number, "bread and butter", *()) for number in range(10, 30)
]


def word_score(texts: Sequence[str]) -> NDArray[np.float64]:
    """One point for each word of a lure that is spelled as it should be."""
    return np.array([float(sum(word in text for word in ("fee", "visa", "typist"))) for text in texts])


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_an_attack_changes_the_text(name: str) -> None:
    assert ATTACKS[name](POST, random.Random(1)) != POST


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_the_same_chance_gives_the_same_attack(name: str) -> None:
    assert ATTACKS[name](POST, random.Random(7)) == ATTACKS[name](POST, random.Random(7))


def test_a_buried_text_lies_in_the_middle_of_300_words() -> None:
    text = buried("the lure", ["ten words of harmless text about bread and fresh butter"], random.Random(1))

    before, after = text.split("the lure")
    assert len(before.split()) == len(after.split()) == 150


def test_text_without_blanks_is_measured_by_its_signs() -> None:
    assert len(buried("饵", ["今天的面包很好吃"], random.Random(1))) < 1_500


def test_an_attack_that_hides_every_word_costs_all_recall() -> None:
    assert attack_cost(POSTS, word_score, {})["dots"] == 1.0


def test_what_changes_no_score_costs_nothing() -> None:
    assert set(attack_cost(POSTS, lambda texts: np.array([float(i < 10) for i in range(len(texts))]), {}).values()) == {
        0.0
    }


def test_raising_every_score_gains_nothing() -> None:
    def deaf(texts: Sequence[str]) -> NDArray[np.float64]:
        return word_score(texts) if texts[0] == POSTS[0].text else np.full(len(texts), 9.0)

    assert attack_cost(POSTS, deaf, {})["emojis"] == 1.0


def test_only_what_people_type_in_latin_letters_is_romanised() -> None:
    assert "romanised" not in attack_cost(POSTS, word_score, {})
    burmese = [replace(post, text=f"{post.text[:1]} အလုပ်ရှိတယ်") for post in POSTS]
    seen: list[str] = []

    def note(texts: Sequence[str]) -> NDArray[np.float64]:
        seen[:] = texts
        return np.array([float(post.at_risk) for post in burmese])

    assert attack_cost([*burmese], note, {})["romanised"] == 0.0
    assert all(text.isascii() for text in seen)


def test_burying_is_left_out_without_harmless_text() -> None:
    assert "buried" not in attack_cost(POSTS, word_score, {"vi": ["a"]})
    assert attack_cost(POSTS, word_score, {"en": ["some bread"]})["buried"] == 0.0
