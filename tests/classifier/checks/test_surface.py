"""Surface features that tell the classes apart are found, and what carries no class is not."""

import random

import pytest

from classifier.checks.surface import FEATURES, areas_under_curve, function_character_areas, function_characters
from tests.classifier.checks.posts import make_post

COUNTS = {
    "digits": ("pay 1500", 4),
    "figures": ("pay 1500 from 3 places", 2),
    "contacts": ("write to a@b.example", 1),
    "emojis": ("go 🔥🔥 now", 2),
    "currency signs": ("$5 or ฿20", 2),
    "exclamation marks": ("now！now!", 2),
    "question marks": ("real? چرا؟", 2),
    "quote marks": ("he said “come” and 'go", 3),
    "lines": ("one\ntwo", 1),
    "hashtags": ("#work #abroad", 2),
}


@pytest.mark.parametrize(("feature", "case"), COUNTS.items(), ids=COUNTS)
def test_features_count_what_they_name(feature: str, case: tuple[str, float]) -> None:
    text, count = case
    assert FEATURES[feature](text) == count


def test_an_apostrophe_is_no_quote_mark() -> None:
    assert FEATURES["quote marks"]("don't go") == 0


def test_a_leak_shows_in_either_direction() -> None:
    lures = [make_post(f"go abroad {number}!", "scam_centre") for number in range(20)]
    benign = [make_post(f"shop helper {number}") for number in range(20)]

    areas = areas_under_curve([*lures, *benign])

    assert areas["en", "exclamation marks"] == 1.0
    assert areas["en", "length"] > 0.8
    assert areas["en", "emojis"] == 0.5


def test_a_language_of_one_class_is_not_measured() -> None:
    assert areas_under_curve([make_post("shop helper wanted")]) == {}


def test_letters_leave_no_trace_but_manner_does() -> None:
    assert function_characters("Đi làm, 25tr! 🔥") == "a a, 00a! ☺"
    assert function_characters("ទៅ ១០") == "a 00"


def test_function_characters_tell_manner_and_not_words() -> None:
    chance = random.Random(0)
    words = ["boat", "office", "tea", "net", "river", "paper", "train", "hand", "shop", "night"]

    def text() -> str:
        return " ".join(chance.choices(words, k=6))

    same = [make_post(text(), *labels) for labels in [("smuggling",), ()] * 60]
    shouting = [make_post(text() + (" !!" if labels else " ..."), *labels) for labels in [("smuggling",), ()] * 60]

    assert function_character_areas(shouting)["en"] > 0.99
    assert function_character_areas(same)["en"] < 0.75
