"""The tokenizer: pieces of what it was taught, bytes for the rest, equal for equal texts, silent."""

import pytest

from classifier.training.tokenizing import PAD, balanced, train_tokenizer

TEXTS = ["viec nhe luong cao", "包吃住包机票", "งานดี รายได้ดี"] * 20


def test_equal_texts_give_an_equal_tokenizer() -> None:
    assert train_tokenizer(TEXTS, pieces=80).to_str() == train_tokenizer(TEXTS, pieces=80).to_str()


def test_what_no_piece_holds_becomes_bytes() -> None:
    tokenizer = train_tokenizer(TEXTS, pieces=80)
    assert "<0xE2>" in tokenizer.encode("€").tokens
    assert "<unk>" not in tokenizer.encode("€ ខ្មែរ").tokens


def test_padding_is_piece_zero() -> None:
    assert train_tokenizer(TEXTS, pieces=80).token_to_id(PAD) == 0


def test_nothing_is_written_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    train_tokenizer(TEXTS, pieces=80)
    assert capfd.readouterr().out == ""


def test_languages_are_balanced_and_the_seed_decides() -> None:
    texts = {"en": [f"text {number}" for number in range(100)], "lo": ["ຂໍ້ຄວາມ"]}
    chosen = balanced(texts, per_lang=5, seed=1)
    assert len(chosen) == 6
    assert chosen == balanced(texts, per_lang=5, seed=1) != balanced(texts, per_lang=5, seed=2)
