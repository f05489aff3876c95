"""Makes a hostile text fit to be shown: marked where indicators are, harmless where it would act.

Links are defanged, and characters that would reorder or hide text are named instead of obeyed. Pure functions;
escaping is the template's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from evidence.segments import Span, cut

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
    replacements = _replacements(text)
    pieces, start = [], 0
    for segment in cut(text, (Span(found["code"], found["start"], found["end"]) for found in indicators)):
        end = start + len(segment.text)
        pieces.append(Piece(_shown(text, start, end, replacements), tuple(sorted(segment.codes))))
        start = end
    return pieces


def shown(value: object) -> str:
    """A short text (an address, a name) defanged and with its active characters named."""
    text = str(value)
    return _shown(text, 0, len(text), _replacements(text))


def inert(text: str) -> str:
    """`text` with its active characters named; dots and schemes stay."""
    return _ACTIVE.sub(_named, text)


def _named(match: regex.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"


def _replacements(text: str) -> dict[int, str]:
    """What to show instead of the code point at each place."""
    found = {match.start(): _named(match) for match in _ACTIVE.finditer(text)}
    for match in _SCHEME.finditer(text):
        found |= dict.fromkeys(range(*match.span(2)), "x")
    return found | {match.start(): "[.]" for match in _DOT.finditer(text)}


def _shown(text: str, start: int, end: int, replacements: Mapping[int, str]) -> str:
    return "".join(replacements.get(place, text[place]) for place in range(start, end))
