"""A window's features: concepts found and hashed n-grams; the heads that weigh them, and how the encoder has its say.

A concept that an advert demands of a person (age, sex, looks) is no feature: `release.json` lists the ones that are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.cleaning import CleanText
from classifier.indicators import Indicator
from classifier.masking import reading_form
from classifier.ngrams import SparseRows, ngram_rows
from classifier.reading import windows
from classifier.release import FeatureSettings


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a cleaned post in reading form, and what was found in it: ln(1 + count) of each concept."""

    form: str
    concepts: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """One row a window in each block: `concepts` (rows, concepts), `ngrams`."""

    concepts: NDArray[np.float64]
    ngrams: SparseRows

    def __len__(self) -> int:
        return len(self.concepts)


def window_features(cleaned: CleanText, indicators: Sequence[Indicator], settings: FeatureSettings) -> list[Window]:
    """The windows of a cleaned text, each with the indicators that begin in it."""
    found = []
    sizes = {"whole": settings.whole_chars, "size": settings.window_chars, "stride": settings.stride_chars}
    for start, end in windows(len(cleaned.text), **sizes):
        first, last = cleaned.original_span(start, end)
        inside = [indicator for indicator in indicators if first <= indicator.start < last]
        found.append(Window(reading_form(cleaned.text[start:end]), concept_row(inside, settings.concepts)))
    return found


def concept_row(indicators: Iterable[Indicator], concepts: Sequence[str]) -> NDArray[np.float64]:
    """ln(1 + count) of each concept of `concepts`, in that order."""
    places = {code: place for place, code in enumerate(concepts)}
    counts = np.zeros(len(concepts))
    for indicator in indicators:
        if indicator.code in places:
            counts[places[indicator.code]] += 1
    return np.log1p(counts)


def feature_rows(found: Sequence[Window], settings: FeatureSettings) -> FeatureRows:
    """One row for each window."""
    concepts = np.array([window.concepts for window in found]).reshape(len(found), len(settings.concepts))
    return FeatureRows(concepts, ngram_rows([window.form for window in found], bits=settings.ngram_bits))


class Heads:
    """Linear heads over the two blocks, one column a head."""

    def __init__(self, weights: dict[str, NDArray[np.floating]]) -> None:
        self.concepts = weights["concepts"].astype(np.float64)
        # Half precision is for the disk: numpy reckons far faster in single.
        self.ngrams = weights["ngrams"].astype(np.float32)
        self.intercept = weights["intercept"].astype(np.float64)

    def scores(self, rows: FeatureRows) -> NDArray[np.float64]:
        """Scores (rows, heads), before the encoder is heard and before calibration."""
        return rows.ngrams.times(self.ngrams) + rows.concepts @ self.concepts + self.intercept


def mixed_scores(
    linear: NDArray[np.float64], logits: NDArray[np.float64], *, encoder_share: float
) -> NDArray[np.float64]:
    """Scores (rows, heads) of the linear heads and of the encoder together; both are log-odds."""
    return (1.0 - encoder_share) * linear + encoder_share * logits
