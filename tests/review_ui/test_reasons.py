"""Reasons in words, each concept once, whatever the lexicon of the day knows."""

from evidence.segments import Segment
from review_ui.reasons import Mark, Reason, marks_of, reasons_of
from store.tables import Indicator
from tests.review_ui.office import CONCEPTS, Said


def _found(code: str, text: str) -> Indicator:
    return Indicator(code=code, start=0, end=len(text), text=text)


def test_each_concept_is_one_reason_with_its_quotes() -> None:
    found = [_found("hotline", "call 111"), _found("travel_paid", "free flight"), _found("travel_paid", "visa paid")]
    found.append(_found("travel_paid", "free flight"))
    assert reasons_of(found, CONCEPTS) == (
        Reason("travel_paid", "for", "Travel is paid by the recruiter", ("free flight", "visa paid")),
        Reason("hotline", "against", "Names an official hotline", ("call 111",)),
    )


def test_a_code_that_no_lexicon_knows_is_context() -> None:
    assert reasons_of([_found("old_code", "x")], CONCEPTS) == (Reason("old_code", "context", "Old code", ("x",)),)


def test_a_side_that_is_none_is_context() -> None:
    assert reasons_of([_found("odd", "x")], {"odd": Said("maybe", "x")})[0].side == "context"


def test_a_mark_names_every_concept_and_takes_the_first_side() -> None:
    segments = [Segment("plain"), Segment("both", ("hotline", "travel_paid"))]
    assert marks_of(segments, CONCEPTS) == (
        Mark("plain"),
        Mark("both", "for", "Names an official hotline; Travel is paid by the recruiter"),
    )
