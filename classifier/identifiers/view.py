"""A text as contacts are read from it: one kind of digits, links re-armed, and the way back to the original."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import regex
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.main import Match as Link  # type: ignore[import-untyped]
from linkify_it.tlds import TLDS  # type: ignore[import-untyped]

from classifier.cleaning import characters
from classifier.cleaning.trace import CleanText, Edit, Trace

_KEYCAP = regex.compile(r"(?<=[0-9#*])\ufe0f?\u20e3")
_DIGITS = regex.compile(r"(?V1)[\p{Decimal_Number}--[0-9]]+")
_LETTER_O = regex.compile(r"(?<![\w@./])\+?[0-9oO](?:[ .\-]?[0-9oO]){8,13}(?![\w@./])")
_DEFANGED = regex.compile(
    r"(?i)\bh(?P<scheme>xx|\*\*)(?=ps?\b)"
    r"|(?P<colon>\[:\](?=//))"
    r"|[ ]?(?:\[(?P<dot>\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\})[ ]?"
    r"|(?P<at>[ ]?(?:\[at\]|\(at\)|\{at\}|\[@\]|\(@\))[ ]?)"
)
# What every link and mail address holds: linkify's patterns are slow, and most posts have neither.
_LINK_SIGN = re.compile(r"//|mailto:|\.[^\W\d_]|@\d", re.IGNORECASE)
_DIGIT = regex.compile(r"\d")
_NUMBER = regex.compile(r"\d(?:[ ().\-]{0,2}\d){6}")
# Reserved for documentation and tests (RFC 2606), and the one of Tor (RFC 7686).
_MORE_TLDS = ["example", "invalid", "onion", "test"]


def _keycaps(text: str) -> Iterator[Edit]:
    for match in _KEYCAP.finditer(text):
        yield Edit(*match.span(), "")


def _ascii_digits(text: str) -> Iterator[Edit]:
    for match in _DIGITS.finditer(text):
        # The pattern may know digits of a later Unicode than Python's own tables do: they stay as they are.
        yield Edit(*match.span(), "".join(str(unicodedata.digit(char, char)) for char in match[0]))


def _zeros(text: str) -> Iterator[Edit]:
    """The letter O inside a run that is long enough for a number and mostly digits: `O9O1 234 567`."""
    for match in _LETTER_O.finditer(text):
        if "o" in match[0].lower() and sum(map(str.isdigit, match[0])) > 5:
            yield Edit(*match.span(), regex.sub("[oO]", "0", match[0]))


def _rearmed(text: str) -> Iterator[Edit]:
    """`hxxp` and `[.]` as people write links that must not be clicked."""
    for match in _DEFANGED.finditer(text):
        if match["scheme"] is not None:
            yield Edit(*match.span(), match[0][0] + "tt")
        elif match["at"] is not None:
            yield Edit(*match.span(), "@")
        else:
            yield Edit(*match.span(), ":" if match["colon"] is not None else ".")


@lru_cache(maxsize=1)
def _linkifier() -> LinkifyIt:
    return LinkifyIt().tlds([*TLDS, *_MORE_TLDS])


@dataclass(frozen=True)
class View:
    """A readable text and the country whose local numbers it uses (None: unknown)."""

    cleaned: CleanText
    region: str | None
    taken: bytearray = field(repr=False)

    @classmethod
    def of(cls, text: str, region: str | None = None) -> "View":
        trace = Trace(text)
        for rule in (_keycaps, *characters.RULES, _ascii_digits, _zeros, _rearmed):
            trace.apply(rule(trace.text))
        cleaned = trace.finish()
        return cls(cleaned, region, bytearray(len(cleaned.text)))

    @property
    def text(self) -> str:
        return self.cleaned.text

    @cached_property
    def links(self) -> list[Link]:
        """Links and mail addresses, read once for all types."""
        return (_LINK_SIGN.search(self.text) and _linkifier().match(self.text)) or []

    @cached_property
    def has_digits(self) -> bool:
        """Whether a number may be looked for."""
        return _DIGIT.search(self.text) is not None

    @cached_property
    def has_number(self) -> bool:
        """Whether a telephone number may be looked for: seven digits that hardly anything parts."""
        return _NUMBER.search(self.text) is not None

    def is_taken(self, start: int, end: int) -> bool:
        return any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\1" * (end - start)
