"""Unseen characters are named, and those that a script needs are not."""

import pytest

from review_ui.unseen import SHOWN, Unseen, unseen_in


def test_the_most_frequent_stands_first() -> None:
    assert unseen_in("a\u202eb\u2066c\u2066") == (
        Unseen("U+2066", "LEFT-TO-RIGHT ISOLATE", 2),
        Unseen("U+202E", "RIGHT-TO-LEFT OVERRIDE", 1),
    )


@pytest.mark.parametrize(
    "text",
    ["plain words\n\tand lines", "ស្នាក់\u200bនៅ", "ක්\u200dෂ", "👩\u200d👧", "می\u200cخواهم", ""],
    ids=["plain", "km", "si", "emoji", "fa", "empty"],
)
def test_what_a_script_needs_is_not_named(text: str) -> None:
    assert unseen_in(text) == ()


def test_zero_width_spaces_in_other_scripts_hide_words() -> None:
    assert unseen_in("s\u200bc\u200bam") == (Unseen("U+200B", "ZERO WIDTH SPACE", 2),)


def test_controls_have_no_name_and_tags_do() -> None:
    assert [one.name for one in unseen_in("\x07\U000e0073")] == ["CONTROL CHARACTER", "TAG LATIN SMALL LETTER S"]


def test_a_flood_is_cut_off() -> None:
    assert len(unseen_in("".join(map(chr, range(0xE0000, 0xE0080))))) == SHOWN
