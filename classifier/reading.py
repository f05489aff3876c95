"""Which parts of a post are read, and in which windows.

A long post may hide a lure anywhere, and no post may take long.
"""

from collections.abc import Iterator
from dataclasses import dataclass

CAP_CHARS = 20_000
_SAMPLE_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the original text that is read, beginning at code point `start`."""

    start: int
    text: str


def read_parts(text: str, *, cap_chars: int = CAP_CHARS) -> list[Part]:
    """The whole text, or, above `cap_chars`, as many characters in stretches spread evenly from begin to end."""
    if len(text) <= cap_chars:
        return [Part(0, text)]
    count = cap_chars // _SAMPLE_CHARS
    last = len(text) - _SAMPLE_CHARS
    starts = [last * index // (count - 1) for index in range(count)]
    return [Part(start, text[start : start + _SAMPLE_CHARS]) for start in starts]


def windows(length: int, *, size: int, stride: int) -> Iterator[tuple[int, int]]:
    """Spans of `size` every `stride` that cover `length`; the last one ends at the end."""
    start = 0
    while start + size < length:
        yield start, start + size
        start += stride
    yield (max(0, length - size) if start else 0), length
