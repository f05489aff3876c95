"""Refitted splits: from examples and any judge to figures by what was left out."""

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.release import FeatureSettings  # noqa: E402
from classifier.training.benign import BenignPost  # noqa: E402
from classifier.training.corpus import LabelledPost  # noqa: E402
from classifier.training.examples import Example  # noqa: E402
from classifier.training.mixture import Amounts, mixed_examples  # noqa: E402
from classifier.training.refitted import examples_together, split_figures  # noqa: E402

SETTINGS = FeatureSettings(
    ngram_bits=10, language_bits=10, concepts=(), whole_chars=900, window_chars=450, stride_chars=150, max_pieces=64
)


def make_posts() -> list[LabelledPost]:
    return [
        LabelledPost(
            id=f"{hand}-{lang}-{number}",
            lang=lang,
            text=f"{hand} {number} {lang}: " + f"{hand[0]}{lang}{number}" * 4,
            labels=frozenset({"smuggling"}) if number % 2 else frozenset(),
            kind="",
            platform="forum" if number % 3 else "chat",
            hand=hand,
            group=f"{hand}-{number}",
        )
        for hand in ("north", "south")
        for lang in ("en", "vi")
        for number in range(6)
    ]


def mixed(posts: list[LabelledPost], benign: list[BenignPost]) -> list[Example]:
    return mixed_examples(posts, benign, [], SETTINGS, Amounts(), seed=0)


def knowing(examples: list[Example]) -> NDArray[np.float64]:
    return np.array([[float(example.at_risk)] for example in examples])


def test_a_judge_that_knows_the_truth_is_perfect_by_every_language() -> None:
    examples = mixed(make_posts(), [])
    truth = knowing(examples)
    found = split_figures("language", examples, np.arange(len(examples)), lambda seen, held: truth[held])
    assert found["folds"] == 2
    assert found["risk"]["posts"] == 24
    assert found["risk"]["average_precision"]["value"] == 1.0
    assert set(found["by_language"]) == {"en", "vi"}
    assert set(found["by_source"]) == {"chat", "forum"}


def test_without_times_the_report_says_so_instead_of_a_figure() -> None:
    examples = mixed(make_posts(), [])
    found = split_figures("time", examples, np.arange(len(examples)), lambda seen, held: knowing(examples)[held])
    assert found == {"left_out": "no post carries the time of a decision"}


def test_one_hand_alone_cannot_be_left_out() -> None:
    examples = mixed([post for post in make_posts() if post.hand == "north"], [])
    found = split_figures("hand", examples, np.arange(len(examples)), lambda seen, held: knowing(examples)[held])
    assert found == {"left_out": "one hand holds everything"}


def test_examples_are_posts_disguised_copies_and_harmless_posts() -> None:
    benign = [
        BenignPost("en", f"a text of some file, number {number}", "news", f"file:{number}") for number in range(3)
    ]
    examples = mixed(make_posts(), benign)
    assert [example.origin for example in examples] == ["corpus"] * 24 + ["disguised"] * 72 + ["benign"] * 3
    assert examples[-1].source == "file"


def test_disguised_copies_and_near_repeats_stay_with_their_originals() -> None:
    posts = make_posts()
    twin = "a text that another group repeats nearly to the letter, as one does, "
    posts[0] = make_copy(posts[0], twin + "here")
    posts[-1] = make_copy(posts[-1], twin + "there")
    examples = mixed(posts, [])
    together = examples_together(examples)
    assert together[0] == together[24] == together[23]
    assert together[0] != together[1]


def make_copy(post: LabelledPost, text: str) -> LabelledPost:
    return LabelledPost(post.id, post.lang, text, post.labels, post.kind, post.platform, post.hand, post.group)
