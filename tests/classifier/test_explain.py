"""Reasons are the score's own terms: they name concepts and n-grams of the text, on the side they weigh."""

import pytest

from classifier.explain import WHOLE_TEXT, WORDING
from classifier.verdict import Classifier

pytestmark = pytest.mark.model

LURE = (
    "Typists needed abroad, no experience, free flight and room, release fee if you leave, passport kept by the company"
)


def test_reasons_are_heaviest_first_and_few(classifier: Classifier) -> None:
    weights = [abs(reason.weight) for reason in classifier.score("", LURE).reasons]
    assert 3 <= len(weights) <= 8
    assert weights == sorted(weights, reverse=True)


def test_the_side_is_the_sign(classifier: Classifier) -> None:
    reasons = classifier.score("", LURE).reasons + classifier.wording(LURE)
    assert {reason.side for reason in reasons} == {"for", "against"}
    assert all((reason.weight > 0) == (reason.side == "for") for reason in reasons)


def test_a_reason_is_a_concept_that_is_quoted_or_the_text_as_a_whole(classifier: Classifier) -> None:
    verdict = classifier.score("", LURE)
    quoted = {indicator.code for indicator in verdict.indicators}
    assert {reason.code for reason in verdict.reasons} <= quoted | {WORDING, WHOLE_TEXT}


def test_the_wording_stands_in_the_text_and_none_is_part_of_another(classifier: Classifier) -> None:
    for side in ("for", "against"):
        ngrams = [reason.code for reason in classifier.wording(LURE) if reason.side == side]
        assert all(ngram in LURE.casefold() for ngram in ngrams)
        assert not any(one != other and one in other for one in ngrams for other in ngrams)


def test_a_warning_has_a_reason_against_that_the_lure_lacks(classifier: Classifier) -> None:
    def against(text: str) -> set[str]:
        return {reason.code for reason in classifier.score("", text).reasons if reason.side == "against"}

    assert against("Police warn: " + LURE + ". Call the hotline of the ministry and report it.") - against(LURE)


def test_a_demand_of_a_person_is_never_a_reason(classifier: Classifier) -> None:
    verdict = classifier.score("", LURE + ". Female only, aged 18 to 25, good looking, single.")
    concepts = classifier.finder.lexicon.concepts
    assert any(concepts[indicator.code].demand for indicator in verdict.indicators)
    assert not any(reason.code in concepts and concepts[reason.code].demand for reason in verdict.reasons)


@pytest.mark.parametrize("text", ["", "🔥🔥", "12 34"])
def test_nothing_to_read_has_no_reason(classifier: Classifier, text: str) -> None:
    assert classifier.score("", text).reasons == classifier.wording(text) == ()
