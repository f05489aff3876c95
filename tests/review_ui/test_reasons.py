"""Reasons in words, each concept once and tied to its marks, whatever the lexicon of the day knows."""

import pytest

from evidence.segments import Segment, Span, cut
from review_ui.reasons import Mark, Quote, Reason, Weight, marks_of, reasons_of, weights_of
from store.tables import Indicator, Verdict
from tests.review_ui.office import CONCEPTS, Said

TEXT = "free flight, call 111, visa paid"
SPANS = {"travel_paid": (0, 11), "hotline": (13, 21), "old_code": (18, 26)}


def _found(code: str, start: int, end: int) -> Indicator:
    return Indicator(code=code, start=start, end=end, text=TEXT[start:end])


def _segments(found: list[Indicator]) -> tuple[Segment, ...]:
    return cut(TEXT, (Span(one.code, one.start, one.end) for one in found))


def test_each_concept_is_one_reason_with_its_quotes_and_their_marks() -> None:
    found = [_found("hotline", 13, 21), _found("travel_paid", 0, 11), _found("travel_paid", 23, 32)]
    assert reasons_of(found, _segments(found), CONCEPTS) == (
        Reason(
            1,
            "travel_paid",
            "for",
            "Travel is paid by the recruiter",
            (Quote("free flight", 1), Quote("visa paid", 3)),
        ),
        Reason(2, "hotline", "against", "Names an official hotline", (Quote("call 111", 2),)),
    )


def test_a_mark_at_the_very_beginning_is_counted_as_a_number() -> None:
    found = [_found("hotline", 0, 4)]
    (reason,) = reasons_of(found, _segments(found), CONCEPTS)
    assert f"{reason.quotes[0].mark}" == "1"


def test_the_same_words_are_quoted_once() -> None:
    found = [Indicator(code="hotline", start=start, end=start + 4, text="call") for start in (0, 13)]
    (reason,) = reasons_of(found, cut(TEXT, [Span("hotline", 0, 4), Span("hotline", 13, 17)]), CONCEPTS)
    assert reason.quotes == (Quote("call", 1),)


def test_a_code_that_no_lexicon_knows_is_context() -> None:
    found = [_found("old_code", 0, 4)]
    assert reasons_of(found, _segments(found), CONCEPTS) == (
        Reason(1, "old_code", "context", "Old code", (Quote("free", 1),)),
    )


def test_a_side_that_is_none_is_context() -> None:
    found = [_found("odd", 0, 4)]
    assert reasons_of(found, _segments(found), {"odd": Said("maybe", "x")})[0].side == "context"


def test_overlapping_reasons_share_a_mark_that_names_both_and_takes_the_first_side() -> None:
    found = [_found(code, *span) for code, span in SPANS.items()]
    segments = _segments(found)
    marks = [mark for mark in marks_of(segments, reasons_of(found, segments, CONCEPTS)) if mark.number]
    assert [(mark.text, mark.number, mark.side, [reason.number for reason in mark.reasons]) for mark in marks] == [
        ("free flight", 1, "for", [1]),
        ("call ", 2, "against", [2]),
        ("111", 3, "against", [2, 3]),
        (", vis", 4, "context", [3]),
    ]


def test_plain_text_has_no_number() -> None:
    assert marks_of([Segment("plain")], ()) == (Mark("plain"),)


@pytest.mark.parametrize("place", [(-5, 0), (500, 600)])
def test_an_indicator_outside_the_text_has_no_mark(place: tuple[int, int]) -> None:
    found = [Indicator(code="hotline", start=place[0], end=place[1], text="x")]
    (reason,) = reasons_of(found, _segments(found), CONCEPTS)
    assert reason.quotes == (Quote("x", 0),)


def test_weights_are_words_and_name_the_judges() -> None:
    told = [
        {"code": "whole_text", "weight": 2.5, "side": "for"},
        {"code": "travel_paid", "weight": 0.8, "side": "for"},
        {"code": "wording", "weight": -0.1, "side": "against"},
    ]
    assert weights_of(Verdict(reasons=told), CONCEPTS) == (
        Weight("for", "strong", "What the encoder makes of the whole text"),
        Weight("for", "moderate", "Travel is paid by the recruiter"),
        Weight("against", "slight", "The wording as a whole"),
    )


def test_a_verdict_from_before_reasons_were_kept_has_none() -> None:
    assert weights_of(Verdict(reasons=None), CONCEPTS) == ()
