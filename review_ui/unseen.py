"""Characters that a reader cannot see and that turn, hide or carry text: named, so that nobody is fooled by them."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

import regex

# Overrides, embeddings and isolates; joiners of nothing; tags; controls but tab and line ends.
_UNSEEN = regex.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u180e\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
# It parts words in these scripts, and hides keywords everywhere else.
_ZERO_WIDTH_SPACE = "\u200b"
_PARTED_BY_IT = regex.compile(r"[\p{Khmer}\p{Myanmar}\p{Lao}\p{Thai}]")
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Unseen:
    """A character by number and name, and how often it stands in the text."""

    code: str
    name: str
    count: int


def unseen_in(text: str) -> tuple[Unseen, ...]:
    """The SHOWN most frequent unseen characters of a text."""
    counts = Counter(_UNSEEN.findall(text))
    if not _PARTED_BY_IT.search(text) and (hidden := text.count(_ZERO_WIDTH_SPACE)):
        counts[_ZERO_WIDTH_SPACE] = hidden
    return tuple(
        Unseen(f"U+{ord(character):04X}", unicodedata.name(character, "CONTROL CHARACTER"), count)
        for character, count in counts.most_common(SHOWN)
    )
