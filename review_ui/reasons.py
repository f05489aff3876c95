"""The reasons of a verdict in words: which concepts the post shows, in which of its words, and for which side.

Reasons are numbered, and each mark in the text carries the numbers of those it belongs to.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from evidence.segments import Segment
from review_ui.bands import weight_band
from review_ui.settings import Concept
from store.tables import Indicator, Verdict

SIDES = ("for", "against", "context")
# What no concept says: see classifier.explain.
JUDGES = {
    "wording": "The wording as a whole",
    "whole_text": "What the encoder makes of the whole text",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the post and the number of the mark they begin in, 0 where none does."""

    text: str
    mark: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A concept with the words of the post that show it."""

    number: int
    code: str
    side: str
    says: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A segment as the page shows it: `number` counts the marks from 1 and is 0 for plain text."""

    text: str
    number: int = 0
    side: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """What weighed in the risk: for or against, how much in a word, and the sentence that says what."""

    side: str
    band: str
    says: str


def reasons_of(
    indicators: Iterable[Indicator], segments: Sequence[Segment], concepts: Mapping[str, Concept]
) -> tuple[Reason, ...]:
    """One reason for each code, those for recruitment first; quotes in the order of the text, each once."""
    marks = _marks_by_start(segments)
    quotes: dict[str, dict[str, Quote]] = {}
    for found in indicators:
        quotes.setdefault(found.code, {}).setdefault(found.text, Quote(found.text, _mark_at(found.start, marks)))
    sides = {code: concept_of(code, concepts) for code in quotes}
    order = sorted(quotes, key=lambda code: SIDES.index(sides[code][0]))
    return tuple(Reason(at, code, *sides[code], tuple(quotes[code].values())) for at, code in enumerate(order, 1))


def marks_of(segments: Iterable[Segment], reasons: Iterable[Reason]) -> tuple[Mark, ...]:
    """The segments with their reasons; of several sides the first of SIDES gives the colour."""
    by_code = {reason.code: reason for reason in reasons}
    marks: list[Mark] = []
    count = 0
    for segment in segments:
        count += bool(segment.codes)
        marks.append(_mark(segment, count, by_code))
    return tuple(marks)


def weights_of(verdict: Verdict, concepts: Mapping[str, Concept]) -> tuple[Weight, ...]:
    """What weighed most in the risk, the heaviest first; nothing where the verdict is older than its reasons."""
    return tuple(
        Weight(reason["side"], weight_band(reason["weight"]), _says(reason["code"], concepts))
        for reason in verdict.reasons or ()
    )


def concept_of(code: str, concepts: Mapping[str, Concept]) -> tuple[str, str]:
    """Side and sentence; a code of an older lexicon speaks for itself and for no side."""
    concept = concepts.get(code)
    if concept is None or concept.side not in SIDES:
        return "context", code.replace("_", " ").capitalize()
    return concept.side, concept.says


def _says(code: str, concepts: Mapping[str, Concept]) -> str:
    return JUDGES.get(code) or concept_of(code, concepts)[1]


def _mark(segment: Segment, number: int, by_code: Mapping[str, Reason]) -> Mark:
    reasons = sorted((by_code[code] for code in segment.codes), key=lambda reason: reason.number)
    return Mark(segment.text, number, reasons[0].side, tuple(reasons)) if reasons else Mark(segment.text)


def _marks_by_start(segments: Sequence[Segment]) -> list[tuple[int, int]]:
    """Where each segment begins, and the number of its mark (0 for plain text)."""
    starts = accumulate((len(segment.text) for segment in segments), initial=0)
    numbers = accumulate(int(bool(segment.codes)) for segment in segments)
    return [(start, at if piece.codes else 0) for start, at, piece in zip(starts, numbers, segments, strict=False)]


def _mark_at(place: int, marks: list[tuple[int, int]]) -> int:
    at = bisect_right(marks, (max(place, 0), len(marks))) - 1
    return marks[at][1] if at >= 0 else 0
