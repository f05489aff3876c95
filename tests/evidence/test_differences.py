"""What one post has that another has not: nothing is lost, nothing is torn, and no text makes it slow."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from evidence.differences import COMPARED_PIECES, MOST_PIECES, Change, changes, differences


def test_changed_words_are_told() -> None:
    assert differences("pay 25 million a month", "pay 30 million a month") == (
        Change("same", "pay "),
        Change("gone", "25"),
        Change("new", "30"),
        Change("same", " million a month"),
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
    found = differences(first, other)
    assert added in "".join(change.text for change in found if change.kind == "new")
    borders = {match.start() for match in regex.finditer(r"\X", other)} | {len(other)}
    at = 0
    for change in found:
        if change.kind != "gone":
            at += len(change.text)
            assert at in borders


def test_what_both_have_is_cut_short() -> None:
    (change,) = differences("word " * 100, "word " * 100)
    assert " … " in change.text
    assert len(change.text) < 100


@given(st.text(max_size=30), st.text(max_size=30))
def test_both_texts_can_be_put_together_again(first: str, other: str) -> None:
    found = differences(first, other)
    assert "".join(change.text for change in found if change.kind != "new") == first
    assert "".join(change.text for change in found if change.kind != "gone") == other


def test_beyond_the_limit_only_whether_it_is_the_same_is_told() -> None:
    head = "字" * MOST_PIECES
    assert differences(head + "一", head + "二")[-2:] == (Change("gone", "一"), Change("new", "二"))
    assert differences(head + "一", head + "一")[-1] == Change("same", " …")


def test_changed_words_stay_whole() -> None:
    assert changes("pay 1200 a month", "pay 12000 a month") == (
        Change("same", "pay "),
        Change("gone", "1200"),
        Change("new", "12000"),
        Change("same", " a month"),
    )


@pytest.mark.parametrize(
    ("earlier", "later", "new"),
    [("ប្រាក់ខែ ខ្ពស់", "ប្រាក់ខែ ខ្ពស់ណាស់", "ណាស់"), ("高薪招聘", "高薪诚聘招聘", "诚聘")],
    ids=["km", "zh"],
)
def test_scripts_without_word_breaks_are_compared_by_grapheme(earlier: str, later: str, new: str) -> None:
    found = changes(earlier, later)
    assert found is not None
    assert "".join(change.text for change in found if change.kind == "new") == new
    assert all(change.kind != "gone" for change in found)


def test_an_accent_is_never_parted_from_its_letter() -> None:
    found = changes("luong", "lu\u031bo\u031bng")
    assert found == (Change("gone", "luong"), Change("new", "lu\u031bo\u031bng"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_versions_can_be_read_from_the_changes(earlier: str, later: str) -> None:
    found = changes(earlier, later)
    assert found is not None
    assert "".join(change.text for change in found if change.kind != "new") == earlier
    assert "".join(change.text for change in found if change.kind != "gone") == later


def test_what_is_too_long_is_not_compared() -> None:
    assert changes("a " * COMPARED_PIECES, "b") is None
