"""How a release does: as it stands on posts that it was not taught on, and its linear parts with much left out.

As it stands it is measured on the frozen hands' posts, and, where a folder of real labelled posts is given, on those.
What was taught on such posts all the same is said in the report, never passed over.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.features import feature_rows
from classifier.training.as_released import Judged, labelled_figures, released_figures
from classifier.training.attacks import attack_cost
from classifier.training.benign import load_benign
from classifier.training.corpus import LabelledPost, folder_sha256, frozen_hands, load_corpus
from classifier.training.examples import example_windows
from classifier.training.fairness import word_shifts
from classifier.training.fake_jobs import fake_job_figures
from classifier.training.fit import HeadSettings
from classifier.training.labelled import (
    LabelledRow,
    benign_sample,
    groups_taught,
    load_labelled,
    suspect_rows,
    taught_suspects,
)
from classifier.training.refitted import examples_together, risk_judge, split_examples, split_figures
from classifier.training.report import Figures
from classifier.training.stages import Progress
from classifier.verdict import Classifier, Verdict

_BENIGN_PER_SOURCE = 200
_TOLD_EVERY = 500
_LEFT_OUT = "left out, but that parts of other harmless ones stood around buried lures and harmless posts alike"


def evaluate(
    release_dir: Path,
    corpus_dir: Path,
    lexicon_dir: Path,
    *,
    labelled: Path | None = None,
    parallel: Path | None = None,
    splits: Sequence[str] = ("hand",),
    most_folds: int | None = None,
    on_progress: Progress = lambda message, fraction: None,  # noqa: ARG005
) -> Figures:
    """Figures of the release in `release_dir`. Raises ModelError and DataError.

    `corpus`: which posts, and whether the release was taught on them. `as_released`: over them, nothing refitted.
    `attacks`: recall of risk that each costs there, with the share of false alarms held.
    `fairness`: what words for people do. `splits`: heads refitted, by name of the split. With `labelled`, real posts
    (`parallel`: the parallel text of the training run, to tell which of them it saw) and a contest on fake job adverts.
    """
    run = _Evaluation(release_dir, corpus_dir, lexicon_dir, on_progress)
    rows = load_labelled(labelled) if labelled else []
    real = run.judged_rows(rows, labelled, parallel) if labelled else None
    found: Figures = {
        "release": run.manifest.name,
        "corpus": run.corpus_facts(),
        "as_released": run.as_released(real[1] if real else None),
        "attacks": run.attacks(),
        "fairness": run.fairness(),
        "splits": run.splits(splits, labelled, rows, most_folds),
    }
    if labelled and real:
        found["fake_jobs"] = run.fake_jobs(rows)
        found["labelled"] = {"rows_seen_in_training": run.rows_seen} | labelled_figures(*real)
    return found


class _Evaluation:
    """One evaluation: the release, the posts, and who hears how far it is."""

    def __init__(self, release_dir: Path, corpus_dir: Path, lexicon_dir: Path, on_progress: Progress) -> None:
        self._classifier = Classifier.load(release_dir, lexicon_dir)
        self.manifest = self._classifier.manifest
        self.rows_seen = ""
        self._tell = on_progress
        self._corpus_dir = corpus_dir
        self._posts = load_corpus(corpus_dir)
        self._frozen = frozen_hands(corpus_dir)

    def corpus_facts(self) -> Figures:
        """Which posts the figures as released are over, and whether the release was taught on them."""
        training = self.manifest.training
        same = training.get("data_sha256", {}).get("corpus") == folder_sha256(self._corpus_dir, "*.jsonl")
        spared = bool(self._frozen) and self._frozen <= set(training.get("frozen_hands", ()))
        return {
            "posts": len(self._measured),
            "frozen_hands": sorted(self._frozen),
            # Another corpus may hold the same posts: then nobody can tell.
            "seen_in_training": False if spared else same or None,
        }

    def as_released(self, ordinary: Judged | None) -> Figures:
        """The release's own verdicts on the frozen hands' posts, or on all where no hand is frozen."""
        verdicts = self._verdicts("scoring", [(post.id, post.text) for post in self._measured])
        thresholds = self.manifest.thresholds
        by_id = {verdict.id: verdict for verdict in verdicts}
        return released_figures(self._measured, by_id, thresholds, ordinary)

    def attacks(self) -> Figures:
        """Recall of risk that each attack on a whole text costs."""
        harmless: dict[str, list[str]] = defaultdict(list)
        for post in self._posts:
            if post.kind == "benign" and post.hand not in self._frozen:
                harmless[post.lang].append(post.text)

        def risk_of(texts: Sequence[str]) -> NDArray[np.float64]:
            return np.array([verdict.risk for verdict in self._verdicts("attacks", [("", text) for text in texts])])

        posts = [post for post in self._measured if post.disguise_of is None]
        costs = attack_cost(posts, risk_of, harmless)
        return {name: round(cost, 4) for name, cost in costs.items()}

    def fairness(self) -> Figures:
        """What words for nationality and gender do to the risk of benign posts."""

        def risk_of(texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
            verdicts = self._verdicts("words for people", [("", text) for _, text in texts])
            return np.array([verdict.risk for verdict in verdicts])

        return word_shifts(self._posts, risk_of)

    def judged_rows(self, rows: Sequence[LabelledRow], labelled: Path, parallel: Path | None) -> tuple[Judged, Judged]:
        """Real suspect posts and harmless ones with their verdicts; rows it was taught on stay out, if known."""
        seen = groups_taught(self.manifest.training, labelled, parallel)
        self.rows_seen = "cannot be told" if seen is None else _LEFT_OUT
        unseen = [row for row in suspect_rows(rows) if seen is None or row.group not in seen]
        suspects = self._judged("real posts", unseen)
        benign = benign_sample(rows, seen or frozenset(), per_source=_BENIGN_PER_SOURCE)
        return suspects, self._judged("harmless posts", benign)

    def fake_jobs(self, rows: Sequence[LabelledRow]) -> Figures | None:
        """The features' contest with a bag of words."""
        self._tell("fake job adverts", 0.0)
        return fake_job_figures(rows, self._classifier)

    def splits(
        self, names: Sequence[str], labelled: Path | None, rows: Sequence[LabelledRow], most_folds: int | None
    ) -> dict[str, Figures]:
        """The risk head refitted for each split of that name."""
        if not names:
            return {}
        self._tell("features", 0.0)
        benign = load_benign(labelled) if labelled else []
        examples = split_examples(self._posts, benign, taught_suspects(rows), self.manifest)
        features = feature_rows(
            example_windows(examples, self._classifier.finder, self.manifest.features), self.manifest.features
        )
        self._tell("near-duplicates", 0.0)
        together = examples_together(examples)
        strengths = HeadSettings(**self.manifest.training.get("plan", {}).get("heads", {}))
        judge = risk_judge(examples, features, strengths)
        return {
            name: split_figures(
                name, examples, together, judge, most_folds=most_folds, on_progress=partial(self._tell, f"by {name}")
            )
            for name in names
        }

    @cached_property
    def _measured(self) -> list[LabelledPost]:
        return [post for post in self._posts if not self._frozen or post.hand in self._frozen]

    def _judged(self, what: str, rows: Sequence[LabelledRow]) -> Judged:
        return Judged(rows, self._verdicts(what, [(row.id, row.text) for row in rows]))

    def _verdicts(self, what: str, items: Sequence[tuple[str, str]]) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for verdict in self._classifier.score_many(items):
            if len(verdicts) % _TOLD_EVERY == 0:
                self._tell(what, len(verdicts) / len(items))
            verdicts.append(verdict)
        return verdicts
