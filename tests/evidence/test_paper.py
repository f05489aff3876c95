"""Text on paper: every sign is drawn or named, nothing grows over its neighbours, and what is cut off is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.highlights import inert
from evidence.paper import beginning, printable
from evidence.typefaces import is_held
from tests.evidence.scripts import SCRIPTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("😀", "[U+1F600 GRINNING FACE]", id="a sign that no font holds"),
        pytest.param("𠮷", "[U+20BB7]", id="an ideograph is named by its code"),
        pytest.param("\ue000", "[U+E000]", id="private use"),
        pytest.param("\ud800", "[U+D800]", id="half a character"),
        pytest.param("a\u202eb", "a[U+202E]b", id="what would reorder"),
        pytest.param("e" + "\u0301" * 12, "e" + "\u0301" * 3 + "[9 more marks]", id="a pile of marks"),
        pytest.param("က" + "ိ" * 9, "က" + "ိ" * 8 + "[1 more marks]", id="a pile of a script's own marks"),
        pytest.param("e\u0302\u0309 ကြွှို့ مُوَظَّفٌ", "e\u0302\u0309 ကြွှို့ مُوَظَّفٌ", id="marks that people write"),
        pytest.param("❤\ufe0f", "❤\ufe0f", id="a variation selector"),
    ],
)
def test_what_cannot_be_drawn_is_named(text: str, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_stays_as_it_is(script: str) -> None:
    assert printable(SCRIPTS[script]) == SCRIPTS[script]


@given(st.text())
def test_nothing_is_left_that_cannot_be_drawn(text: str) -> None:
    shown = printable(text)
    assert all(map(is_held, shown))
    assert inert(shown) == shown


def test_a_beginning_takes_no_more_room_than_it_may() -> None:
    assert beginning("abc", 2) == "ab"
    assert beginning("abc", 3) == "abc"
    assert beginning("😀" * 100, 50) == "😀😀"
    assert beginning("abc" * 1000, None) == "abc" * 1000
