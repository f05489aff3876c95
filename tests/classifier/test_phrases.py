"""The index of phrases gives the same finds whatever it has read before."""

import subprocess
import sys

import pytest

from classifier.phrases import PhraseIndex, fold, longest, tokenize


def found(index: PhraseIndex[str], text: str, lang: str | None = None) -> list[str]:
    return sorted(entry.means for _, _, entry in index.find(tokenize(text), lang))


def test_phrases_that_begin_alike_are_all_found_at_the_first_reading() -> None:
    index = PhraseIndex([("free flight", "flight"), ("free flight today", "today"), ("free", "free")])

    assert found(index, "Free flight today, free") == ["flight", "free", "free", "today"]


def test_earlier_texts_change_nothing() -> None:
    fresh, used = (PhraseIndex([("free flight", "flight"), ("flight", "alone")]) for _ in range(2))
    found(used, "free flights, a flight, free")

    assert found(used, "free flight") == found(fresh, "free flight") == ["alone", "flight"]


def test_one_phrase_may_mean_two_things() -> None:
    assert found(PhraseIndex([("bao ăn", "board"), ("Bao Ăn", "shouted")]), "bao ăn") == ["board", "shouted"]


def test_endings_are_read_before_a_phrase_was_found() -> None:
    assert found(PhraseIndex([("kerja", "work")]), "kerjanya", "id") == ["work"]


def test_phrase_in_digits_of_a_script_needs_the_script() -> None:
    index = PhraseIndex([("৯৯৯", "hotline")])

    assert found(index, "কল ৯৯৯") == ["hotline"]
    assert found(index, "call 999") == []


@pytest.mark.parametrize("run", [".", ":", "!?", "\n", "a.", "1", "e\u0301", "ไ"])
def test_runs_are_split_without_loss(run: str) -> None:
    tokens = tokenize(run * 20_000)

    assert all(start < end for start, end in zip(tokens.starts, tokens.ends, strict=True))
    assert tokens.ends[:-1] <= tokens.starts[1:]


def test_a_run_of_stops_before_a_space_is_one_stop() -> None:
    assert tokenize("ăn... ở?!").words == ["an", "\n", "o"]


@pytest.mark.parametrize("token", ["Việc", "ЁЛКА", "١٢", "２", "ሐኪም", "ﷺ", "İş", "ß", "が", "한국", "हवाई"])
def test_index_folds_as_texts_are_folded(token: str) -> None:
    assert found(PhraseIndex([(f"{token} x", token)]), f"{token} x") == [token]
    assert fold(fold(token)) == fold(token)


def test_longer_spans_hide_those_inside() -> None:
    assert longest([(0, 2), (1, 5), (4, 6), (7, 8)]) == [(1, 5), (7, 8)]


def test_building_an_index_does_not_import_torch() -> None:
    code = (
        "import sys; from classifier.phrases import PhraseIndex; PhraseIndex([('a', 1)]); print('torch' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
