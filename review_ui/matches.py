"""Shows where in a post a search has found its words: a stretch of the text with the words marked.

Texts are compared as the store folds them, grapheme by grapheme, so that a mark never tears a vowel sign from its
letter. What is found only without its disguise is marked in the text as it stands.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import regex

from classifier.cleaning import clean
from evidence.highlights import shown
from evidence.segments import Span, cut
from store.folding import fold, without_accents

BEFORE = 60
SHOWN = 240
# Long posts are read so far for marks; the rest of a page of results must not wait for them.
LOOKED_AT = 10_000
_MOST_MARKS = 20
# A grapheme, and the vowel signs of Burmese that Unicode lets stand alone.
_GRAPHEME = regex.compile(r"\X\p{M}*")
# What `fold` takes together: white space, two strokes of one Thai or Lao vowel, a letter with its signs.
_UNIT = regex.compile(
    "\\s+|\u0e40{2}|\u0ec0{2}|\\X\\p{M}*(?:(?<=\u0e4d[\u0e48-\u0e4b]?)\u0e32|(?<=\u0ecd[\u0ec8-\u0ecb]?)\u0eb2)?"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text, defanged; `is_match` where it is what was sought."""

    text: str
    is_match: bool


def excerpt(text: str, wanted: str) -> tuple[Part, ...]:
    """A stretch of the text around the first match, or its beginning where none shows; `wanted` is folded."""
    read = text[:LOOKED_AT]
    spans = _spans(read, wanted) if wanted else []
    borders = [match.start() for match in _GRAPHEME.finditer(read)] + [len(read)]
    start = borders[bisect_right(borders, max(spans[0].start - BEFORE, 0)) - 1] if spans else 0
    end = borders[bisect_right(borders, start + SHOWN) - 1]
    stretch = read[start:end]
    segments = cut(stretch, [Span("match", span.start - start, span.end - start) for span in spans])
    parts = [Part(shown(segment.text), bool(segment.codes)) for segment in segments]
    return (*_dots(start > 0), *parts, *_dots(end < len(text)))


def is_in(text: str, wanted: str) -> bool:
    """Whether a short text holds what was sought."""
    return bool(wanted) and bool(_spans(text[:LOOKED_AT], wanted))


def _spans(text: str, wanted: str) -> list[Span]:
    """Where the text holds `wanted`: as it is folded, else without accents, else without disguise."""
    for reading in (_folded, _plain):
        if found := _found(text, wanted, reading):
            return found
    cleaned = clean(text)
    if cleaned.text == text:
        return []
    found = _found(cleaned.text, wanted, _folded) or _found(cleaned.text, wanted, _plain)
    return [Span(span.code, *cleaned.original_span(span.start, span.end)) for span in found]


def _found(text: str, wanted: str, reading: Callable[[str], str]) -> list[Span]:
    units = list(_UNIT.finditer(text))
    read = [reading(unit[0]) for unit in units]
    ends = list(accumulate(map(len, read)))
    spans = []
    for start in _places("".join(read), wanted):
        first, last = units[bisect_right(ends, start)], units[bisect_left(ends, start + len(wanted))]
        spans.append(Span("match", first.start(), last.end()))
    return spans


def _places(text: str, wanted: str) -> Iterator[int]:
    place, count = text.find(wanted), 0
    while place >= 0 and count < _MOST_MARKS:
        yield place
        place, count = text.find(wanted, place + len(wanted)), count + 1


@lru_cache(maxsize=20_000)
def _folded(unit: str) -> str:
    return " " if unit.isspace() else fold(unit)


@lru_cache(maxsize=20_000)
def _plain(unit: str) -> str:
    return without_accents(_folded(unit))


def _dots(is_cut: bool) -> tuple[Part, ...]:
    return (Part("…", False),) if is_cut else ()
