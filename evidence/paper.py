"""Makes collected text fit for print: within bounds, and with every sign that the fonts lack named.

What is left out is said in its place; the whole text stands in the files beside the report. Pure functions.
"""

import unicodedata
from itertools import accumulate, takewhile

import regex

from evidence.highlights import inert
from evidence.typefaces import is_held

# More marks than any writing puts on one letter would grow over the lines around it: three of those that every script
# shares (they stand on each other), eight of a script's own (Burmese has six).
_SHARED = r"(?=\p{M})\p{Script=Inherited}"
_PILE = regex.compile(rf"((?:{_SHARED}){{3}})((?:{_SHARED})+)|(\p{{M}}{{8}})(\p{{M}}+)")


def printable(text: str) -> str:
    """`text` with its active signs, those without a shape in any font, and piles of marks named."""
    return _named(_PILE.sub(_pile_named, inert(text)))


def beginning(text: str, most_characters: int | None) -> str:
    """As much of `text` as takes that many characters on paper, at most; all of it where there is no bound."""
    if most_characters is None:
        return text
    lengths = accumulate(len(_sign(character)) for character in text[:most_characters])
    return text[: sum(1 for _ in takewhile(lambda length: length <= most_characters, lengths))]


def _pile_named(match: regex.Match[str]) -> str:
    kept, rest = match[1] or match[3], match[2] or match[4]
    return f"{kept}[{len(rest)} more marks]"


def _named(text: str) -> str:
    return "".join(map(_sign, text))


def _sign(character: str) -> str:
    if is_held(character):
        return character
    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X}"
    # The name of an ideograph is its code once more.
    return f"[{code} {name}]" if name and not name.endswith(code[2:]) else f"[{code}]"
