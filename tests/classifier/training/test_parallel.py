"""Parallel text: groups of at least two languages, masked, without what may not ship or cannot be read."""

import gzip
import json
from pathlib import Path

import pytest

from classifier.masking import EMAIL
from classifier.training.parallel import load_parallel
from lurewatch.errors import DataError


def write(folder: Path, name: str, *groups: object) -> Path:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write("\n".join(json.dumps(group) for group in groups))
    return folder


def group(source: str, **texts: str) -> dict[str, object]:
    return {"id": "1", "source": source, "texts": texts}


def test_sentences_are_masked(tmp_path: Path) -> None:
    (found,) = load_parallel(write(tmp_path, "ui", group("ui", en="Write to a@b.example", fr="Écrivez à a@b.example")))
    assert found.texts == {"en": f"write to {EMAIL}", "fr": f"écrivez à {EMAIL}"}


def test_a_sentence_without_a_translation_is_left_out(tmp_path: Path) -> None:
    assert load_parallel(write(tmp_path, "ui", group("ui", en="Write to us"))) == []


def test_a_set_under_non_commercial_terms_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "ui", group("ui", en="Write to us", fr="Écrivez-nous"))
    write(tmp_path, "african_storybook", group("african_storybook", en="A hen ran", fr="Une poule courait"))
    assert {found.source for found in load_parallel(tmp_path)} == {"ui"}


def test_burmese_in_another_encoding_is_left_out(tmp_path: Path) -> None:
    texts = {"en": "Write to us", "fr": "Écrivez-nous", "my": "ေ၀လအမ်ိဳးသား"}
    (found,) = load_parallel(write(tmp_path, "ntrex", group("ntrex", **texts)))
    assert set(found.texts) == {"en", "fr"}


@pytest.mark.parametrize("broken", [[], {"source": "ui"}, {"source": "ui", "texts": ["a"]}], ids=str)
def test_a_bad_line_is_named(tmp_path: Path, broken: object) -> None:
    with pytest.raises(DataError, match=r"ui\.jsonl\.gz:2 is no group of sentences"):
        load_parallel(write(tmp_path, "ui", group("ui", en="Write to us", fr="Écrivez-nous"), broken))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no \*\.jsonl\.gz file"):
        load_parallel(tmp_path)
