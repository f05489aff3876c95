"""Which parts of a post are read, and in which windows.

A long post may hide a lure anywhere, and no post may take long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CAP_CHARS = 20_000
_SAMPLE_CHARS = 1_000
# Below so many letters nobody can say what a post is: "pm me", a name, a heading. A sign of Chinese says more.
LEAST_LETTERS = 12
_LETTERS_OF_A_SIGN = 3


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


def windows(length: int, *, whole: int, size: int, stride: int) -> Iterator[tuple[int, int]]:
    """Spans of `size` every `stride` that cover `length`, the last one ending at the end; up to `whole`, one of all.

    A stretch of at most `size - stride` lies whole in one of them.
    """
    start = 0
    while length > whole and start + size < length:
        yield start, start + size
        start += stride
    yield (max(0, length - size) if start else 0), length


def is_enough(forms: Iterable[str]) -> bool:
    """Whether texts in reading form hold so many letters, contacts and figures apart, that a judgement says much."""
    letters = 0
    for form in forms:
        for sign in filter(str.isalpha, form):
            letters += _LETTERS_OF_A_SIGN if "\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" else 1
            if letters >= LEAST_LETTERS:
                return True
    return False
