"""What one post has that another has not: nothing is lost, nothing is torn, and no text makes it slow."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from review_ui.differences import MOST_PIECES, Change, differences


def test_changed_words_are_told() -> None:
    assert differences("pay 25 million a month", "pay 30 million a month") == (
        Change("pay ", "same"),
        Change("25", "missing"),
        Change("30", "added"),
        Change(" million a month", "same"),
    )


@pytest.mark.parametrize(
    ("first", "other", "added"),
    [
        ("ប្រាក់ខែ ១២០០", "ប្រាក់ខែ ១៥០០", "១៥០០"),
        ("เงินเดือน 45,000 บาท", "เงินเดือน 60,000 บาท", "60"),
        ("高薪招聘打字员", "高薪招聘客服", "客服"),
        ("راتب 1200 دولار", "راتب 1500 دولار", "1500"),
    ],
    ids=["km", "th", "zh", "ar"],
)
def test_every_script_is_cut_at_graphemes_and_numbers(first: str, other: str, added: str) -> None:
    changes = differences(first, other)
    assert added in "".join(change.text for change in changes if change.kind == "added")
    borders = {match.start() for match in regex.finditer(r"\X", other)} | {len(other)}
    at = 0
    for change in changes:
        if change.kind != "missing":
            at += len(change.text)
            assert at in borders


def test_what_both_have_is_cut_short() -> None:
    (change,) = differences("word " * 100, "word " * 100)
    assert " … " in change.text
    assert len(change.text) < 100


@given(st.text(max_size=30), st.text(max_size=30))
def test_both_texts_can_be_put_together_again(first: str, other: str) -> None:
    changes = differences(first, other)
    assert "".join(change.text for change in changes if change.kind != "added") == first
    assert "".join(change.text for change in changes if change.kind != "missing") == other


def test_beyond_the_limit_only_whether_it_is_the_same_is_told() -> None:
    head = "字" * MOST_PIECES
    assert differences(head + "一", head + "二")[-2:] == (Change("一", "missing"), Change("二", "added"))
    assert differences(head + "一", head + "一")[-1] == Change(" …", "same")
