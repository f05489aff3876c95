"""Cuts a hostile text into pieces that can be shown: marked where indicators are, harmless where it would act.

Marks widen to whole grapheme clusters, so that no letter is torn from its vowel signs. Links are defanged, and
characters that would reorder or hide text are named instead of obeyed. Pure functions; escaping is the template's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import regex

_GRAPHEME = regex.compile(r"\X")
_SCHEME = regex.compile(r"(?i)\b(h)(tt)(ps?)(?=:)")
# A dot within a host name; between two digits it is more often an amount of money.
_DOT = regex.compile(r"(?<=[\p{L}\p{M}_-])\.(?=[\p{L}\p{N}])|(?<=\p{N})\.(?=\p{L})")
# Bidirectional overrides and isolates, line separators, controls but tab and line ends, annotations, tag characters.
_ACTIVE = regex.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text as it is shown, with the codes of the indicators that cover it."""

    text: str
    codes: tuple[str, ...]


def highlighted(text: str, indicators: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """`text` in pieces; an indicator whose offsets (code points) lie outside is clipped."""
    breaks = [match.start() for match in _GRAPHEME.finditer(text)] + [len(text)]
    spans = [(*_whole_graphemes(breaks, found["start"], found["end"]), found["code"]) for found in indicators]
    replacements = _replacements(text)
    borders = sorted({0, len(text), *(place for start, end, _ in spans for place in (start, end))})
    return [
        Piece(_shown(text, start, end, replacements), _covering(spans, start, end)) for start, end in pairwise(borders)
    ]


def shown(value: object) -> str:
    """A short text (an address, a name) defanged and with its active characters named."""
    text = str(value)
    return _shown(text, 0, len(text), _replacements(text))


def inert(text: str) -> str:
    """`text` with its active characters named; dots and schemes stay."""
    return _ACTIVE.sub(_named, text)


def _named(match: regex.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"


def _whole_graphemes(breaks: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The span widened to the grapheme breaks around it; `breaks` begins with 0 and ends with the text's length."""
    low = min(max(start, 0), breaks[-1])
    high = min(max(end, low), breaks[-1])
    return breaks[bisect_right(breaks, low) - 1], breaks[bisect_left(breaks, high)]


def _covering(spans: Iterable[tuple[int, int, str]], start: int, end: int) -> tuple[str, ...]:
    return tuple(sorted({code for low, high, code in spans if low <= start and end <= high}))


def _replacements(text: str) -> dict[int, str]:
    """What to show instead of the code point at each place."""
    found = {match.start(): _named(match) for match in _ACTIVE.finditer(text)}
    for match in _SCHEME.finditer(text):
        found |= dict.fromkeys(range(*match.span(2)), "x")
    return found | {match.start(): "[.]" for match in _DOT.finditer(text)}


def _shown(text: str, start: int, end: int, replacements: Mapping[int, str]) -> str:
    return "".join(replacements.get(place, text[place]) for place in range(start, end))
