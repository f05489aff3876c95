"""Hostile text in pieces: nothing lost, nothing active, no letter torn."""

import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from evidence.highlights import highlighted, shown


def mark(start: int, end: int, code: str = "high_pay") -> dict[str, object]:
    return {"start": start, "end": end, "code": code}


def marked(text: str, *found: dict[str, object]) -> list[str]:
    return [piece.text for piece in highlighted(text, found) if piece.codes]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        pytest.param("high pay abroad", (0, 8), "high pay", id="english"),
        pytest.param("ប្រាក់ខែខ្ពស់", (7, 8), "ខែ", id="khmer vowel sign"),
        pytest.param("Tuye\u0302\u0309n", (3, 4), "e\u0302\u0309", id="vietnamese decomposed"),
        pytest.param("x👩‍👩‍👧y", (2, 3), "👩‍👩‍👧", id="emoji family"),
        pytest.param("مُوَظَّف", (1, 2), "مُ", id="arabic vowel point"),
    ],
)
def test_marks_widen_to_whole_letters(text: str, span: tuple[int, int], expected: str) -> None:
    assert marked(text, mark(*span)) == [expected]


def test_overlapping_indicators_give_pieces_with_both_codes() -> None:
    pieces = highlighted("abcdef", [mark(0, 4, "one"), mark(2, 6, "two")])
    assert [(piece.text, piece.codes) for piece in pieces] == [
        ("ab", ("one",)),
        ("cd", ("one", "two")),
        ("ef", ("two",)),
    ]


@pytest.mark.parametrize("span", [(-5, 2), (1, 99), (50, 60), (3, 1)], ids=str)
def test_offsets_outside_the_text_are_clipped(span: tuple[int, int]) -> None:
    assert "".join(piece.text for piece in highlighted("abc", [mark(*span)])) == "abc"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://a.example.test/x.php", "hxxps://a[.]example[.]test/x[.]php", id="address"),
        pytest.param("HTTP://A.B", "HxxP://A[.]B", id="capitals"),
        pytest.param("write hr@house.example.org", "write hr@house[.]example[.]org", id="mail"),
        pytest.param("пиши.рф", "пиши[.]рф", id="other script"),
        pytest.param("4shop.test", "4shop[.]test", id="digit first"),
        pytest.param("7zip4.test", "7zip4[.]test", id="digit before the dot"),
        pytest.param("500.000 đ. Call", "500.000 đ. Call", id="money and sentence end stay"),
        pytest.param("a\u202eb\u2066c", "a[U+202E]b[U+2066]c", id="bidi"),
        pytest.param("a\x1b[31m\x00", "a[U+001B][31m[U+0000]", id="control"),
        pytest.param("می\u200cخواهم\nخط", "می\u200cخواهم\nخط", id="joiners and lines stay"),
    ],
)
def test_what_would_act_is_shown_harmlessly(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text(), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=5))
def test_every_text_is_shown_whole_and_cut_at_grapheme_borders(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = [piece.text for piece in highlighted(text, [mark(*span) for span in spans])]
    assert "".join(pieces) == shown(text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(pieces))
    assert not any(regex.match(r"\p{Mn}", piece) for piece in pieces[1:])


def test_a_long_text_takes_time_in_proportion() -> None:
    text = "a." * 50_000 + "http" * 10_000
    assert len(shown(text)) > len(text)
