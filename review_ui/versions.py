"""What changed between two versions of a post, word by word; letter by letter in scripts without word breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

# A word of a script that writes them apart, or one grapheme of any other.
_TOKEN = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Hangul}\d\p{M}]+|\X")
# Longer texts are shown as they are: comparing takes up to the square of their length.
COMPARED_TOKENS = 3_000


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: "same" in both versions, "gone" from the earlier one, or "new" in the later one."""

    kind: str
    text: str


def changes(earlier: str, later: str) -> tuple[Change, ...] | None:
    """Both texts as one, in order; None where they are too long to be compared."""
    before, after = _tokens(earlier), _tokens(later)
    if max(len(before), len(after)) > COMPARED_TOKENS:
        return None
    return tuple(change for change in _changes(before, after) if change.text)


def _changes(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) * len(after) > COMPARED_TOKENS**2 // 16)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(before[start:end]))
        else:
            yield Change("gone", "".join(before[start:end]))
            yield Change("new", "".join(after[new_start:new_end]))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)
