"""What weighed most in a verdict, for and against: concepts and character n-grams with their share of the score.

The figures are the risk head's own terms, in units of its calibrated log-odds; nothing is estimated. For the review
page: an analyst sees why, and a reason that is nonsense shows there.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from classifier.features import FeatureRows, Window
from classifier.labels import HEADS, RISK
from classifier.ngrams import LONGEST, SHORTEST, bucket_of
from classifier.verdict import Classifier

_RISK_AT = HEADS.index(RISK)
# How near a text comes to a concept is told beside what the lexicon found word for word.
_LIKE = "like:"
_FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """A concept's code ("like:CODE" for a paraphrase of it) or an n-gram, and what it added to the log-odds of risk."""

    code_or_ngram: str
    weight: float
    side: Literal["for", "against"]


def explain(classifier: Classifier, text: str, *, limit: int = 12) -> list[Reason]:
    """The `limit` heaviest reasons of the window that decided, the heaviest first; none where there is no letter."""
    found = classifier.windows(text)
    if not found:
        return []
    rows = classifier.rows(found)
    decided = int(classifier.heads.scores(rows)[:, _RISK_AT].argmax())
    slope = classifier.manifest.calibration[RISK].slope * (1.0 - classifier.manifest.labels_share_of_risk)
    weights = _concept_weights(classifier, rows, decided) | _ngram_weights(classifier, found[decided], rows, decided)
    heaviest = sorted(weights.items(), key=lambda item: -abs(item[1]))
    return [_reason(name, weight * slope) for name, weight in _without_overlaps(heaviest, limit)]


def _reason(name: str, weight: float) -> Reason:
    return Reason(name, round(weight, 4), "for" if weight > 0 else "against")


def _concept_weights(classifier: Classifier, rows: FeatureRows, row: int) -> dict[str, float]:
    """What each concept added: as worded, and by nearness of a stretch, the latter against an average post."""
    heads, concepts = classifier.heads, classifier.manifest.features.concepts
    worded = rows.concepts[row] * heads.concepts[:, _RISK_AT]
    weights = {code: float(weight) for code, weight in zip(concepts, worded, strict=True) if weight}
    near = (rows.vectors[row] - heads.centre) * heads.vectors[:, _RISK_AT]
    for code, weight in zip(concepts, _by_concept(near, len(concepts)), strict=False):
        weights[_LIKE + code] = float(weight)
    return weights


def _by_concept(near: NDArray[np.float64], concepts: int) -> NDArray[np.float64]:
    """The encoder's outputs summed by concept; an encoder of another kind has none."""
    if len(near) % concepts:
        return np.zeros(0)
    summed: NDArray[np.float64] = near.reshape(-1, concepts).sum(axis=0)
    return summed


def _ngram_weights(classifier: Classifier, window: Window, rows: FeatureRows, row: int) -> dict[str, float]:
    bits = classifier.manifest.features.ngram_bits
    start, end = rows.ngrams.starts[row], rows.ngrams.starts[row + 1]
    values = dict(zip(rows.ngrams.buckets[start:end].tolist(), rows.ngrams.values[start:end].tolist(), strict=True))
    return {
        ngram.strip(): values[bucket] * float(classifier.heads.ngrams[bucket, _RISK_AT])
        for ngram in _ngrams(f" {window.form} ")
        for bucket in [bucket_of(ngram, bits=bits)]
        if len(ngram.strip()) >= _FEWEST_LETTERS
    }


def _ngrams(text: str) -> Iterable[str]:
    return {text[at : at + size] for size in range(SHORTEST, LONGEST + 1) for at in range(len(text) - size + 1)}


def _without_overlaps(heaviest: Iterable[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    """The first `limit`, without an n-gram that is part of a heavier one or holds it."""
    kept: list[tuple[str, float]] = []
    seen: defaultdict[bool, list[str]] = defaultdict(list)
    for name, weight in heaviest:
        side = weight > 0
        if not any(name in other or other in name for other in seen[side]):
            kept.append((name, weight))
            seen[side].append(name)
        if len(kept) == limit:
            break
    return kept
