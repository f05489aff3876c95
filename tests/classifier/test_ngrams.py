"""Sparse rows: the right n-grams, the right length, the same for one text and for many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.ngrams import LONGEST, SHORTEST, bucket_of, ngram_rows

BITS = 17
TEXTS = ["luong cao viec nhe", "包吃住包机票", "", "งานดี รายได้ดี", "a"]


def test_a_row_holds_the_buckets_of_its_ngrams() -> None:
    rows = ngram_rows(["viec"], bits=BITS)
    padded = " viec "
    expected = {
        bucket_of(padded[at : at + size], bits=BITS)
        for size in range(SHORTEST, LONGEST + 1)
        for at in range(len(padded) - size + 1)
    }
    assert set(rows.buckets.tolist()) == expected


def test_a_row_has_length_one() -> None:
    rows = ngram_rows(TEXTS, bits=BITS)
    lengths = [np.linalg.norm(rows.values[start:end]) for start, end in zip(rows.starts, rows.starts[1:], strict=False)]
    assert lengths == pytest.approx([1.0, 1.0, 0.0, 1.0, 1.0])


def test_no_ngram_runs_from_one_text_into_the_next() -> None:
    together = ngram_rows(["ab", "cd"], bits=BITS)
    assert bucket_of("bc", bits=BITS) not in together.buckets.tolist()


def test_a_repeated_ngram_weighs_more_but_not_twice() -> None:
    weights = np.zeros((1 << BITS, 1))
    weights[bucket_of("ab", bits=BITS), 0] = 1.0
    once, thrice = ngram_rows(["ab cdefgh", "ab ab ab cdefgh"], bits=BITS).times(weights)[:, 0]
    assert once < thrice < 3 * once


@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_batch_gives_each_text_the_row_it_has_alone(texts: list[str]) -> None:
    weights = np.random.default_rng(1).normal(size=(1 << BITS, 3)).astype(np.float16)
    together = ngram_rows(texts, bits=BITS).times(weights)
    alone = [ngram_rows([text], bits=BITS).times(weights)[0] for text in texts]
    assert together.tolist() == [row.tolist() for row in alone]


def test_half_of_a_surrogate_pair_is_no_error() -> None:
    assert len(ngram_rows(["a\ud800b"], bits=BITS)) == 1
