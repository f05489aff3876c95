"""The reasons of a verdict in words: which concepts the post shows, in which of its words, and for which side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.segments import Segment
from review_ui.settings import Concept
from store.tables import Indicator

SIDES = ("for", "against", "context")


@dataclass(frozen=True, slots=True)
class Reason:
    """A concept with the words of the post that show it."""

    code: str
    side: str
    says: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A segment as the page shows it: `side` is "" for plain text, `title` says why it is marked."""

    text: str
    side: str = ""
    title: str = ""


def reasons_of(indicators: Iterable[Indicator], concepts: Mapping[str, Concept]) -> tuple[Reason, ...]:
    """One reason for each code, those for recruitment first; quotes in the order of the text, each once."""
    quotes: dict[str, dict[str, None]] = {}
    for indicator in indicators:
        quotes.setdefault(indicator.code, {})[indicator.text] = None
    reasons = [Reason(code, *_concept(code, concepts), quotes=tuple(found)) for code, found in quotes.items()]
    return tuple(sorted(reasons, key=lambda reason: SIDES.index(reason.side)))


def marks_of(segments: Iterable[Segment], concepts: Mapping[str, Concept]) -> tuple[Mark, ...]:
    """The segments with what stands in their titles; of several sides the first of SIDES gives the colour."""
    return tuple(_mark(segment, concepts) for segment in segments)


def _mark(segment: Segment, concepts: Mapping[str, Concept]) -> Mark:
    if not segment.codes:
        return Mark(segment.text)
    known = [_concept(code, concepts) for code in segment.codes]
    side = min((side for side, _says in known), key=SIDES.index)
    return Mark(segment.text, side, "; ".join(says for _side, says in known))


def _concept(code: str, concepts: Mapping[str, Concept]) -> tuple[str, str]:
    """Side and sentence; a code of an older lexicon speaks for itself and for no side."""
    concept = concepts.get(code)
    if concept is None or concept.side not in SIDES:
        return "context", code.replace("_", " ").capitalize()
    return concept.side, concept.says
