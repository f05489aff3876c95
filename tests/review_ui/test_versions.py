"""What changed between two versions: nothing is lost, words stay whole, and long texts take no time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_ui.versions import COMPARED_TOKENS, Change, changes


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
    assert changes("a " * COMPARED_TOKENS, "b") is None
