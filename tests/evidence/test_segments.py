"""Cutting: nothing of the text is lost, and no mark tears a letter or a number apart."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from evidence.segments import Segment, Span, cut

TEXTS = st.text(
    st.one_of(st.sampled_from("a1၂.,เาາာ\u0600ក្រ្ាថို์ع👩‍👧🇻🇳́\u200d\r\n "), st.characters(exclude_categories=["Cs"])),
    max_size=60,
)
SPANS = st.lists(st.builds(Span, st.sampled_from("abc"), st.integers(-5, 70), st.integers(-5, 70)), max_size=8)


def _borders(text: str) -> set[int]:
    return {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}


@given(TEXTS, SPANS)
def test_the_segments_are_the_text(text: str, spans: list[Span]) -> None:
    assert "".join(segment.text for segment in cut(text, spans)) == text


@given(TEXTS, SPANS)
def test_marks_stand_between_graphemes(text: str, spans: list[Span]) -> None:
    position, borders = 0, _borders(text)
    for segment in cut(text, spans):
        assert segment.text
        assert position in borders
        position += len(segment.text)


@given(TEXTS, SPANS)
def test_every_code_point_of_an_indicator_is_marked(text: str, spans: list[Span]) -> None:
    marked = [codes for segment in cut(text, spans) for codes in [segment.codes] * len(segment.text)]
    for span in spans:
        assert all(span.code in codes for codes in marked[max(span.start, 0) : max(span.end, 0)])


def test_plain_text_is_one_segment() -> None:
    assert cut("nothing here", []) == (Segment("nothing here"),)


def test_an_empty_text_has_no_segments() -> None:
    assert cut("", [Span("a", 0, 3)]) == ()


def test_overlapping_indicators_share_a_segment_of_their_own() -> None:
    assert cut("free flight today", [Span("a", 0, 11), Span("b", 5, 17)]) == (
        Segment("free ", ("a",)),
        Segment("flight", ("a", "b")),
        Segment(" today", ("b",)),
    )


def test_the_same_indicator_twice_in_one_place_counts_once() -> None:
    assert cut("pay", [Span("a", 0, 3), Span("a", 0, 3)]) == (Segment("pay", ("a",)),)


@pytest.mark.parametrize(
    ("text", "start", "end", "marked"),
    [
        pytest.param("ប្រាក់ខែ", 1, 2, "ប្រា", id="khmer subscript"),
        pytest.param("ထိုင်း", 1, 2, "ထို", id="burmese vowels"),
        pytest.param("a👩\u200d👧b", 1, 2, "👩\u200d👧", id="family of one grapheme"),
        pytest.param("ab", 0, 1, "a", id="latin stays as it is"),
        pytest.param("လစာ ၁၂၀၀", 1, 2, "စာ", id="burmese vowel behind"),
        pytest.param("เงินเดือน", 1, 2, "เงิ", id="thai vowel before"),
        pytest.param("งาน", 0, 1, "งา", id="thai vowel behind"),
        pytest.param("ເງິນ", 0, 1, "ເງິ", id="lao vowel before"),
        pytest.param("pay 45,000 a month", 4, 6, "45,000", id="number with a separator"),
        pytest.param("راتب 1200 دولار", 5, 8, "1200", id="number in right-to-left text"),
        pytest.param("၁၂၀၀ $", 0, 2, "၁၂၀၀", id="burmese digits"),
        pytest.param("x 1,b", 2, 3, "1", id="a comma behind a number is none of it"),
        pytest.param("5\ufe0f\u20e3a", 0, 1, "5\ufe0f\u20e3", id="keycap"),
    ],
)
def test_a_cut_inside_a_letter_is_widened(text: str, start: int, end: int, marked: str) -> None:
    assert [segment.text for segment in cut(text, [Span("a", start, end)]) if segment.codes] == [marked]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (7, 3), (40, 50), (-9, -1)], ids=str)
def test_a_span_outside_the_text_marks_nothing(start: int, end: int) -> None:
    assert cut("ten letter", [Span("a", start, end)]) == (Segment("ten letter"),)
