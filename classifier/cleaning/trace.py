"""A text under repair, with the span of the original that every character came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`. A replacement of equal length keeps the map character by character."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """A repaired text; `starts[i]` and `ends[i]` bound what `text[i]` stands for in `original` (code points)."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original; an empty span maps to an empty one.

        What was removed inside the span belongs to it, what was removed around it does not.
        Raises IndexError unless 0 <= start <= end <= len(text).
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"Span {start}:{end} lies outside the text of {len(self.text)} characters.")
        if start == end:
            place = self.starts[start] if start < len(self.text) else len(self.original)
            return place, place
        return self.starts[start], self.ends[end - 1]


class Trace:
    """Applies edits, rule after rule, and keeps the map; untouched stretches cost one slice."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = original
        self._starts: Sequence[int] = range(len(original))
        self._ends: Sequence[int] = range(1, len(original) + 1)

    def apply(self, edits: Iterable[Edit]) -> None:
        """Apply edits that are in order and do not overlap."""
        wanted = list(edits)
        if not wanted:
            return
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in wanted:
            pieces += (self.text[done:start], new)
            starts += self._starts[done:start]
            ends += self._ends[done:start]
            if len(new) == end - start:
                starts += self._starts[start:end]
                ends += self._ends[start:end]
            elif new:
                starts += [self._starts[start]] * len(new)
                ends += [self._ends[end - 1]] * len(new)
            done = end
        pieces.append(self.text[done:])
        starts += self._starts[done:]
        ends += self._ends[done:]
        self.text, self._starts, self._ends = "".join(pieces), starts, ends

    def finish(self) -> CleanText:
        return CleanText(self.original, self.text, self._starts, self._ends)
