"""Text of other scripts in Latin letters, as it is typed where no such keyboard is at hand.

Nobody writes Burmese, Khmer or Thai in Latin letters by one rule. Two romanisers stand in for the many ways: one letter
by letter (anyascii), one by the sounds of the script (uroman).
"""

import random
from functools import cache
from typing import TYPE_CHECKING

import regex
from anyascii import anyascii

if TYPE_CHECKING:
    from uroman import Uroman

# Chinese, Japanese and Korean adverts are typed in their own scripts everywhere.
_SCRIPTS = (
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Sinhala}"
    r"\p{Arabic}\p{Ethiopic}\p{Cyrillic}"
)
_LETTER = regex.compile(rf"(?V1)[[{_SCRIPTS}]&&\p{{L}}]")
# Emojis and contacts between the runs stay as they are.
_RUN = regex.compile(rf"(?V1)[{_SCRIPTS}](?:[{_SCRIPTS}\p{{M}}]|[ ](?=[{_SCRIPTS}]))*")


def can_be_romanised(text: str) -> bool:
    """Whether most of its letters are of a script that people do type in Latin letters."""
    return 2 * len(_LETTER.findall(text)) > sum(map(str.isalpha, text))


def romanised(text: str, chance: random.Random) -> str:
    """The text with all runs of such scripts in Latin letters, by a romaniser that `chance` picks."""
    romanise = chance.choice((anyascii, _by_sound))
    return _RUN.sub(lambda run: romanise(run[0]), text)


def _by_sound(text: str) -> str:
    return str(_uroman().romanize_string(text))


@cache
def _uroman() -> "Uroman":
    from uroman import Uroman

    return Uroman()
