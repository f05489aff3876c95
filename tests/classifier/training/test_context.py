"""The contextual layers: they begin with the table, and their lessons lower what is lost."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("transformers", reason="NO TRANSFORMERS HERE: install the extra `train` to run these")

import torch  # noqa: E402

from classifier.training.context import ContextPlan, Reading, contextual_encoder, untaught  # noqa: E402
from tests.classifier.training.encoders import WORDS, make_tokenizer  # noqa: E402

PLAN = ContextPlan(layers=1, width=16, heads=2, most_pieces=32, steps=60, texts=8, pairs=8, field_pairs=4)
TABLE = np.random.default_rng(2).normal(size=(len(WORDS) + 2, 8)).astype(np.float32)


def make_reading() -> Reading:
    """Translations of one word by another, always the same."""
    pairs = [(WORDS[number], WORDS[-1 - number]) for number in range(6)]
    texts = [f"{one} {other} {one} {other}" for one, other in pairs]
    return Reading(texts, [list(pair) for pair in pairs], [[text, text[::1]] for text in texts])


def vectors(model: torch.nn.Module, words: list[str]) -> torch.Tensor:
    ids = torch.tensor([make_tokenizer().encode(word).ids for word in words])
    with torch.inference_mode():
        return torch.nn.functional.normalize(model(input_ids=ids).last_hidden_state.mean(1), dim=1)


def test_the_layers_begin_with_the_table() -> None:
    table = untaught(TABLE, PLAN).get_input_embeddings().weight.detach().numpy()
    assert np.corrcoef(table.ravel(), TABLE.ravel())[0, 1] == pytest.approx(1.0)


def test_translations_come_to_lie_together() -> None:
    reading = make_reading()
    model = contextual_encoder(make_tokenizer(), TABLE, reading, PLAN, lambda message, done: None)
    left, right = (vectors(model, [pair[side] for pair in reading.sentences]) for side in (0, 1))
    nearest = (left @ right.T).argmax(1)
    assert (nearest == torch.arange(len(left))).float().mean() >= 0.8


def test_the_same_seed_teaches_the_same() -> None:
    reading = make_reading()
    short = ContextPlan(layers=1, width=16, heads=2, most_pieces=32, steps=3, texts=4, pairs=4, field_pairs=2)
    first, second = (
        contextual_encoder(make_tokenizer(), TABLE, reading, short, lambda message, done: None) for _ in range(2)
    )
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in first.state_dict().items())


def test_single_texts_alone_can_be_read() -> None:
    alone = Reading(make_reading().texts, [], [])
    short = ContextPlan(layers=1, width=16, heads=2, most_pieces=32, steps=2, texts=4)
    contextual_encoder(make_tokenizer(), TABLE, alone, short, lambda message, done: None)
