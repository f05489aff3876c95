"""The fonts that travel with this software: which of them a text needs, and what none of them holds.

`make fonts` cuts them and writes fonts.css, the one list of what each file holds. The review application serves the
folder, and a printed report embeds from it; neither ever asks the machine for a font.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
_RULE = re.compile(r'font-weight: (?P<weight>\d+);.*?url\("(?P<file>[^"]+)"\).*?unicode-range: (?P<ranges>[^;]+);')
_NASTALIQ = "nastaliq.woff2"
_WEIGHT = re.compile(r"-\d+$")
# Blanks that a line is broken at, and signs without a shape of their own (UAX #44, default ignorable).
_SHAPELESS = frozenset((0x09, 0x0A, 0x0D, *range(0xFE00, 0xFE10)))


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file, its CSS weight, and the code points it is there for as ranges with both ends."""

    file: str
    weight: int
    ranges: tuple[tuple[int, int], ...]

    @property
    def family(self) -> str:
        """A name that this file shares with its other weights alone: of one name Pango takes any file."""
        return f"Lurewatch {_WEIGHT.sub('', Path(self.file).stem)}"

    def holds(self, place: int) -> bool:
        """Whether it has a shape for a code point."""
        after = bisect_right(self.ranges, place, key=lambda one: one[0])
        return after > 0 and place <= self.ranges[after - 1][1]


@cache
def typefaces() -> tuple[Typeface, ...]:
    """Every font for paper, in the order in which they are asked for a sign; the regular of Latin first.

    Nastaliq is left out: it writes a letter's dots apart, and what it wrote cannot be copied out of a PDF again.
    """
    rules = _RULE.finditer((FOLDER / "fonts.css").read_text("utf-8"))
    faces = (Typeface(rule["file"], int(rule["weight"]), tuple(_ranges(rule["ranges"]))) for rule in rules)
    return tuple(face for face in faces if face.file != _NASTALIQ)


def needed(text: str) -> tuple[Typeface, ...]:
    """The fonts that hold a character of `text`; Latin always, which everything else stands beside."""
    places = {ord(character) for character in text} | {ord("A")}
    return tuple(face for face in typefaces() if any(face.holds(place) for place in places))


@lru_cache(maxsize=1 << 16)
def is_held(character: str) -> bool:
    """Whether some font has a shape for a character, or it needs none."""
    return ord(character) in _SHAPELESS or any(face.holds(ord(character)) for face in typefaces())


def _ranges(css: str) -> Iterator[tuple[int, int]]:
    """The pairs of `U+20-7E, U+A0`."""
    for one in css.split(", "):
        first, _, last = one.removeprefix("U+").partition("-")
        yield int(first, 16), int(last or first, 16)
