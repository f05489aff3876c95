"""What weighed most in a verdict, for and against: concepts, the wording's n-grams, and the encoder's own judgement.

The figures are the risk head's own terms, in units of its calibrated log-odds; nothing is estimated. They say why, and
a reason that is nonsense shows there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from classifier.features import FeatureRows, Heads
from classifier.labels import HEADS, RISK
from classifier.ngrams import LONGEST, SHORTEST, bucket_of
from classifier.release import Manifest

# What no single concept says: the letters of the text taken together, and the encoder's reading of it as a whole.
WORDING, WHOLE_TEXT = "wording", "whole_text"
_RISK_AT = HEADS.index(RISK)
_FEWEST_LETTERS = 2
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """A concept's code, WORDING, WHOLE_TEXT or an n-gram, and what it added to the log-odds of risk."""

    code: str
    weight: float
    side: Literal["for", "against"]


class Explainer:
    """Takes the risk of a window apart."""

    def __init__(self, manifest: Manifest, heads: Heads) -> None:
        self._concepts = manifest.features.concepts
        self._bits = manifest.features.ngram_bits
        self._encoder_share = manifest.encoder_share
        self._linear_share = 1.0 - manifest.encoder_share
        self._heads = heads

    def reasons(
        self, rows: FeatureRows, logits: NDArray[np.float64], row: int, *, scale: float, limit: int = 8
    ) -> tuple[Reason, ...]:
        """The heaviest reasons of one row, the heaviest first. `scale`: log-odds of risk for one unit of its score."""
        worded = rows.concepts[row] * self._heads.concepts[:, _RISK_AT]
        weights = {code: float(worded[at]) for at, code in enumerate(self._concepts) if worded[at]}
        weights[WORDING] = float(self._bucket_weights(rows, row)[1].sum())
        weights = {code: weight * self._linear_share for code, weight in weights.items()}
        weights[WHOLE_TEXT] = float(logits[row, _RISK_AT]) * self._encoder_share
        return _heaviest(weights, scale, limit)

    def wording(self, form: str, rows: FeatureRows, row: int, *, scale: float, limit: int = 8) -> tuple[Reason, ...]:
        """The heaviest n-grams of one row, without those that are part of a heavier one of their side or hold it."""
        buckets, terms = self._bucket_weights(rows, row)
        by_bucket = dict(zip(buckets.tolist(), terms.tolist(), strict=True))
        weights: dict[str, float] = {}
        for ngram in sorted(_ngrams(f" {form} ")):
            weight = by_bucket.get(bucket_of(ngram, bits=self._bits), 0.0) * self._linear_share
            shown = ngram.strip()
            if len(shown) >= _FEWEST_LETTERS and abs(weight) > abs(weights.get(shown, 0.0)):
                weights[shown] = weight
        return _heaviest(_without_overlaps(weights, limit), scale, limit)

    def _bucket_weights(self, rows: FeatureRows, row: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The buckets of a row's n-grams, and what each adds to the score of risk."""
        begins, ends = rows.ngrams.starts[row], rows.ngrams.starts[row + 1]
        buckets = rows.ngrams.buckets[begins:ends]
        return buckets, rows.ngrams.values[begins:ends] * self._heads.ngrams[buckets, _RISK_AT].astype(np.float64)


def _heaviest(weights: Mapping[str, float], scale: float, limit: int) -> tuple[Reason, ...]:
    scaled = [(code, round(weight * scale, _DECIMALS)) for code, weight in weights.items()]
    heavy = sorted((pair for pair in scaled if pair[1]), key=lambda pair: -abs(pair[1]))[:limit]
    return tuple(Reason(code, weight, "for" if weight > 0 else "against") for code, weight in heavy)


def _ngrams(text: str) -> Iterable[str]:
    return {text[at : at + size] for size in range(SHORTEST, LONGEST + 1) for at in range(len(text) - size + 1)}


def _without_overlaps(weights: Mapping[str, float], limit: int) -> dict[str, float]:
    """The `limit` heaviest, none part of a heavier one of its side."""
    kept: dict[str, float] = {}
    seen: defaultdict[bool, list[str]] = defaultdict(list)
    for ngram, weight in sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0])):
        side = weight > 0
        if not any(ngram in other or other in ngram for other in seen[side]):
            kept[ngram] = weight
            seen[side].append(ngram)
        if len(kept) == limit:
            break
    return kept
