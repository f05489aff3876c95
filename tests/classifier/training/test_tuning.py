"""Tuning: what the labels say is learnt, the encoder that is given stays as it is, the graph computes the same."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("transformers", reason="NO TRANSFORMERS HERE: install the extra `train` to run these")

import torch  # noqa: E402

from classifier.encoder import Encoder  # noqa: E402
from classifier.labels import HEADS  # noqa: E402
from classifier.training.graph import judge_graph  # noqa: E402
from classifier.training.tuning import Judge, Lesson, TuningPlan, from_folder, judged, tuned  # noqa: E402
from lurewatch.errors import ModelError  # noqa: E402
from tests.classifier.training.encoders import WORDS, make_encoder, make_tokenizer  # noqa: E402

PLAN = TuningPlan(epochs=30, batch=8, most_pieces=32)


def make_lesson(count: int = 48) -> Lesson:
    """Every head is to fire where the word "passport" stands."""
    chance = np.random.default_rng(4)
    texts = [" ".join(chance.choice(WORDS, 5)) for _ in range(count)]
    truth = np.array([["passport" in text] * len(HEADS) for text in texts])
    return Lesson.of(make_tokenizer(), texts, truth, np.ones(count), most_pieces=32)


def test_what_the_labels_say_is_learnt() -> None:
    lesson = make_lesson()
    logits = judged(tuned(make_encoder(), lesson, PLAN, rate=3e-3), lesson.pieces)
    assert logits[lesson.truth[:, 0]].min() > logits[~lesson.truth[:, 0]].max()


def test_rows_that_are_left_out_teach_nothing() -> None:
    lesson = make_lesson()
    seen = np.arange(24)
    turned = Lesson(lesson.pieces, lesson.truth.copy(), lesson.weights, lesson.unknown)
    turned.truth[24:] = ~turned.truth[24:]
    first, second = (
        judged(tuned(make_encoder(), each, PLAN, rate=3e-3, rows=seen), lesson.pieces) for each in (lesson, turned)
    )
    assert (first == second).all()


def test_the_given_encoder_stays_as_it_is() -> None:
    encoder = make_encoder()
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    tuned(encoder, make_lesson(), PLAN, rate=3e-3)
    assert all(torch.equal(before[name], value) for name, value in encoder.state_dict().items())


def test_weights_of_nothing_count_for_nothing() -> None:
    lesson = make_lesson()
    weights = np.where(np.arange(48) < 24, 1.0, 0.0)
    half = Lesson(lesson.pieces, lesson.truth, weights, lesson.unknown)
    turned = Lesson(lesson.pieces, lesson.truth ^ (weights == 0)[:, None], weights, lesson.unknown)
    first, second = (judged(tuned(make_encoder(), each, PLAN, rate=3e-3), lesson.pieces) for each in (half, turned))
    assert (first == second).all()


def test_the_graph_says_what_the_judge_says_and_padding_says_nothing() -> None:
    lesson = make_lesson()
    judge = tuned(make_encoder(), lesson, PLAN, rate=3e-3)
    encoder = Encoder(judge_graph(judge), make_tokenizer().to_str().encode(), max_pieces=32)
    texts = ["passport", "free flight typists wanted", "passport " * 20 + "monday"]
    pieces = Lesson.of(make_tokenizer(), texts, lesson.truth[:3], np.ones(3), most_pieces=32).pieces

    found = encoder.logits(texts)

    # int8 weights and activations are good to a few hundredths of the spread.
    assert found == pytest.approx(judged(judge, pieces), abs=0.25)
    assert (encoder.logits(texts[:1])[0] == found[0]).all()


def test_a_text_without_a_piece_has_nothing_to_say() -> None:
    encoder = Encoder(judge_graph(Judge(make_encoder(), len(HEADS)).eval()), _tokenizer_bytes(), max_pieces=32)
    assert not encoder.logits([""]).any()


def _tokenizer_bytes() -> bytes:
    return make_tokenizer().to_str().encode()


def test_a_folder_is_read_as_it_was_saved(tmp_path: Path) -> None:
    encoder = make_encoder(seed=7)
    encoder.save_pretrained(tmp_path)
    make_tokenizer().save(str(tmp_path / "tokenizer.json"))
    read, tokenizer = from_folder(tmp_path)
    assert all(torch.equal(value, read.state_dict()[name]) for name, value in encoder.state_dict().items())
    assert tokenizer.to_str() == make_tokenizer().to_str()


def test_weights_that_can_run_code_are_refused(tmp_path: Path) -> None:
    encoder = make_encoder()
    encoder.save_pretrained(tmp_path)
    torch.save(encoder.state_dict(), tmp_path / "pytorch_model.bin")
    (tmp_path / "model.safetensors").unlink()
    make_tokenizer().save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelError, match=r"is no encoder.*model\.safetensors"):
        from_folder(tmp_path)


def test_a_graph_names_no_file_of_the_machine_that_made_it() -> None:
    graph = judge_graph(Judge(make_encoder(), len(HEADS)).eval())
    assert b"tuning.py" not in graph
    assert b"site-packages" not in graph
