"""Batches: every text in its turn, of like length, padded where there is nothing."""

from itertools import islice

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="NO TORCH HERE: install the extra `train` to run the tests of training")

from classifier.training.pieces import batches_by_length, batches_without_end, padded  # noqa: E402

ROWS = [np.arange(1, 1 + length, dtype=np.int64) for length in (5, 1, 3, 2, 4, 0, 9, 8)]


def test_padding_is_nothing_in_both() -> None:
    ids, mask = padded([ROWS[2], ROWS[0]], "cpu")
    assert ids.tolist() == [[1, 2, 3, 0, 0], [1, 2, 3, 4, 5]]
    assert mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]


def test_an_empty_text_is_one_piece_of_padding_so_that_no_mean_is_over_nothing() -> None:
    ids, mask = padded([ROWS[5]], "cpu")
    assert (ids.tolist(), mask.tolist()) == ([[0]], [[1]])


def test_every_text_comes_once_in_order_of_length() -> None:
    batches = [batch.tolist() for batch in batches_by_length(ROWS, 3)]
    assert sorted(number for batch in batches for number in batch) == list(range(len(ROWS)))
    lengths = [len(ROWS[number]) for batch in batches for number in batch]
    assert lengths == sorted(lengths)


def test_batches_go_on_and_a_round_holds_every_chosen_text_once() -> None:
    chosen = np.array([0, 2, 4, 6])
    endless = batches_without_end(ROWS, chosen, 2, np.random.default_rng(1))
    rounds = [sorted(np.concatenate(list(islice(endless, 2))).tolist()) for _ in range(3)]
    assert rounds == [[0, 2, 4, 6]] * 3


def test_chance_decides_the_order() -> None:
    def order(seed: int) -> list[int]:
        endless = batches_without_end(ROWS, np.arange(8), 1, np.random.default_rng(seed))
        return [int(batch[0]) for batch in islice(endless, 8)]

    assert order(1) != order(2)
