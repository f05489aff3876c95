"""Which way a text runs, and how far its marks must reach where a page is laid out mark by mark.

WeasyPrint shapes each mark alone, and puts the marks of a line in their paragraph's direction (UAX #9 holds within
each). A mark that ends inside a run of the other direction would change places with the rest of it; one that ends
inside an Arabic word would tear letters apart that are written joined.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
# Digits, and the signs of an amount that go with them (W4 to W7).
_NUMERIC = ("EN", "AN", "ET")
_JOINED = ("AL", "NSM")


def direction(text: str) -> str:
    """`ltr` or `rtl`, by the first letter that has a direction (P2 and P3), as HTML's `dir=auto` does."""
    kinds = map(unicodedata.bidirectional, text)
    return next((_STRONG[kind] for kind in kinds if kind in _STRONG), "ltr")


def widened(text: str, indicators: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """`indicators` (`start` and `end` in code points) with both ends moved to where `text` may be parted."""
    torn = _torn(text)
    return [{**one, "start": _moved(one["start"], torn, -1), "end": _moved(one["end"], torn, 1)} for one in indicators]


def _moved(place: int, torn: list[bool], step: int) -> int:
    while 0 < place < len(torn) and torn[place]:
        place += step
    return place


def _torn(text: str) -> list[bool]:
    """For each code point whether a mark that begins there would tear it from the one before."""
    base = direction(text)
    kinds = [unicodedata.bidirectional(character) for character in text]
    before = list(_last_known(_sides(kinds, base), base))
    after = list(_last_known(reversed(list(_sides(kinds, base))), base))[::-1]
    return [
        place > 0 and (base not in (before[place - 1], after[place]) or {kinds[place - 1], kind} <= {*_JOINED})
        for place, kind in enumerate(kinds)
    ]


def _sides(kinds: Iterable[str], base: str) -> Iterator[str | None]:
    """The direction of each code point, as far as it has one."""
    strong = "ltr"
    for kind in kinds:
        strong = base if kind == "B" else _STRONG.get(kind, strong)
        if kind in _NUMERIC:
            yield "ltr" if base == "rtl" else strong
        else:
            yield strong if kind in _STRONG or kind == "B" else None


def _last_known(sides: Iterable[str | None], base: str) -> Iterator[str]:
    known = base
    for side in sides:
        known = side or known
        yield known
