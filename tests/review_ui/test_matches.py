"""Marks stand at grapheme borders, whatever the spelling, and what is shown is defanged."""

import pytest

from review_ui.matches import SHOWN, excerpt, is_in
from store.folding import fold


def _marked(text: str, wanted: str) -> list[str]:
    return [part.text for part in excerpt(text, fold(wanted)) if part.is_match]


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        ("Việc nhẹ LƯƠNG\ncao", "luong cao", ["LƯƠNG\ncao"]),
        ("Việc nhẹ lương cao", "lương", ["lương"]),
        ("ប្រាក់ខែ ១២០០", "ខ", ["ខែ"]),
        ("ប្រាក់ខែ ១២០០", "1200", ["១២០០"]),
        ("น\u0e4d\u0e49าใจ", "น้ำ", ["น\u0e4d\u0e49า"]),
        ("高薪急招打字员", "急招", ["急招"]),
        ("သွားမြို့", "မြို့", ["မြို့"]),
        ("လစာ ဒေါ်လာ", "ဒေါ်လာ", ["ဒေါ်လာ"]),
        ("f\u200bree FREE", "free", ["f\u200bree", "FREE"]),
        ("👩\u200d👧 hi", "👧", ["👩\u200d👧"]),
        ("lương cao", "luồng", []),
        ("plain", "", []),
    ],
)
def test_marks_what_was_sought(text: str, wanted: str, marked: list[str]) -> None:
    assert _marked(text, wanted) == marked


def test_marks_a_disguised_text_as_it_stands() -> None:
    assert _marked("now a fr\u0435e fl\u0456ght", "free flight") == ["fr\u0435e fl\u0456ght"]


def test_shows_a_stretch_around_the_first_match() -> None:
    text = "начало " * 100 + "работа" + " конец" * 100
    parts = excerpt(text, "работа")
    assert [part.text for part in parts if part.is_match] == ["работа"]
    assert parts[0].text == parts[-1].text == "…"
    assert sum(len(part.text) for part in parts) <= SHOWN + 2


def test_no_stretch_tears_a_grapheme() -> None:
    text = "ខ្ញុំ" * 200
    assert all(not part.text.startswith(("\u17d2", "\u17bb", "\u17c6")) for part in excerpt(text + "x", "x"))


def test_links_are_defanged_and_overrides_named() -> None:
    shown = "".join(part.text for part in excerpt("see https://evil.example/x \u202e now", "now"))
    assert "https" not in shown
    assert "\u202e" not in shown


def test_is_in_asks_the_same_question() -> None:
    assert is_in("Boss Lí", "boss li")
    assert not is_in("Boss Li", "boss lí")
    assert not is_in("Boss Li", "")
