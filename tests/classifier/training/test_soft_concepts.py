"""The graph gives the best cosine of any stretch, with padding or without."""

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = pytest.mark.train
pytest.importorskip("onnx", reason="NO ONNX HERE: install the extra `train` to run the tests of training")

from classifier.encoder import Encoder  # noqa: E402
from classifier.training.soft_concepts import STRETCHES, concept_places, encoder_graph  # noqa: E402
from classifier.training.tokenizing import train_tokenizer  # noqa: E402

WORDINGS = [["free flight", "ticket paid"], ["police warn"]]
TEXTS = ["a free flight and a ticket paid for all who come to the border this week", "police warn", "x", ""]
TOKENIZER = train_tokenizer([*TEXTS, *WORDINGS[0], *WORDINGS[1]] * 5, pieces=120)


def make_table() -> NDArray[np.float32]:
    table = np.random.default_rng(1).normal(size=(TOKENIZER.get_vocab_size(), 16)).astype(np.float32)
    table[0] = 0.0
    return table


def make_encoder(table: NDArray[np.float32]) -> Encoder:
    graph = encoder_graph(table, concept_places(TOKENIZER, table, WORDINGS))
    return Encoder(graph, TOKENIZER.to_str().encode(), max_pieces=64)


def nearest(table: NDArray[np.float32], places: NDArray[np.float32], text: str, stretch: int) -> NDArray[np.float32]:
    """The definition, one stretch after the other."""
    rows = table[TOKENIZER.encode(text).ids]
    sums = [rows[at : at + stretch].sum(axis=0) for at in range(max(1, len(rows) - stretch + 1))]
    return np.max([places @ (one / np.linalg.norm(one)) for one in sums], axis=0)


@pytest.mark.parametrize("text", TEXTS[:3])
def test_the_graph_keeps_to_the_definition(text: str) -> None:
    table = make_table()
    places = concept_places(TOKENIZER, table, WORDINGS)
    expected = np.concatenate([nearest(table, places, text, stretch) for stretch in STRETCHES])
    # int8 costs about one part in a hundred.
    assert make_encoder(table).encode([text])[0] == pytest.approx(expected, abs=0.03)


def test_padding_changes_nothing() -> None:
    encoder = make_encoder(make_table())
    assert encoder.encode(TEXTS).tolist() == [encoder.encode([text])[0].tolist() for text in TEXTS]


def test_an_empty_text_gives_zeros() -> None:
    assert not make_encoder(make_table()).encode([""]).any()


def test_a_wording_is_nearest_to_its_own_concept() -> None:
    encoder = make_encoder(make_table())
    near_first, near_second = encoder.encode(["police warn"])[0][-2:]
    assert near_second > near_first
    assert near_second == pytest.approx(1.0, abs=0.03)
