"""Near-repeats are found across groups, in scripts with and without spaces."""

import pytest

from classifier.checks.repeats import near_repeats
from tests.classifier.checks.posts import make_post

PAIRS = {
    "latin": ("We need ten typists for an office by the sea", "We need two typists for an office by the sea"),
    "khmer": ("ត្រូវការបុគ្គលិកវាយអក្សរដប់នាក់ទៅធ្វើការឆ្ងាយ", "ត្រូវការបុគ្គលិកវាយអក្សរពីរនាក់ទៅធ្វើការឆ្ងាយ"),
}


@pytest.mark.parametrize(("one", "other"), PAIRS.values(), ids=PAIRS)
def test_reworded_posts_are_named_with_their_similarity(one: str, other: str) -> None:
    first, second = make_post(one), make_post(other)

    [(first_id, second_id, similarity)] = near_repeats([first, make_post("A cow was lost near the bridge"), second])

    assert (first_id, second_id) == (first.id, second.id)
    assert 0.5 < similarity < 1.0


def test_posts_of_one_group_may_repeat_each_other() -> None:
    one, other = PAIRS["latin"]
    assert near_repeats([make_post(one, group="g"), make_post(other, group="g")]) == []


def test_posts_too_short_for_a_gram_are_like_nothing() -> None:
    assert near_repeats([make_post("abc"), make_post("abc"), make_post("a longer text than that")]) == []
