"""Disguises that recruiters use, put onto training posts so that the heads meet what cleaning leaves behind.

Each takes a text, a source of chance and the share of the words (or signs) to disguise, and gives the disguised text;
nothing here knows labels. Noise is no trick, but hides a lure as well. `classifier.training.attacks` uses the same
rules at full strength.
"""

import random
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial

import regex

Disguise = Callable[[str, random.Random], str]

_LOOKALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_FIGURES = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_EMOJI = ("🔥", "✨", "💰", "⭐", "👉", "❗")
# What optical character recognition takes for each other.
_MISREAD = (
    ("rn", "m"), ("m", "rn"), ("l", "1"), ("I", "l"), ("O", "0"), ("o", "0"), ("vv", "w"), ("cl", "d"), ("h", "b"),
    ("e", "c"), ("i", "l"), ("t", "f"), ("n", "ri"), ("u", "v"), ("S", "5"), ("B", "8"), ("g", "q"), ("a", "o"),
    ("ш", "щ"), ("и", "н"), ("н", "п"), ("б", "6"), ("з", "3"), ("о", "0"), ("е", "с"),
)  # fmt: skip
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_NEIGHBOURS = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYBOARD
    for place, key in enumerate(row)
}
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}"
# A word, or four written clusters of a script that does not space its words.
_WORD = regex.compile(rf"(?V1)[[\p{{L}}\p{{M}}]--[{_UNSPACED}]]{{2,}}|(?:[{_UNSPACED}]\p{{M}}*+){{4}}")
_CLUSTER = regex.compile(r"\X")
_CONTACT = regex.compile(r"@|://|\.\p{L}|_|[\p{Latin}]\d|\d[\p{Latin}]")


def spaced_out(text: str, chance: random.Random, share: float) -> str:
    """Words written with blanks or dots between their letters."""
    return _some_words(text, chance, share, lambda word: chance.choice(" .-").join(_CLUSTER.findall(word)))


def lookalikes(text: str, chance: random.Random, share: float) -> str:
    """Words with Cyrillic letters in the place of Latin ones."""
    return _some_words(text, chance, share, lambda word: word.translate(_LOOKALIKES))


def leetspeak(text: str, chance: random.Random, share: float) -> str:
    """Words with figures in the place of letters."""
    return _some_words(text, chance, share, lambda word: word.translate(_FIGURES))


def invisible(text: str, chance: random.Random, share: float) -> str:
    """Characters followed by one that does not show."""
    return "".join(sign + (chance.choice(_INVISIBLE) if chance.random() < share else "") for sign in text)


def without_marks(text: str, chance: random.Random, share: float = 1.0) -> str:
    """Latin letters without their accents, as Vietnamese or Turkish is typed in haste."""
    return _some_words(text, chance, share, _without_marks)


def decorated(text: str, chance: random.Random, share: float) -> str:
    """An emoji after words."""
    return " ".join(word + (chance.choice(_EMOJI) if chance.random() < share else "") for word in text.split(" "))


def emoji_between(text: str, chance: random.Random, share: float) -> str:
    """Words with an emoji between their letters."""
    return _some_words(text, chance, share, lambda word: chance.choice(_EMOJI).join(_CLUSTER.findall(word)))


def full_width(text: str, chance: random.Random, share: float) -> str:
    """Words in full-width forms."""
    return _some_words(
        text, chance, share, lambda word: "".join(chr(ord(s) + 0xFEE0) if "!" <= s <= "~" else s for s in word)
    )


def misread(text: str, chance: random.Random, share: float) -> str:
    """Words as a poor scan gives them: letters taken for others, a mark lost, words run together."""
    noisy = _some_words(text, chance, share, lambda word: _misread_word(word, chance))
    return run_together(noisy, chance, share / 4)


def mistyped(text: str, chance: random.Random, share: float) -> str:
    """Letters struck wrongly: a neighbour's key, one left out, one twice."""
    return _some_words(text, chance, 1.0, lambda word: _mistyped_word(word, chance, share))


def garbled(text: str, chance: random.Random, share: float) -> str:
    """Letters lost, struck for others of the same text, or changed about with the one before, in any script."""
    letters = [cluster for cluster in _CLUSTER.findall(text) if cluster[0].isalpha()]
    return _some_words(text, chance, 1.0, lambda word: _garbled_word(word, chance, share, letters))


def run_together(text: str, chance: random.Random, share: float) -> str:
    """Blanks between words left out."""
    return regex.sub(r"(?<=\p{L}) (?=\p{L})", lambda _: "" if chance.random() < share else " ", text)


# What a training post may get. Some are light, as people write; some go through the whole text, as programs do.
DISGUISES: dict[str, Disguise] = {
    "spaced_out": partial(spaced_out, share=1 / 6),
    "lookalikes": partial(lookalikes, share=1 / 3),
    "leetspeak": partial(leetspeak, share=1 / 5),
    "leetspeak_throughout": partial(leetspeak, share=1.0),
    "invisible": partial(invisible, share=1 / 8),
    "without_marks": without_marks,
    "decorated": partial(decorated, share=1 / 4),
    "emoji_between": partial(emoji_between, share=1 / 6),
    "full_width": partial(full_width, share=1 / 3),
    "misread": partial(misread, share=1 / 3),
    "misread_throughout": partial(misread, share=1.0),
    "mistyped": partial(mistyped, share=1 / 12),
    "run_together": partial(run_together, share=1.0),
}
# What machines, haste and other people's copying make of a text, at strengths that leave it readable.
NOISES: tuple[Disguise, ...] = (
    lambda text, chance: mistyped(text, chance, chance.uniform(0.04, 0.15)),
    lambda text, chance: garbled(text, chance, chance.uniform(0.03, 0.12)),
    lambda text, chance: misread(text, chance, chance.uniform(0.25, 0.7)),
    lambda text, chance: misread(garbled(text, chance, 0.04), chance, 0.3),
    lambda text, chance: leetspeak(without_marks(text, chance), chance, chance.uniform(0.4, 1.0)),
)


def disguise(text: str, chance: random.Random) -> str:
    """`text` under one disguise that `chance` picks."""
    return DISGUISES[chance.choice(sorted(DISGUISES))](text, chance)


def noisy(text: str, chance: random.Random) -> str:
    """`text` under one noise that `chance` picks."""
    return chance.choice(NOISES)(text, chance)


def _without_marks(word: str) -> str:
    plain = regex.sub(r"(?<=\p{Latin})[\u0300-\u036f]+", "", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", plain.replace("đ", "d").replace("Đ", "D").replace("ı", "i"))


def _misread_word(word: str, chance: random.Random) -> str:
    wrong = [(right, read) for right, read in _MISREAD if right in word]
    if wrong:
        return word.replace(*chance.choice(wrong), 1)
    marks = [match.start() for match in regex.finditer(r"\p{M}", word)]
    lost = chance.choice(marks) if marks else len(word) - 1
    return word[:lost] + word[lost + 1 :]


def _mistyped_word(word: str, chance: random.Random, share: float) -> str:
    return "".join(
        _mistyped_cluster(cluster, chance) if chance.random() < share else cluster for cluster in _CLUSTER.findall(word)
    )


def _mistyped_cluster(cluster: str, chance: random.Random) -> str:
    neighbours = _NEIGHBOURS.get(cluster.lower())
    return chance.choice(("", cluster * 2, chance.choice(neighbours) if neighbours else cluster[:-1]))


def _garbled_word(word: str, chance: random.Random, share: float, letters: Sequence[str]) -> str:
    clusters: list[str] = []
    for cluster in _CLUSTER.findall(word):
        change = chance.randrange(3) if chance.random() < share else None
        if change == 0 and clusters:
            clusters.insert(-1, cluster)
        elif change != 1:
            clusters.append(cluster if change is None else chance.choice(letters))
    return "".join(clusters)


def _some_words(text: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    """`change` on the given share of the words, contacts left as they are."""
    return "".join(
        piece if _CONTACT.search(piece) else _WORD.sub(lambda word: _perhaps(word[0], chance, share, change), piece)
        for piece in regex.split(r"(\s+)", text)
    )


def _perhaps(word: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    return change(word) if chance.random() < share else word
