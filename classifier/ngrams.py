"""Hashed character n-grams as sparse rows: the features that need no vocabulary.

All n-grams of a batch are hashed at once in numpy. Weights of a row: 1 + ln(count), scaled to length 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST, LONGEST = 2, 5
# Odd multiplier and finaliser of splitmix64 (Steele, Lea, Flood 2014): spreads neighbouring code points.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows in compressed form: row i has `buckets[starts[i]:starts[i + 1]]` with `values` beside them.

    There are 2**bits buckets.
    """

    starts: NDArray[np.int64]
    buckets: NDArray[np.int64]
    values: NDArray[np.float64]
    bits: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def times(self, weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """The product with dense weights (buckets, heads): shape (rows, heads). An empty row gives zeros."""
        product = np.zeros((len(self), weights.shape[1]))
        filled = np.flatnonzero(np.diff(self.starts))
        if len(filled):
            terms = weights.take(self.buckets, axis=0) * self.values[:, None].astype(weights.dtype)
            product[filled] = np.add.reduceat(terms, self.starts[filled], axis=0, dtype=np.float64)
        return product


def ngram_rows(texts: Sequence[str], *, bits: int) -> SparseRows:
    """One row a text over 2**bits buckets. A text is read with a blank on either side."""
    codes = [_codes(f" {text} ") if text else np.zeros(0, dtype=np.uint64) for text in texts]
    lengths = np.array([len(row) for row in codes], dtype=np.int64)
    flat = np.concatenate(codes) if codes else np.zeros(0, dtype=np.uint64)
    keys: NDArray[np.integer] = _row_keys(flat, lengths, bits)
    if len(texts) << bits <= 1 << 31:  # of half the size, they are sorted in half the time
        keys = keys.astype(np.int32)
    unique, counts = np.unique(keys, return_counts=True)
    rows, buckets = unique >> bits, (unique & ((1 << bits) - 1)).astype(np.int64)
    starts = np.searchsorted(rows, np.arange(len(texts) + 1))
    return SparseRows(starts, buckets, _scaled(1.0 + np.log(counts), starts), bits)


def bucket_of(ngram: str, *, bits: int) -> int:
    """The bucket of one n-gram, as `ngram_rows` finds it."""
    return int(_hashes(_codes(ngram), len(ngram), bits)[0])


def _codes(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)


def _row_keys(flat: NDArray[np.uint64], lengths: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """row << bits | bucket of every n-gram that does not cross the end of its text."""
    rows = np.repeat(np.arange(len(lengths)), lengths)
    left_in_row = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(flat))
    keys = []
    for size in range(SHORTEST, LONGEST + 1):
        whole = np.flatnonzero(left_in_row >= size)
        if len(whole):
            keys.append((rows[whole] << bits) | _hashes(flat, size, bits)[whole])
    return np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64)


def _hashes(flat: NDArray[np.uint64], size: int, bits: int) -> NDArray[np.int64]:
    """The bucket of the n-gram that begins at each place, for the places where one fits."""
    count = len(flat) - size + 1
    state = np.full(count, size, dtype=np.uint64)
    for offset in range(size):
        state = (state ^ flat[offset : offset + count]) * _STEP
        state ^= state >> np.uint64(29)
    state = (state * _MIX) >> np.uint64(64 - bits)
    return state.astype(np.int64)


def _scaled(values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    filled = np.flatnonzero(np.diff(starts))
    if not len(filled):
        return values
    norms = np.sqrt(np.add.reduceat(values**2, starts[filled]))
    scaled: NDArray[np.float64] = values / np.repeat(norms, np.diff(starts)[filled])
    return scaled
