"""What one text has that another has not, in words where a script has blanks between them, else in graphemes.

The comparison is cut off at MOST_PIECES a text, so that no post makes it slow; long stretches that both have are cut
short in the middle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

MOST_PIECES = 400
_KEPT = 12
_SPACED = ("Latin", "Cyrillic", "Greek", "Arabic", "Devanagari", "Bengali", "Tamil", "Sinhala", "Ethiopic", "Hangul")
_WORDS = "|".join(rf"(?:\p{{{script}}}\p{{M}}*)+" for script in _SPACED)
_PIECE = regex.compile(rf"{_WORDS}|\p{{N}}+|\X")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: `kind` is "same", "added" (in the other text alone) or "missing" (in the first alone)."""

    text: str
    kind: str


def differences(first: str, other: str) -> tuple[Change, ...]:
    """How `other` differs from `first`, in the order of the text."""
    pieces, others = _PIECE.findall(first), _PIECE.findall(other)
    return tuple(_changes(pieces[:MOST_PIECES], others[:MOST_PIECES])) + _rest(pieces, others)


def _changes(first: list[str], other: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, first, other, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Change(_shortened(first[start:end]), "same")
            continue
        if end > start:
            yield Change("".join(first[start:end]), "missing")
        if other_end > other_start:
            yield Change("".join(other[other_start:other_end]), "added")


def _shortened(pieces: list[str]) -> str:
    if len(pieces) <= 3 * _KEPT:
        return "".join(pieces)
    return "".join([*pieces[:_KEPT], " … ", *pieces[-_KEPT:]])


def _rest(first: list[str], other: list[str]) -> tuple[Change, ...]:
    rest, others = "".join(first[MOST_PIECES:]), "".join(other[MOST_PIECES:])
    if rest == others:
        return (Change(" …", "same"),) if rest else ()
    return tuple(Change(text, kind) for text, kind in ((rest, "missing"), (others, "added")) if text)
