"""Leave-one-out figures of a release's linear parts, indicators and n-grams: heads refitted without what is measured.

The risk head alone is refitted: unlike the risk that ships it does not listen to the labels' heads, so these figures
are a little below what a whole training run would give.
"""

from collections.abc import Callable, Sequence

import numpy as np

from classifier.checks.repeats import similar_pairs
from classifier.features import FeatureRows
from classifier.release import Manifest
from classifier.training.benign import BenignPost
from classifier.training.corpus import LabelledPost
from classifier.training.examples import CORPUS, Example, group_names, targets
from classifier.training.fit import Design, HeadSettings
from classifier.training.judges import Judge, held_scores, linear_judge
from classifier.training.labelled import LabelledRow
from classifier.training.measure import RISK_AT, Measured
from classifier.training.mixture import Amounts, mixed_examples
from classifier.training.report import Figures, figures_by, risk_figures
from classifier.training.splits import Together, folds_by, kept_together


def split_examples(
    posts: Sequence[LabelledPost], benign: Sequence[BenignPost], suspects: Sequence[LabelledRow], manifest: Manifest
) -> list[Example]:
    """What the release's training run would fit on, were these all the posts that it had."""
    amounts = Amounts.of(manifest.training.get("plan", {}))
    return mixed_examples(posts, benign, suspects, manifest.features, amounts, seed=0)


def examples_together(examples: Sequence[Example]) -> Together:
    """Which examples no split may part: those of a group, and corpus posts that nearly repeat each other."""
    corpus = [row for row, example in enumerate(examples) if example.origin == CORPUS]
    alike = similar_pairs([examples[row].text for row in corpus])
    return kept_together(group_names(examples), [(corpus[one], corpus[other]) for one, other, _ in alike])


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
        "by_language": figures_by(run, run.langs()),
        "by_hand": figures_by(run, [example.fold for example in run.examples]),
        "by_source": figures_by(run, [example.source for example in run.examples]),
    }
