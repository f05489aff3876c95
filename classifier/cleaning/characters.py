"""Rules on single characters: invisible ones, piled-up marks, compatibility forms.

Each rule takes a text and yields edits. None of them reads words.
"""

import unicodedata
from collections.abc import Iterator

import regex

from classifier.cleaning.trace import Edit
from classifier.cleaning.zawgyi import zawgyi

# ZERO WIDTH JOINER and NON-JOINER belong beside a virama, and in Arabic script between letters (Unicode 16.0, sections
# 9.2, 12.1, 13.2; RFC 5892 A.1-2).
_VIRAMA = "[\u094d\u09cd\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca]"
_INVISIBLE = regex.compile(
    # Kept: flags spelled with tags, emoji sequences and their variation selectors, joiners inside a joining script.
    r"(?P<keep>\U0001F3F4[\U000E0020-\U000E007E]{1,10}\U000E007F"
    r"|(?<=[\p{Extended_Pictographic}\ufe0f\U0001F3FB-\U0001F3FF])\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=[\p{Extended_Pictographic}0-9#*])[\ufe0e\ufe0f]"
    rf"|(?<={_VIRAMA})[\u200c\u200d]|[\u200c\u200d](?={_VIRAMA})|(?<=\p{{Arabic}})\u200c(?=\p{{Arabic}}))"
    r"|(?![\t-\r\x85])[\p{Default_Ignorable_Code_Point}\p{Cc}\ufff9-\ufffb]+?"
)
_JOINER = regex.compile(r"(?<![\ufe0f\p{Extended_Pictographic}\U0001F3FB-\U0001F3FF])[\u200c\u200d]")
# No spelling has so many joiners, nor one to so few characters.
_FEWEST_JOINERS, _CHARS_TO_A_JOINER = 4, 10
# Set right to left by force; shown backwards, it was stored backwards to be read.
_OVERRIDDEN = regex.compile("\u202e([^\u202c\u202d\u202e\n]+)\u202c?")
_STOP = "[.,!?;:。，、！？።፣؟،।॥]"
_ORDERLY = regex.compile(rf"\b\p{{Lu}}\p{{Ll}}|\w{_STOP}(?!\S)")
_BACKWARDS = regex.compile(rf"\p{{Ll}}\p{{Lu}}\b|(?<!\S)(?:{_STOP}\w|\p{{M}})")
# More than a word that was put under an override by mistake.
_LINE_TO_THE_RIGHT = regex.compile(r"^[^\n\p{Arabic}\p{Hebrew}]{12,}$", regex.M)
_SPACED_FLAGS = regex.compile(r"(?<![🇦-🇿])[🇦-🇿](?:[ \u200b][🇦-🇿])+(?![🇦-🇿])")
# Overlays and enclosing marks spell nothing in any language; a keycap (U+20E3) is an emoji.
_OVERLAY = regex.compile(r"(?<![=<>])[\u0334-\u0338\u0488\u0489\u20d2\u20d3\u20dd-\u20e0\u20e2\u20e4]+")
# Vietnamese and transliteration stack two marks on a letter; three and more are decoration, and so is one on
# anything but a letter of these three scripts (泰͇).
_ACCENT = r"[\u0300-\u0333\u0339-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]"
_STACKED = regex.compile(rf"(?<=[^\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}\p{{Inherited}}]){_ACCENT}+|{_ACCENT}{{3,}}")
_REPEATED_MARK = regex.compile(r"(\p{M})\1{2,}")
_NOT_ASCII = regex.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_CLUSTER = regex.compile(r"\X")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_BRAILLE_BLANK = regex.compile("\u2800")
_PARENTHESIZED = regex.compile("[\u249c-\u24b5]")
# Thai and Lao vowels that are typed in two strokes and look the same: SARA AM, and SARA AE as two SARA E.
_TWO_STROKES = regex.compile(
    "\u0e4d(?P<th>[\u0e48-\u0e4b]?)\u0e32|\u0ecd(?P<lo>[\u0ec8-\u0ecb]?)\u0eb2|\u0e40\u0e40(?!(\\p{L})\\3)"
)


def surrogates(text: str) -> Iterator[Edit]:
    """Half a surrogate pair cannot be stored or sent: U+FFFD in its place."""
    for match in _SURROGATE.finditer(text):
        yield Edit(*match.span(), "\ufffd")


def spaced_flags(text: str) -> Iterator[Edit]:
    """Regional indicators set apart are letters (`🇯 🇴 🇧`); in pairs they are flags."""
    for match in _SPACED_FLAGS.finditer(text):
        for place in range(*match.span()):
            char = text[place]
            yield Edit(place, place + 1, chr(ord(char) - 0x1F1E6 + ord("A")) if "🇦" <= char <= "🇿" else "")


def backwards(text: str) -> Iterator[Edit]:
    """Text that a right-to-left override turns round, where capitals, full stops or marks show that it is stored so.

    Where they show neither, a line that is read from left to right is turned: nobody could read it otherwise.
    """
    runs = list(_OVERRIDDEN.finditer(text))
    shown = "\n".join(run[1] for run in runs)
    for_backwards = len(_BACKWARDS.findall(shown)) - len(_ORDERLY.findall(shown))
    if for_backwards > 0 or (for_backwards == 0 and _LINE_TO_THE_RIGHT.search(shown)):
        for run in runs:
            yield Edit(*run.span(), run[1][::-1])


def joiners_throughout(text: str) -> Iterator[Edit]:
    """Joiners all through a text, in any script."""
    joiners = list(_JOINER.finditer(text))
    if len(joiners) >= _FEWEST_JOINERS and len(joiners) * _CHARS_TO_A_JOINER > len(text):
        for joiner in joiners:
            yield Edit(*joiner.span(), "")


def invisible(text: str) -> Iterator[Edit]:
    """Zero-width, bidirectional, control and filler characters go, save where a script or emoji needs them."""
    if text.isascii() and text.isprintable():
        return
    for match in _INVISIBLE.finditer(text):
        if match["keep"] is None:
            yield Edit(*match.span(), "")


def blanks(text: str) -> Iterator[Edit]:
    """The empty Braille cell is a space."""
    for match in _BRAILLE_BLANK.finditer(text):
        yield Edit(*match.span(), " ")


def overlays(text: str) -> Iterator[Edit]:
    """Strokes through letters and frames around them."""
    for match in _OVERLAY.finditer(text):
        yield Edit(*match.span(), "")


def stacked_marks(text: str) -> Iterator[Edit]:
    """Piles of three accents and more go, and accents on anything but an alphabet that has them."""
    for match in _STACKED.finditer(text):
        yield Edit(*match.span(), "")


def repeated_marks(text: str) -> Iterator[Edit]:
    """One mark three times and more, in any script: once."""
    for match in _REPEATED_MARK.finditer(text):
        yield Edit(match.start() + 1, match.end(), "")


def parenthesized(text: str) -> Iterator[Edit]:
    """⒜ is the letter; NFKC would add the brackets."""
    for match in _PARENTHESIZED.finditer(text):
        yield Edit(*match.span(), chr(ord(match[0]) - 0x249C + ord("a")))


def compatibility_forms(text: str) -> Iterator[Edit]:
    """NFKC, cluster by cluster: full width, mathematical letters, ligatures, composed accents."""
    if unicodedata.is_normalized("NFKC", text):
        return
    for run in _NOT_ASCII.finditer(text):
        if unicodedata.is_normalized("NFKC", run[0]):
            continue
        for cluster in _CLUSTER.finditer(run[0]):
            new = _nfkc(cluster[0])
            if new != cluster[0]:
                yield Edit(run.start() + cluster.start(), run.start() + cluster.end(), new)


def _nfkc(cluster: str) -> str:
    if unicodedata.is_normalized("NFKC", cluster):
        return cluster
    new = unicodedata.normalize("NFKC", cluster)
    if new[0] == " " and len(new) > 1:  # a lone accent such as ´ would become a space and a mark
        return cluster
    return new.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")


def two_strokes(text: str) -> Iterator[Edit]:
    """One spelling for vowels that look the same in Thai and Lao."""
    for match in _TWO_STROKES.finditer(text):
        if match["th"] is not None:
            yield Edit(*match.span(), match["th"] + "\u0e33")
        elif match["lo"] is not None:
            yield Edit(*match.span(), match["lo"] + "\u0eb3")
        else:
            yield Edit(*match.span(), "\u0e41")


# Marks are thinned before they are composed; flags are read before their separators go.
RULES = (
    surrogates,
    spaced_flags,
    backwards,
    invisible,
    joiners_throughout,
    blanks,
    overlays,
    stacked_marks,
    repeated_marks,
    parenthesized,
    compatibility_forms,
    two_strokes,
    zawgyi,
)
