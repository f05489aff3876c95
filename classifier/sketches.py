"""Sketches of texts: small enough to keep for every post, good enough to find and compare near-duplicates.

Character n-grams (so it works without word breaks), MinHash to find candidates, the n-grams themselves to decide.
"""

from dataclasses import dataclass

import numpy as np
import regex
from numpy.typing import NDArray

from classifier.cleaning import clean
from classifier.phrases import fold

Hashes = NDArray[np.uint64]

# 48 bands of 4 rows find a pair of similarity 0.5 with 95 %, of 0.6 with 99.9 %, of 0.1 with 0.5 %.
_BANDS, _ROWS = 48, 4
_GRAM, _SYLLABIC_GRAM = 5, 3
# Fewer n-grams than these say too little: "inbox me for details" is everybody's.
_FEWEST_GRAMS = 24
_LONGEST_LETTERS = 20_000
# A sixth of the text recurs where this share of its n-grams does; five sixths must. Texts that share only a
# footer fail: their bodies do not recur.
_PARTS, _PARTS_NEEDED, _PART_RECURS = 6, 5, 0.3

_LETTERS = regex.compile(r"[\p{L}\p{M}]+")
# Addresses and handles that no identifier covers.
_ADDRESS = regex.compile(r"\S*(?:@|://)\S*")
_WEIGHTS = np.array([pow(1_000_003, power, 2**64) for power in range(_GRAM)], dtype=np.uint64)
_FACTORS, _OFFSETS = np.random.default_rng(20_260_101).integers(0, 2**63, size=(2, _BANDS * _ROWS, 1), dtype=np.uint64)
_FACTORS |= np.uint64(1)


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The n-grams of a text in order (`grams`) and as a sorted set (`distinct`), and its MinHash `bands`."""

    grams: Hashes
    distinct: Hashes
    bands: tuple[bytes, ...]

    def similarity(self, other: "Sketch") -> float:
        """Jaccard: n-grams in common over n-grams of both, 0 to 1."""
        common = len(np.intersect1d(self.distinct, other.distinct, assume_unique=True))
        return common / max(1, len(self.distinct) + len(other.distinct) - common)

    def recurs_throughout(self, other: "Sketch") -> bool:
        """Whether nearly every part of the shorter text recurs in the longer one, in whatever order."""
        shorter, longer = sorted((self, other), key=lambda sketch: len(sketch.grams))
        parts = np.array_split(np.isin(shorter.grams, longer.distinct), _PARTS)
        return sum(float(part.mean()) >= _PART_RECURS for part in parts) >= _PARTS_NEEDED


def sketch_text(text: str) -> Sketch:
    """The sketch of a text; one that says too little has no bands and is like nothing."""
    grams = _grams(letters_of(text)[:_LONGEST_LETTERS])
    distinct = np.unique(grams)
    return Sketch(grams, distinct, _bands(distinct) if len(distinct) >= _FEWEST_GRAMS else ())


def letters_of(text: str) -> str:
    """What is compared: the folded letters of the cleaned text, without spaces, figures and addresses."""
    return "".join(fold(run) for run in _LETTERS.findall(_ADDRESS.sub(" ", clean(text).text)))


def _grams(letters: str) -> Hashes:
    """A hash for each n-gram: five letters, or three where a character is a syllable or word (Han, Kana, Hangul)."""
    points = np.frombuffer(letters.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    count = len(points) - _GRAM + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    terms = np.lib.stride_tricks.sliding_window_view(points, _GRAM) * _WEIGHTS
    first = points[:count]
    is_syllabic = ((first >= 0x3040) & (first < 0xA000)) | ((first >= 0xAC00) & (first < 0xD7B0))
    return _mixed(np.where(is_syllabic, terms[:, :_SYLLABIC_GRAM].sum(axis=1), terms.sum(axis=1)))


def _mixed(hashes: Hashes) -> Hashes:
    """MurmurHash3's finalizer: every bit of the n-gram counts in every bit of the hash."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(33))


def _bands(distinct: Hashes) -> tuple[bytes, ...]:
    """Keys under which texts alike meet: band number and the smallest hashes of its rows."""
    signature = (distinct * _FACTORS + _OFFSETS).min(axis=1).reshape(_BANDS, _ROWS)
    return tuple(bytes([band]) + rows.tobytes() for band, rows in enumerate(signature))
