"""A contest on real fake job adverts: the classifier's features against bag-of-words with logistic regression.

The adverts of one source (EMSCAD as DIFrauD cleaned it, about 4 % of them fraudulent) at their natural base rate. Both
sides are taught on the same grouped folds, and each chooses its settings within the taught part of a fold.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.svm import LinearSVC

from classifier.checks.repeats import similar_pairs
from classifier.features import Window, feature_rows
from classifier.training.figures import Figure, Ranking, Values
from classifier.training.judges import Judge, held_scores
from classifier.training.labelled import LabelledRow
from classifier.training.report import Figures
from classifier.training.splits import Mask, Together, kept_together, random_folds
from classifier.verdict import Classifier

SOURCE = "emscad_difraud"
_POSITIVE = "fake_job"
_PARTITIONS = 3
_FOLDS, _INNER_FOLDS = 5, 3
_FEWEST = 20
# Strengths of concepts, n-grams and words: as the release has them, then with words beside or instead of them.
_STRENGTHS = ((0.3, 1.0, 0.0), (0.0, 0.0, 1.0), (0.05, 0.0, 1.0), (0.05, 0.3, 1.0))

Fit = Callable[[csr_matrix, NDArray[np.bool_]], LinearSVC | LogisticRegression]


def fake_job_figures(rows: Sequence[LabelledRow], classifier: Classifier) -> Figures | None:
    """Average precision, best F1 and recall at 1 % of each side, means over partitions; None without the source."""
    adverts = [row for row in rows if row.source == SOURCE]
    truth = np.array([row.label == _POSITIVE for row in adverts], dtype=bool)
    if min(truth.sum(), (~truth).sum()) < _FEWEST:
        return None
    together = kept_together(
        [row.group for row in adverts], [(one, other) for one, other, _ in similar_pairs([row.text for row in adverts])]
    )
    contest = _Contest(truth, together)
    bag = contest.measured(bag_of_words_judges([row.text for row in adverts], truth))
    blocks = _Blocks.of([classifier.windows(row.text) for row in adverts], classifier)
    models = {
        "bag of words, logistic regression": bag,
        "features as released": contest.measured([blocks.judge(truth, _STRENGTHS[0])]),
        "features with words, strengths chosen": contest.measured([blocks.judge(truth, each) for each in _STRENGTHS]),
    }
    return {
        "posts": len(truth),
        "positives": int(truth.sum()),
        "groups": len(np.unique(together)),
        "models": {
            name: {figure: Figure.of(values).as_json() for figure, values in found.items()}
            | {"gain": Figure.of(found["average_precision"] - bag["average_precision"]).as_json()}
            for name, found in models.items()
        },
    }


class _Contest:
    """The truth, what stays together, and the partitions that every side is measured on."""

    def __init__(self, truth: Mask, together: Together) -> None:
        self._truth = truth
        self._together = together

    def measured(self, judges: Sequence[Judge]) -> dict[str, Values]:
        """Figures of the judge that each fold chooses, as means over partitions (1 + draws,)."""
        rankings = [
            Ranking(self._truth, held_scores(self._chosen(judges), folds)[1][:, 0], self._together)
            for seed in range(_PARTITIONS)
            for folds in [random_folds(self._together, count=_FOLDS, seed=seed)]
        ]
        return {
            "average_precision": np.mean([ranking.average_precision() for ranking in rankings], axis=0),
            "best_f1": np.mean([ranking.best_f1() for ranking in rankings], axis=0),
            "recall_at_1pct": np.mean([ranking.recall_at(0.01) for ranking in rankings], axis=0),
        }

    def _chosen(self, judges: Sequence[Judge]) -> Judge:
        """The judge that does best within what is seen, taught on all of it."""

        def judge(seen: Mask, held: Mask) -> NDArray[np.float64]:
            best = judges[0] if len(judges) == 1 else max(judges, key=lambda each: self._within(each, seen))
            return best(seen, held)

        return judge

    def _within(self, judge: Judge, seen: Mask) -> float:
        """Average precision over inner folds of the seen rows alone."""
        scores = np.zeros(len(seen))
        for fold in random_folds(self._together, count=_INNER_FOLDS, seed=_PARTITIONS):
            held = fold.held & seen
            scores[held] = judge(fold.seen & seen, held)[:, 0]
        return float(average_precision_score(self._truth[seen], scores[seen]))


def bag_of_words_judges(texts: Sequence[str], truth: Mask) -> list[Judge]:
    """scikit-learn's defaults, word counts or tf-idf, at several strengths of the penalty."""
    counts = CountVectorizer().fit_transform(texts)
    return [
        _judge(truth, partial(weighing, counts), logistic(strength))
        for weighing in (_as_counted, _weighed)
        for strength in (1.0, 10.0, 100.0)
    ]


def logistic(inverse_penalty: float) -> Fit:
    """A logistic regression of that strength."""
    return lambda matrix, truth: LogisticRegression(C=inverse_penalty, solver="liblinear").fit(matrix, truth)


def _margin(matrix: csr_matrix, truth: NDArray[np.bool_]) -> LinearSVC:
    """A margin suits few positives among many words better than a likelihood (AP 0.45 against 0.43, 2026-11)."""
    return LinearSVC(C=1.0, random_state=0).fit(matrix, truth)


class _Blocks:
    """Adverts as rows of three blocks: concepts, hashed n-grams, words of the reading form.

    The encoder has no say: harmless adverts of the source may be among those that it was tuned on.
    """

    def __init__(self, concepts: csr_matrix, ngrams: csr_matrix, words: csr_matrix) -> None:
        self._concepts = concepts
        self._counted = (ngrams, words)

    @classmethod
    def of(cls, windows: Sequence[Sequence[Window]], classifier: Classifier) -> "_Blocks":
        """A row an advert: the mean of its windows, and the words of all."""
        rows = feature_rows([window for found in windows for window in found], classifier.manifest.features)
        owner = np.repeat(np.arange(len(windows)), [len(found) for found in windows])
        mean = csr_matrix((1.0 / np.bincount(owner)[owner], (owner, np.arange(len(owner)))))
        ngrams = csr_matrix(
            (rows.ngrams.values, rows.ngrams.buckets, rows.ngrams.starts), shape=(len(rows), 1 << rows.ngrams.bits)
        )
        words = CountVectorizer(ngram_range=(1, 2), tokenizer=str.split, token_pattern=None)
        forms = [" ".join(window.form for window in found) for found in windows]
        return cls(csr_matrix(mean @ rows.concepts), mean @ ngrams, words.fit_transform(forms))

    def judge(self, truth: Mask, strengths: tuple[float, float, float]) -> Judge:
        """The blocks side by side at these strengths; words and n-grams weighed by their rarity in what is seen."""
        concepts, ngrams, words = strengths

        def matrix(seen: Mask) -> csr_matrix:
            rare = _weighed if words else _as_counted
            counted = zip(self._counted, (ngrams, words), strict=True)
            parts = [rare(block, seen) * strength for block, strength in counted if strength]
            return csr_matrix(hstack([self._concepts * concepts, *parts]))

        return _judge(truth, matrix, _margin if words else logistic(30.0))


def _judge(truth: Mask, matrix: Callable[[Mask], csr_matrix], fit: Fit) -> Judge:
    def judge(seen: Mask, held: Mask) -> NDArray[np.float64]:
        rows = matrix(seen)
        return np.asarray(fit(rows[seen], truth[seen]).decision_function(rows[held]))[:, None]

    return judge


def _as_counted(counts: csr_matrix, seen: Mask) -> csr_matrix:  # noqa: ARG001 - one signature
    return counts


def _weighed(counts: csr_matrix, seen: Mask) -> csr_matrix:
    """tf-idf with rarities of the seen rows alone."""
    return TfidfTransformer(sublinear_tf=True).fit(counts[seen]).transform(counts)
