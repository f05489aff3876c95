"""Disguises that recruiters use, put onto training posts so that the heads meet what cleaning leaves behind.

Each takes a text and a source of chance and gives the disguised text; nothing here knows labels.
"""

import random
import unicodedata
from collections.abc import Callable

import regex

Disguise = Callable[[str, random.Random], str]

_LOOKALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_FIGURES = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
_INVISIBLE = ("\u200b", "\u2060", "\ufeff", "\u00ad")
_EMOJI = ("🔥", "✨", "💰", "⭐", "👉", "❗")
# What optical character recognition takes for each other, and the marks that it loses.
_MISREAD = (("rn", "m"), ("m", "rn"), ("l", "1"), ("I", "l"), ("O", "0"), ("vv", "w"), ("cl", "d"))
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}"
# A word, or four written clusters of a script that does not space its words.
_WORD = regex.compile(rf"(?V1)[[\p{{L}}\p{{M}}]--[{_UNSPACED}]]{{3,}}|(?:[{_UNSPACED}]\p{{M}}*+){{4}}")
_CLUSTER = regex.compile(r"\X")
_CONTACT = regex.compile(r"@|://|\.\p{L}|_|[\p{Latin}]\d|\d[\p{Latin}]")


def spaced_out(text: str, chance: random.Random) -> str:
    """A word in six written with blanks or dots between its letters."""
    return _some_words(text, chance, 1 / 6, lambda word: chance.choice(" .-").join(_CLUSTER.findall(word)))


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
    plain = regex.sub(r"(?<=\p{Latin})[\u0300-\u036f]+", "", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", plain.replace("đ", "d").replace("Đ", "D").replace("ı", "i"))


def decorated(text: str, chance: random.Random) -> str:
    """An emoji after a word in four."""
    return " ".join(word + (chance.choice(_EMOJI) if chance.random() < 1 / 4 else "") for word in text.split(" "))


def emoji_between(text: str, chance: random.Random) -> str:
    """A word in six with an emoji between its letters."""
    return _some_words(text, chance, 1 / 6, lambda word: chance.choice(_EMOJI).join(_CLUSTER.findall(word)))


def misread(text: str, chance: random.Random) -> str:
    """A word in three as a poor scan gives it: letters taken for others, a mark lost, words run together."""
    noisy = _some_words(text, chance, 1 / 3, lambda word: _misread_word(word, chance))
    return regex.sub(r"(?<=\p{L}) (?=\p{L})", lambda _: "" if chance.random() < 1 / 12 else " ", noisy)


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
    "emoji_between": emoji_between,
    "full_width": full_width,
    "misread": misread,
}


def disguise(text: str, chance: random.Random) -> str:
    """`text` under one disguise that `chance` picks."""
    return DISGUISES[chance.choice(sorted(DISGUISES))](text, chance)


def _misread_word(word: str, chance: random.Random) -> str:
    wrong = [(right, read) for right, read in _MISREAD if right in word]
    if wrong:
        return word.replace(*chance.choice(wrong), 1)
    marks = [match.start() for match in regex.finditer(r"\p{M}", word)]
    lost = chance.choice(marks) if marks else len(word) - 1
    return word[:lost] + word[lost + 1 :]


def _some_words(text: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    """`change` on the given share of the words, contacts left as they are."""
    return "".join(
        piece if _CONTACT.search(piece) else _WORD.sub(lambda word: _perhaps(word[0], chance, share, change), piece)
        for piece in regex.split(r"(\s+)", text)
    )


def _perhaps(word: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    return change(word) if chance.random() < share else word
