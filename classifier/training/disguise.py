"""Disguises that recruiters use, put onto training posts so that the heads meet what cleaning leaves behind.

Each takes a text and a source of chance and gives the disguised text; nothing here knows labels.
"""

import random
import unicodedata
from collections.abc import Callable

Disguise = Callable[[str, random.Random], str]

_LOOKALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_FIGURES = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
_INVISIBLE = ("\u200b", "\u2060", "\ufeff", "\u00ad")
_EMOJI = ("🔥", "✨", "💰", "⭐", "👉", "❗")


def spaced_out(text: str, chance: random.Random) -> str:
    """A word in six written with blanks or dots between its letters."""
    return _some_words(text, chance, 1 / 6, lambda word: chance.choice(" .-").join(word))


def lookalikes(text: str, chance: random.Random) -> str:
    """A word in three with Cyrillic letters in the place of Latin ones."""
    return _some_words(text, chance, 1 / 3, lambda word: word.translate(_LOOKALIKES))


def leetspeak(text: str, chance: random.Random) -> str:
    """A word in five with figures in the place of vowels."""
    return _some_words(text, chance, 1 / 5, lambda word: word.translate(_FIGURES))


def invisible(text: str, chance: random.Random) -> str:
    """A character in eight followed by one that does not show."""
    return "".join(sign + (chance.choice(_INVISIBLE) if chance.random() < 1 / 8 else "") for sign in text)


def without_marks(text: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature for all disguises
    """Latin letters without their accents, as Vietnamese or Turkish is typed in haste."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", plain.replace("đ", "d").replace("Đ", "D").replace("ı", "i"))


def decorated(text: str, chance: random.Random) -> str:
    """An emoji after a word in four."""
    return " ".join(word + (chance.choice(_EMOJI) if chance.random() < 1 / 4 else "") for word in text.split(" "))


def full_width(text: str, chance: random.Random) -> str:
    """A word in three in full-width forms."""
    return _some_words(
        text, chance, 1 / 3, lambda word: "".join(chr(ord(s) + 0xFEE0) if "!" <= s <= "~" else s for s in word)
    )


DISGUISES: dict[str, Disguise] = {
    "spaced_out": spaced_out,
    "lookalikes": lookalikes,
    "leetspeak": leetspeak,
    "invisible": invisible,
    "without_marks": without_marks,
    "decorated": decorated,
    "full_width": full_width,
}


def disguise(text: str, chance: random.Random) -> str:
    """`text` under one disguise that `chance` picks."""
    return DISGUISES[chance.choice(sorted(DISGUISES))](text, chance)


def _some_words(text: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    """`change` on the given share of the words that can be a word and no contact."""
    words = text.split(" ")
    return " ".join(
        change(word) if word.isalpha() and len(word) > 2 and chance.random() < share else word for word in words
    )
