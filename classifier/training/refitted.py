"""Leave-one-out figures of a release's linear parts: its encoder and n-grams, heads refitted without what is measured.

The risk head alone is refitted: unlike the risk that ships it does not listen to the labels' heads, so these figures
are a little below what a whole training run would give.
"""

from collections.abc import Callable, Sequence

import numpy as np

from classifier.checks.repeats import similar_pairs
from classifier.encoder import Encoder
from classifier.features import FeatureRows
from classifier.indicators import IndicatorFinder
from classifier.lexicon import Lexicon
from classifier.release import Release
from classifier.training.benign import BenignPost, balanced_posts
from classifier.training.corpus import LabelledPost
from classifier.training.examples import (
    CORPUS,
    Example,
    benign_examples,
    corpus_examples,
    disguised_examples,
    example_rows,
    targets,
)
from classifier.training.fit import Design, HeadSettings
from classifier.training.judges import Judge, held_scores, linear_judge
from classifier.training.measure import RISK_AT, Measured
from classifier.training.report import Figures, figures_by, risk_figures
from classifier.training.splits import Together, folds_by, kept_together

# As in `classifier.training.train.Plan`.
_DISGUISED_WEIGHT, _BENIGN_PER_CELL, _BENIGN_SHARE = 0.5, 150, 0.27


def split_examples(posts: Sequence[LabelledPost], benign: Sequence[BenignPost]) -> list[Example]:
    """What a training run would fit on: posts, disguised copies, and harmless posts of low weight."""
    hands = sorted({post.hand for post in posts})
    drawn = balanced_posts(benign, per_cell=_BENIGN_PER_CELL, seed=0)
    return [
        *corpus_examples(posts),
        *disguised_examples(posts, seed=0, weight=_DISGUISED_WEIGHT),
        *benign_examples(drawn, hands, total_weight=_BENIGN_SHARE * len(posts)),
    ]


def release_rows(examples: Sequence[Example], release: Release, lexicon: Lexicon) -> FeatureRows:
    """The examples as the release's own features."""
    settings = release.manifest.features
    encoder = Encoder(release.encoder, release.tokenizer, max_pieces=settings.max_pieces)
    return example_rows(examples, IndicatorFinder(lexicon), encoder, settings)


def examples_together(examples: Sequence[Example]) -> Together:
    """Which examples no split may part: those of a group, and corpus posts that nearly repeat each other."""
    groups = [example.group or f"\0{row}" for row, example in enumerate(examples)]
    corpus = [row for row, example in enumerate(examples) if example.origin == CORPUS]
    alike = similar_pairs([examples[row].text for row in corpus])
    return kept_together(groups, [(corpus[one], corpus[other]) for one, other, _ in alike])


def risk_judge(examples: Sequence[Example], rows: FeatureRows, strengths: HeadSettings) -> Judge:
    """Linear heads for the risk over the release's features."""
    weights = np.array([example.weight for example in examples])
    return linear_judge(Design.build(rows, strengths), targets(examples)[:, [RISK_AT]], weights)


def split_figures(
    split: str,
    examples: Sequence[Example],
    together: Together,
    judge: Judge,
    *,
    most_folds: int | None = None,
    on_progress: Callable[[float], None] = lambda done: None,  # noqa: ARG005
) -> Figures:
    """Figures of one of `classifier.training.splits.SPLITS`, over all held posts and by what was held out."""
    folds = folds_by(split, examples, together, most=most_folds)
    if not folds:
        return {"left_out": "no post carries the time of a decision"}
    if not all(fold.seen.any() for fold in folds):
        return {"left_out": f"one {split} holds everything"}
    held, scores = held_scores(judge, folds, on_progress)
    truth = targets(examples)[:, [RISK_AT]]
    run = Measured(examples, truth, np.ones(len(examples)), np.zeros(truth.shape)).part(held)
    run = Measured(run.examples, run.truth, run.weights, scores)
    return {
        "folds": len(folds),
        "risk": risk_figures(run),
        "by_language": figures_by(run, [example.lang for example in run.examples]),
        "by_hand": figures_by(run, [example.fold for example in run.examples]),
        "by_source": figures_by(run, [example.source for example in run.examples]),
    }
