"""Cuts a text into segments, so that the words of each indicator can stand in a mark.

Marks begin and end where a grapheme does: a cut inside one would tear a vowel sign from its consonant. Where
indicators overlap, the shared words become a segment of their own, so that marks never nest.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import regex

_GRAPHEME = regex.compile(r"\X")


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
    borders = [match.start() for match in _GRAPHEME.finditer(text)] + [len(text)]
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
