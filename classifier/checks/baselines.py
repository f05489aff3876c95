"""What simple models make of a corpus: the figures of its datasheet, which a release has to beat.

Every post is scored by a model that saw neither its language (or its hand) nor any post of its group.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.cleaning import clean
from classifier.features import concept_row
from classifier.indicators import IndicatorFinder
from classifier.masking import reading_form
from classifier.training.corpus import LabelledPost

_CONCEPT_STRENGTH = 0.3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A language or hand that was left out: its posts, those with a label, and the average precision on them.

    None that holds one class only, or whose absence leaves one, can be measured.
    """

    name: str
    posts: int
    positive: int
    average_precision: float


def concept_counts(posts: Sequence[LabelledPost], finder: IndicatorFinder) -> NDArray[np.float64]:
    """ln(1 + count) of each concept that weighs (posts, concepts)."""
    codes = finder.lexicon.weighing
    return np.array([concept_row(finder.find(clean(post.text), post.lang), codes) for post in posts])


def indicators_by_language(posts: Sequence[LabelledPost], counts: NDArray[np.float64]) -> list[LeftOut]:
    """Leave-one-language-out of concept counts alone: gradient-boosted trees, one model for all languages."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    def scores(seen: NDArray[np.bool_], held: NDArray[np.bool_], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
        model = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.05, max_leaf_nodes=15, random_state=0)
        return np.asarray(model.fit(counts[seen], truth[seen]).decision_function(counts[held]))

    return _left_out(posts, [post.lang for post in posts], scores)


def text_by_hand(posts: Sequence[LabelledPost], counts: NDArray[np.float64]) -> list[LeftOut]:
    """Leave-one-hand-out of character n-grams with the concept counts: logistic regression."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=1 << 20, alternate_sign=False)
    forms = vectorizer.transform(reading_form(clean(post.text).text) for post in posts)
    rows = csr_matrix(hstack([forms, csr_matrix(counts * _CONCEPT_STRENGTH)]))

    def scores(seen: NDArray[np.bool_], held: NDArray[np.bool_], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
        model = LogisticRegression(C=30.0, solver="liblinear", tol=1e-2, random_state=0)
        return np.asarray(model.fit(rows[seen], truth[seen]).decision_function(rows[held]))

    return _left_out(posts, [post.hand for post in posts], scores)


def _left_out(posts: Sequence[LabelledPost], names: Sequence[str], scores) -> list[LeftOut]:  # type: ignore[no-untyped-def]
    from sklearn.metrics import average_precision_score

    truth = np.array([bool(post.labels) for post in posts])
    groups, of = np.array([post.group for post in posts]), np.array(names)
    found = []
    for name in sorted(set(names)):
        held = of == name
        seen = ~np.isin(groups, groups[held])
        if min(len(set(truth[held])), len(set(truth[seen]))) < 2:
            continue
        precision = float(average_precision_score(truth[held], scores(seen, held, truth)))
        found.append(LeftOut(name, int(held.sum()), int(truth[held].sum()), precision))
    return found
