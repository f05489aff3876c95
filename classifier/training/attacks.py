"""What somebody who wants to be missed does to a whole text, at full strength, and what that costs in recall.

The rules are those of `classifier.training.disguise` on every word, and some that cleaning alone must undo. Training
posts meet the former at other strengths; the latter only measure.
"""

import random
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import regex
from numpy.typing import NDArray

from classifier.cleaning.lookalikes import LOOKALIKES
from classifier.training import disguise
from classifier.training.corpus import LabelledPost
from classifier.training.disguise import Disguise
from classifier.training.romanising import can_be_romanised, romanised

Score = Callable[[Sequence[str]], NDArray[np.float64]]

_WORDS_OF_HARMLESS_TEXT = 300
# Of scripts that write no blanks, so many signs count as a word.
_SIGNS_OF_A_WORD = 4
_UNSPACED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}]")
_CLUSTER = regex.compile(r"\X")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_ALL_FIGURES = str.maketrans("aeiostAEIOST", "431057431057")
# First signs of Unicode's mathematical alphabets that have no gaps: bold, bold italic, bold script, bold fraktur,
# double-struck and monospace small letters; capitals stand 26 before.
_MATHEMATICAL = (0x1D41A, 0x1D482, 0x1D4EA, 0x1D586, 0x1D68A)


def bidirectional(text: str, chance: random.Random) -> str:
    """Every word inside an override or an isolate, as it is."""
    return _WORD.sub(lambda word: chance.choice("\u202d\u202b\u2067") + word[0] + chance.choice("\u202c\u2069"), text)


def backwards(text: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature for all attacks
    """Each line stored backwards and turned round for the eye by an override."""
    return "\n".join("\u202e" + line[::-1] + "\u202c" for line in text.split("\n"))


def homoglyphs(text: str, chance: random.Random) -> str:
    """Every second or third letter by one that looks the same, from Unicode's confusables."""
    every = chance.choice((2, 3))
    return "".join(
        chance.choice(LOOKALIKES[sign]) if place % every == 0 and sign in LOOKALIKES else sign
        for place, sign in enumerate(text)
    )


def mathematical(text: str, chance: random.Random) -> str:
    """Latin letters in one of the mathematical alphabets."""
    first = chance.choice(_MATHEMATICAL)
    small = {ord(letter): chr(first + place) for place, letter in enumerate(string.ascii_lowercase)}
    return text.translate(small | {ord(chr(code).upper()): chr(ord(sign) - 26) for code, sign in small.items()})


def random_case(text: str, chance: random.Random) -> str:
    """A letter in two in the other case."""
    return "".join(sign.swapcase() if chance.random() < 1 / 2 else sign for sign in text)


def doubled(text: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature for all attacks
    """Every letter twice."""
    return _WORD.sub(lambda word: "".join(sign * 2 for sign in word[0]), text)


def piled_up(text: str, chance: random.Random) -> str:
    """Four accents on every letter."""
    return _WORD.sub(
        lambda word: "".join(
            sign + "".join(chance.choices("\u0300\u0302\u0308\u030d\u0316\u0323\u0334", k=4)) for sign in word[0]
        ),
        text,
    )


def torn_throughout(text: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature for all attacks
    """A blank between all characters, vowel signs and blanks included."""
    return " ".join(text)


def _figures_throughout(text: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature for all attacks
    """Every letter that has one by a figure or a sign."""
    plain = unicodedata.normalize("NFC", text)
    return _WORD.sub(lambda word: word[0].translate(_ALL_FIGURES).replace("5", "$", 1).replace("4", "@", 1), plain)


def _set_apart(mark: str, text: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature for all attacks
    return _WORD.sub(lambda word: mark.join(_CLUSTER.findall(word[0])), text)


ATTACKS: dict[str, Disguise] = {
    "backwards": backwards,
    "bidirectional": bidirectional,
    "blanks": lambda text, chance: _set_apart(" ", text.replace(" ", "   "), chance),
    "blanks between all characters": torn_throughout,
    "dots": partial(_set_apart, "."),
    "doubled letters": doubled,
    "emojis": partial(disguise.emoji_between, share=1.0),
    "figures": _figures_throughout,
    "full width": partial(disguise.full_width, share=1.0),
    "invisible": partial(disguise.invisible, share=1.0),
    "look-alikes": homoglyphs,
    "mathematical letters": mathematical,
    "misread": partial(disguise.misread, share=1 / 3),
    "piled-up accents": piled_up,
    "random case": random_case,
    "typing errors": partial(disguise.mistyped, share=0.1),
    "underscores": partial(_set_apart, "_"),
    "without marks": disguise.without_marks,
}


def buried(text: str, harmless: Sequence[str], chance: random.Random) -> str:
    """The text in the middle of about 300 words of other people's harmless text."""
    around: list[str] = []
    while sum(map(_words, around)) < _WORDS_OF_HARMLESS_TEXT:
        around.append(chance.choice(harmless))
    middle = len(around) // 2
    return "\n".join([*around[:middle], text, *around[middle:]])


def attack_cost(
    posts: Sequence[LabelledPost],
    score: Score,
    harmless: Mapping[str, Sequence[str]],
    *,
    false_alarms: float = 0.03,
    seed: int = 0,
) -> dict[str, float]:
    """Recall of risk that each attack costs, 0 to 1, where the share `false_alarms` of benign posts is flagged.

    Benign posts are attacked like the lures, and the stricter of the thresholds with and without the attack counts:
    what merely raises every score gains nothing. `score` gives the risk of texts; `harmless` holds texts by language
    for "buried", which leaves out languages that have none; "romanised" leaves out what no one types in Latin letters.
    Nothing where the posts are of one class.
    """
    at_risk = np.array([post.at_risk for post in posts])
    benign = np.array([not post.labels for post in posts])
    if not (at_risk.any() and benign.any()):
        return {}
    plain = score([post.text for post in posts])
    costs = {}

    def attempt(name: str, attack: Callable[[LabelledPost, random.Random], str], rows: NDArray[np.bool_]) -> None:
        if (rows & at_risk).any() and (rows & benign).any():
            chance = random.Random(seed)  # noqa: S311 - reproducible attacks, not a secret
            attacked = score([attack(post, chance) for post, chosen in zip(posts, rows, strict=True) if chosen])
            costs[name] = _lost(plain[rows], attacked, at_risk[rows], benign[rows], false_alarms)

    for name, disguised in ATTACKS.items():
        attempt(name, partial(_on_text, disguised), np.ones(len(posts), dtype=bool))
    attempt(
        "buried",
        lambda post, chance: buried(post.text, harmless[post.lang], chance),
        np.array([bool(harmless.get(post.lang)) for post in posts]),
    )
    attempt("romanised", partial(_on_text, romanised), np.array([can_be_romanised(post.text) for post in posts]))
    return costs


def _on_text(attack: Disguise, post: LabelledPost, chance: random.Random) -> str:
    return attack(post.text, chance)


def _lost(
    plain: NDArray[np.float64],
    attacked: NDArray[np.float64],
    at_risk: NDArray[np.bool_],
    benign: NDArray[np.bool_],
    false_alarms: float,
) -> float:
    before = np.quantile(plain[benign], 1.0 - false_alarms, method="higher")
    after = max(before, np.quantile(attacked[benign], 1.0 - false_alarms, method="higher"))
    return float((plain[at_risk] > before).mean() - (attacked[at_risk] > after).mean())


def _words(text: str) -> int:
    return len(text.split()) + len(_UNSPACED.findall(text)) // _SIGNS_OF_A_WORD
