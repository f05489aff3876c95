"""Buried posts: most of a lure shows amid harmless text, of a benign post any part, and nothing exceeds a window."""

from dataclasses import replace
from difflib import SequenceMatcher

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.release import FeatureSettings  # noqa: E402
from classifier.training.benign import BenignPost  # noqa: E402
from classifier.training.burying import buried_examples, harmless_texts, stretches  # noqa: E402
from classifier.training.corpus import LabelledPost  # noqa: E402

SETTINGS = FeatureSettings(
    ngram_bits=10, language_bits=10, concepts=(), whole_chars=900, window_chars=450, stride_chars=150, max_pieces=64
)
LURE = "Typists wanted, flight paid, passport kept by the company. " * 3
HARMLESS = {"en": ["The river was high in spring and the ducks came back to the old bridge. " * 12]}


def make_posts(count: int = 60, *, text: str = LURE, labels: frozenset[str] = frozenset({"scam_centre"})) -> list:
    return [
        LabelledPost(f"p{number}", "en", f"{number} {text}", labels, "lure" if labels else "benign", "forum", "a", "g")
        for number in range(count)
    ]


def shown(post: LabelledPost, window: str) -> float:
    """The share of the post, or of the window where that is shorter, that the window shows in one piece."""
    match = SequenceMatcher(None, post.text, window, autojunk=False).find_longest_match()
    return match.size / min(len(post.text), len(window))


@pytest.mark.parametrize("times", [1, 3, 12], ids=["short", "usual", "longer than a window"])
def test_most_of_a_lure_shows_amid_harmless_text(times: int) -> None:
    posts = make_posts(12, text="Typists wanted, flight paid, passport kept by the company. " * times)
    found = buried_examples(posts, HARMLESS, SETTINGS, seed=1, weight=0.5)
    assert len(found) == len(posts)
    assert all(shown(post, example.text) >= 0.65 for post, example in zip(posts, found, strict=True))
    assert any("ducks" in example.text or "river" in example.text for example in found)
    assert {example.labels for example in found} == {frozenset({"scam_centre"})}


def test_of_a_benign_post_a_part_may_show() -> None:
    posts = make_posts(text="Police warn of adverts that keep the passport. " * 4, labels=frozenset())
    found = buried_examples(posts, HARMLESS, SETTINGS, seed=1, weight=0.5)
    parts = [shown(post, example.text) for post, example in zip(posts, found, strict=True)]
    assert min(parts) < 0.5 < max(parts)


def test_a_window_is_filled() -> None:
    found = buried_examples(make_posts(), HARMLESS, SETTINGS, seed=1, weight=0.5)
    assert {len(example.text) for example in found} == {SETTINGS.window_chars}


def test_disguised_posts_are_not_buried() -> None:
    posts = [replace(post, disguise_of="other") for post in make_posts(3)]
    assert not buried_examples(posts, HARMLESS, SETTINGS, seed=1, weight=0.5)


def test_a_language_and_hand_without_harmless_text_is_left_out() -> None:
    assert not buried_examples(make_posts(), {"vi": ["xin chào"]}, SETTINGS, seed=1, weight=0.5)


def test_texts_that_are_examples_themselves_surround_nothing() -> None:
    drawn, other = BenignPost("en", "drawn", "news", "1"), BenignPost("en", "other", "news", "2")
    assert harmless_texts([drawn, other], [drawn]) == {"en": ["other"]}


def test_where_there_is_no_real_text_the_hand_s_own_posts_surround_it() -> None:
    own = make_posts(3, text="the ducks came back to the river in spring ", labels=frozenset())
    strangers = [replace(post, hand="b", id=f"b{post.id}", text="a bridge") for post in own]
    found = buried_examples([*make_posts(), *own, *strangers], {}, SETTINGS, seed=1, weight=0.5)
    lures = [example for example in found if example.labels]
    assert lures
    assert all("ducks" in example.text and "bridge" not in example.text for example in lures)


def test_long_posts_are_cut_to_windows_and_short_ones_stay() -> None:
    long, short = (
        BenignPost("en", "".join(map(str, range(600))), "news", "1"),
        BenignPost("en", "ab" * 300, "news", "2"),
    )
    *cut, kept = stretches([long, short], SETTINGS, seed=1)
    assert kept == short
    assert {len(post.text) for post in cut} == {450}
    assert len({post.text for post in cut}) == len(cut) > 1
