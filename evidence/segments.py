"""Cuts a text into segments, so that the words of each indicator can stand in a mark.

Marks begin and end where a written unit does: a cut inside one would tear a vowel from its consonant, or show a part of
a number as the whole, which in right-to-left text would even change places with the rest. Where indicators overlap, the
shared words become a segment of their own, so that marks never nest.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import regex

# A number with its separators, or a grapheme. Thai and Lao write some vowels before the consonant; and UAX #29 leaves
# vowels of Thai, Lao and Burmese that stand behind it, as wide as a letter, outside its grapheme.
_DIGITS = r"(?:(?=\p{Decimal_Number})\X)+"
_BEFORE = r"[\u0e40-\u0e44\u0ec0-\u0ec4]"
_BEHIND = r"[\p{M}\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3]"
_UNIT = regex.compile(rf"{_DIGITS}(?:[.,\u066b\u066c]{_DIGITS})*|{_BEFORE}?\X(?:(?={_BEHIND})\X)*")


@dataclass(frozen=True, slots=True)
class Span:
    """Where an indicator stands: code points of the text, `end` not included."""

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text and the codes of the indicators it belongs to, none for plain text."""

    text: str
    codes: tuple[str, ...] = ()


def cut(text: str, spans: Iterable[Span]) -> tuple[Segment, ...]:
    """The whole text in order, widened marks included; spans outside the text are cut off or left out."""
    borders = [match.start() for match in _UNIT.finditer(text)] + [len(text)]
    widened = [wide for span in spans if (wide := _widen(span, borders)) is not None]
    cuts = sorted({0, len(text), *(span.start for span in widened), *(span.end for span in widened)})
    return tuple(Segment(text[start:end], _codes_at(start, widened)) for start, end in pairwise(cuts))


def _widen(span: Span, borders: list[int]) -> Span | None:
    start, end = max(span.start, 0), min(span.end, borders[-1])
    if start >= end:
        return None
    return Span(span.code, borders[bisect_right(borders, start) - 1], borders[bisect_left(borders, end)])


def _codes_at(position: int, spans: list[Span]) -> tuple[str, ...]:
    codes = [span.code for span in spans if span.start <= position < span.end]
    return tuple(dict.fromkeys(codes))
