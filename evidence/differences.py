"""What one text has that another has not, in words where a script has blanks between them, else in graphemes.

Versions of one post are compared whole; the posts of a campaign only as far as MOST_PIECES, with long stretches that
both have cut short in the middle. No text makes either slow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

# Longer versions are shown as they are: comparing takes up to the square of their length.
COMPARED_PIECES = 3_000
MOST_PIECES = 400
_KEPT = 12
_SPACED = ("Latin", "Cyrillic", "Greek", "Arabic", "Devanagari", "Bengali", "Tamil", "Sinhala", "Ethiopic", "Hangul")
_WORDS = "|".join(rf"(?:\p{{{script}}}\p{{M}}*)+" for script in _SPACED)
_PIECE = regex.compile(rf"{_WORDS}|\p{{N}}+|\X")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: "same" in both, "gone" (in the first alone), or "new" (in the other alone)."""

    kind: str
    text: str


def changes(earlier: str, later: str) -> tuple[Change, ...] | None:
    """Both texts as one, in order; None where they are too long to be compared."""
    before, after = _PIECE.findall(earlier), _PIECE.findall(later)
    if max(len(before), len(after)) > COMPARED_PIECES:
        return None
    return tuple(_changes(before, after))


def differences(first: str, other: str) -> tuple[Change, ...]:
    """How `other` differs from `first`, in the order of the text, in short."""
    pieces, others = _PIECE.findall(first), _PIECE.findall(other)
    compared = _changes(pieces[:MOST_PIECES], others[:MOST_PIECES])
    return tuple(_shortened(change) for change in compared) + _rest(pieces, others)


def _changes(first: list[str], other: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, first, other, autojunk=len(first) * len(other) > COMPARED_PIECES**2 // 16)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Change("same", "".join(first[start:end]))
            continue
        if end > start:
            yield Change("gone", "".join(first[start:end]))
        if other_end > other_start:
            yield Change("new", "".join(other[other_start:other_end]))


def _shortened(change: Change) -> Change:
    pieces = _PIECE.findall(change.text)
    if change.kind != "same" or len(pieces) <= 3 * _KEPT:
        return change
    return Change("same", "".join([*pieces[:_KEPT], " … ", *pieces[-_KEPT:]]))


def _rest(first: list[str], other: list[str]) -> tuple[Change, ...]:
    rest, others = "".join(first[MOST_PIECES:]), "".join(other[MOST_PIECES:])
    if rest == others:
        return (Change("same", " …"),) if rest else ()
    return tuple(Change(kind, text) for text, kind in ((rest, "gone"), (others, "new")) if text)
