"""What the heads are fitted on: corpus posts, disguised copies of them, and real posts, as feature rows."""

import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.cleaning import clean
from classifier.features import Window, window_features
from classifier.indicators import IndicatorFinder
from classifier.labels import HEADS, LABELS, RISK
from classifier.reading import CAP_CHARS
from classifier.release import FeatureSettings
from classifier.training.benign import BenignPost, source_of
from classifier.training.corpus import LabelledPost
from classifier.training.disguise import Disguise, disguise
from classifier.training.labelled import LabelledRow

CORPUS, DISGUISED, BENIGN, SUSPECT = "corpus", "disguised", "benign", "suspect"


@dataclass(frozen=True, slots=True)
class Example:
    """A text to fit on. `fold` is the hand that wrote it: no fold is scored by heads that saw it.

    What else splits go by: `group`, `source` (platform of a post, file of a benign one), and the time of a decision.
    """

    text: str
    lang: str
    labels: frozenset[str]
    at_risk: bool
    fold: str
    origin: str
    weight: float
    group: str = ""
    source: str = ""
    decided_at: str | None = None


def corpus_examples(posts: Iterable[LabelledPost]) -> list[Example]:
    """Each post as it stands, with weight 1."""
    return [example_of(post, post.text, CORPUS, 1.0) for post in posts if post.disguise_of is None]


def disguised_examples(posts: Iterable[LabelledPost], *, seed: int, weight: float) -> list[Example]:
    """The corpus's own disguised posts, and each other post once more under a disguise."""
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    return [
        example_of(post, post.text if post.disguise_of else disguise(post.text, chance), DISGUISED, weight)
        for post in posts
    ]


def altered_examples(
    posts: Iterable[LabelledPost], alter: Disguise, *, copies: int = 1, seed: int, weight: float
) -> list[Example]:
    """Each post that is no disguise itself so many times more, each time altered by chance."""
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    return [
        example_of(post, alter(post.text, chance), DISGUISED, weight)
        for post in posts
        if post.disguise_of is None
        for _ in range(copies)
    ]


def example_of(post: LabelledPost, text: str, origin: str, weight: float) -> Example:
    """The post with another text."""
    return Example(
        text,
        post.lang,
        post.labels,
        post.at_risk,
        post.hand,
        origin,
        weight,
        group=post.group,
        source=post.platform,
        decided_at=post.decided_at,
    )


def benign_examples(posts: Sequence[BenignPost], folds: Sequence[str], *, total_weight: float) -> list[Example]:
    """Real posts as negatives; a group goes whole into one of the folds."""
    weight = total_weight / max(len(posts), 1)
    return [
        Example(
            post.text, post.lang, frozenset(), False, _fold(post.group, folds), BENIGN, weight, post.group,
            source_of(post),
        )
        for post in posts
    ]  # fmt: skip


def suspect_examples(rows: Iterable[LabelledRow], folds: Sequence[str], *, weight: float) -> list[Example]:
    """Real posts that somebody called one of the labels, at full weight where that was no mere rule's word."""
    return [
        Example(
            row.text, row.lang, frozenset({row.label}), True, _fold(row.group, folds), SUSPECT,
            weight if row.is_weak else 1.0, row.group, row.source,
        )
        for row in rows
    ]  # fmt: skip


def example_windows(examples: Iterable[Example], finder: IndicatorFinder, settings: FeatureSettings) -> list[Window]:
    """One window of each example: of a long text the one that holds the most of what the lexicon knows."""
    chosen = []
    for example in examples:
        cleaned = clean(example.text[:CAP_CHARS])
        found = window_features(cleaned, finder.find(cleaned, example.lang), settings)
        chosen.append(max(found, key=lambda window: float(window.concepts.sum())))
    return chosen


def group_names(examples: Sequence[Example]) -> list[str]:
    """The group of each; one that names none is alone."""
    return [example.group or f"\0{row}" for row, example in enumerate(examples)]


def targets(examples: Sequence[Example]) -> NDArray[np.bool_]:
    """Truth (examples, heads), in the order of `classifier.labels.HEADS`."""
    truth = np.zeros((len(examples), len(HEADS)), dtype=bool)
    for row, example in enumerate(examples):
        truth[row, HEADS.index(RISK)] = example.at_risk
        for label in example.labels:
            truth[row, 1 + LABELS.index(label)] = True
    return truth


def _fold(group: str, folds: Sequence[str]) -> str:
    return folds[zlib.crc32(group.encode()) % len(folds)]
