"""Marks on paper never tear a run or a word apart, and never reach further than they must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.directions import direction, widened


def marked(text: str, part: str) -> str:
    """What is marked of `text` when an indicator quotes `part`."""
    start = text.index(part)
    (found,) = widened(text, [{"code": "x", "start": start, "end": start + len(part)}])
    return text[found["start"] : found["end"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Work abroad", "ltr"),
        ("عمل", "rtl"),
        ("12 $: עבודה", "rtl"),
        ("… ကျွန်တော်", "ltr"),
        ("123", "ltr"),
        ("", "ltr"),
    ],
    ids=["english", "arabic", "hebrew behind digits", "burmese behind a sign", "digits alone", "nothing"],
)
def test_a_text_runs_as_its_first_letter_does(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        pytest.param("high pay abroad", "pay", "pay", id="one direction"),
        pytest.param("راتب مرتفع جدا", "مرتفع", "مرتفع", id="a whole arabic word"),
        pytest.param("والمطلوب الان", "مطلوب", "والمطلوب", id="a part of an arabic word"),
        pytest.param("مُوَظَّف جديد", "وَظ", "مُوَظَّف", id="arabic with vowel points"),
        pytest.param("pay مطلوب موظفون now", "مطلوب", "مطلوب موظفون", id="half a run against the text"),
        pytest.param("pay مطلوب 45 now", "مطلوب", "مطلوب 45", id="a number within such a run"),
        pytest.param("pay مطلوب now", "pay", "pay", id="beside such a run"),
        pytest.param("اتصل Telegram house now الان", "house", "Telegram house now", id="latin in arabic"),
        pytest.param("راتب $45 الان", "45", "$45", id="an amount in arabic"),
        pytest.param("اتصل house\nhouse now", "now", "house now", id="runs end with their line"),
        pytest.param("ค่าตั๋วฟรี", "ตั๋ว", "ตั๋ว", id="thai"),
    ],
)
def test_a_mark_reaches_to_where_a_text_may_be_parted(text: str, part: str, expected: str) -> None:
    assert marked(text, part) == expected


@given(st.text(alphabet="ab 1$.\nابُ\u05d0", max_size=30), st.integers(-2, 32), st.integers(-2, 32))
def test_marks_only_grow_and_stay_where_they_are_the_second_time(text: str, start: int, end: int) -> None:
    (once,) = widened(text, [{"code": "x", "start": start, "end": end}])
    assert (once["start"], once["end"]) == (min(once["start"], start), max(once["end"], end))
    assert widened(text, [once]) == [once]
