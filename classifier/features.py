"""A window's features: concepts found, hashed n-grams, the encoder's vector; and the heads that weigh them.

A concept that an advert demands of a person (age, sex, looks) is no feature: `release.json` lists the ones that are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.cleaning import CleanText
from classifier.encoder import Encoder
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
    """One row a window in each block: `concepts` (rows, concepts), `ngrams`, `vectors` (rows, width)."""

    concepts: NDArray[np.float64]
    ngrams: SparseRows
    vectors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.concepts)


def window_features(cleaned: CleanText, indicators: Sequence[Indicator], settings: FeatureSettings) -> list[Window]:
    """The windows of a cleaned text, each with the indicators that begin in it."""
    found = []
    for start, end in windows(len(cleaned.text), size=settings.window_chars, stride=settings.stride_chars):
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


def feature_rows(found: Sequence[Window], encoder: Encoder, settings: FeatureSettings) -> FeatureRows:
    """One row for each window."""
    forms = [window.form for window in found]
    concepts = np.array([window.concepts for window in found]).reshape(len(found), len(settings.concepts))
    return FeatureRows(concepts, ngram_rows(forms, bits=settings.ngram_bits), encoder.encode(forms))


class Heads:
    """Linear heads over the three blocks, one column a head; vectors count from their mean over the training posts."""

    def __init__(self, weights: dict[str, NDArray[np.floating]]) -> None:
        self.concepts = weights["concepts"].astype(np.float64)
        self.ngrams = weights["ngrams"]
        self.vectors = weights["encoder"].astype(np.float64)
        self.centre = weights["encoder.centre"].astype(np.float64)
        self.intercept = weights["intercept"].astype(np.float64)

    def scores(self, rows: FeatureRows) -> NDArray[np.float64]:
        """Scores (rows, heads), before calibration."""
        dense = rows.concepts @ self.concepts + (rows.vectors - self.centre) @ self.vectors
        return rows.ngrams.times(self.ngrams) + dense + self.intercept
