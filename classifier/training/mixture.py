"""What everything is fitted on: posts as they stand, disguised, noisy, romanised, amid other text, and real ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from classifier.release import FeatureSettings
from classifier.training.benign import BenignPost, balanced_posts
from classifier.training.burying import buried_examples, harmless_texts, stretches
from classifier.training.corpus import LabelledPost
from classifier.training.disguise import noisy
from classifier.training.examples import (
    Example,
    altered_examples,
    benign_examples,
    corpus_examples,
    disguised_examples,
    suspect_examples,
)
from classifier.training.labelled import LabelledRow
from classifier.training.romanising import can_be_romanised, romanised


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many real benign posts of a language and kind, what all of them weigh beside the corpus, what a copy weighs.

    `suspect_weight` is for real posts that a mere rule called a lure.
    """

    benign_per_cell: int = 150
    benign_share: float = 0.27
    disguised_weight: float = 0.5
    noisy_copies: int = 2
    noisy_weight: float = 0.35
    romanised_weight: float = 0.5
    buried_weight: float = 0.5
    suspect_weight: float = 0.1

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> "Amounts":
        """Those of a training plan as release.json has it; the defaults where it names none."""
        return cls(**{each.name: plan[each.name] for each in fields(cls) if each.name in plan})


def mixed_examples(
    posts: Sequence[LabelledPost],
    ordinary: Sequence[BenignPost],
    suspects: Sequence[LabelledRow],
    settings: FeatureSettings,
    amounts: Amounts,
    *,
    seed: int,
) -> list[Example]:
    """Everything that a training run with these amounts fits on."""
    drawn = balanced_posts(ordinary, per_cell=amounts.benign_per_cell, seed=seed)
    hands = sorted({post.hand for post in posts})
    around = harmless_texts(ordinary, drawn)
    typed_in_latin = [post for post in posts if can_be_romanised(post.text)]
    return [
        *corpus_examples(posts),
        *disguised_examples(posts, seed=seed, weight=amounts.disguised_weight),
        *altered_examples(posts, noisy, copies=amounts.noisy_copies, seed=seed, weight=amounts.noisy_weight),
        *altered_examples(typed_in_latin, romanised, seed=seed, weight=amounts.romanised_weight),
        *benign_examples(stretches(drawn, settings, seed=seed), hands, total_weight=amounts.benign_share * len(posts)),
        *suspect_examples(suspects, hands, weight=amounts.suspect_weight),
        *buried_examples(posts, around, settings, seed=seed, weight=amounts.buried_weight),
    ]
