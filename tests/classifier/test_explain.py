"""Reasons are the score's own terms: they name concepts and n-grams of the text, on the side they weigh."""

import pytest

from classifier.explain import explain
from classifier.verdict import Classifier

pytestmark = pytest.mark.model

LURE = (
    "Typists needed abroad, no experience, free flight and room, release fee if you leave, passport kept by the company"
)


def test_reasons_are_heaviest_first_and_no_more_than_asked(classifier: Classifier) -> None:
    reasons = explain(classifier, LURE, limit=8)
    weights = [abs(reason.weight) for reason in reasons]
    assert len(reasons) == 8
    assert weights == sorted(weights, reverse=True)


def test_the_side_is_the_sign(classifier: Classifier) -> None:
    reasons = explain(classifier, LURE, limit=30)
    assert {reason.side for reason in reasons} == {"for", "against"}
    assert all((reason.weight > 0) == (reason.side == "for") for reason in reasons)


def test_a_reason_is_a_concept_or_stands_in_the_text(classifier: Classifier) -> None:
    codes = set(classifier.manifest.features.concepts)
    for reason in explain(classifier, LURE, limit=30):
        assert reason.code_or_ngram.removeprefix("like:") in codes or reason.code_or_ngram in LURE.casefold()


def test_a_warning_has_a_reason_against_that_the_lure_lacks(classifier: Classifier) -> None:
    warning = explain(
        classifier, "Police warn: " + LURE + ". Call the hotline of the ministry and report it.", limit=40
    )
    against = {reason.code_or_ngram for reason in warning if reason.side == "against"}
    assert against - {reason.code_or_ngram for reason in explain(classifier, LURE, limit=40)}


@pytest.mark.parametrize("text", ["", "🔥🔥", "12 34"])
def test_nothing_to_read_has_no_reason(classifier: Classifier, text: str) -> None:
    assert explain(classifier, text) == []
