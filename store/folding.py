"""The form in which posts are searched: what looks or means the same is one spelling, in the text and in the query.

Sits under the search index and the marks of its results. Only ever compared and counted, never shown: case, width,
invisible characters, digits of other scripts and the order of vowel signs are gone from it.
"""

import unicodedata

import regex

# Nothing of it is seen: zero-width characters, joiners, direction marks, soft hyphens, tags. Line ends are space.
_UNSEEN = regex.compile(r"(?![\t-\r\x85])[\p{Default_Ignorable_Code_Point}\p{Cc}\ufff9-\ufffb]+")
_SPACE = regex.compile(r"\s+")
_ETHIOPIC_SAME_SOUND = ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0), (0x1340, 0x1338))
_SAME = {
    # Turkish: "I" and "i" are two letters each; casefold leaves the dot of "İ" behind as a mark of its own.
    ord("ı"): "i",
    # Arabic and Persian or Urdu keyboards write different code points for one letter; tatweel only stretches.
    ord("ى"): "ي", ord("ی"): "ي", ord("ک"): "ك", ord("ہ"): "ه", ord("ـ"): None,
    # The turned comma of Uzbek Latin (oʻ, gʻ) as every keyboard has it.
    ord("ʻ"): "'", ord("ʼ"): "'", ord("‘"): "'", ord("’"): "'", ord("`"): "'",
} | {
    # Amharic letters of one sound are exchanged freely in modern spelling, in all seven vowels.
    other + vowel: chr(one + vowel) for other, one in _ETHIOPIC_SAME_SOUND for vowel in range(7)
}  # fmt: skip
_DOT_OF_I = regex.compile("(?<=i)\u0307")
_DIGIT = regex.compile(r"(?![0-9])\p{Decimal_Number}")
# Thai and Lao: SARA AM is split by NFKC, and its tone mark may stand before, within or behind; SARA AE in two strokes.
_AM = regex.compile(
    "(?P<tone>[\u0e48-\u0e4b]*)\u0e4d(?P<tone2>[\u0e48-\u0e4b]*)\u0e32(?P<tone3>[\u0e48-\u0e4b]*)"
    "|(?P<lao>[\u0ec8-\u0ecb]*)\u0ecd(?P<lao2>[\u0ec8-\u0ecb]*)\u0eb2(?P<lao3>[\u0ec8-\u0ecb]*)"
)
_AE = {"\u0e40\u0e40": "\u0e41", "\u0ec0\u0ec0": "\u0ec1"}
# Signs above, below and around a letter look the same in whatever order they were typed.
_KHMER_SIGNS = regex.compile("(?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd])+")
_KHMER_SIGN = regex.compile("\u17d2.|.")
_SIGNS = regex.compile(
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}|[\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd]{2,}|[\u102b-\u103e]{2,}"
)
_KHMER_RO, _KHMER_DA, _KHMER_TA = "\u17d2\u179a", "\u17d2\u178a", "\u17d2\u178f"
# A mark on a Latin letter, a vowel mark or hamza on an Arabic one, and the dots of Cyrillic "ё".
_ACCENT = regex.compile(r"(?<=\p{Latin}\p{M}*)\p{M}|(?<=\p{Arabic}\p{M}*)[\u064b-\u065f\u0670]|(?<=\u0435)\u0308")
_STROKED = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """`text` as it is compared: NFKC without case, on one line, what is not seen left out."""
    if text.isascii():
        return _SPACE.sub(" ", _UNSEEN.sub("", text).casefold()).strip()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold())
    folded = _DOT_OF_I.sub("", folded).translate(_SAME)
    folded = _DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), folded)
    return _SPACE.sub(" ", _in_one_order(folded)).strip()


def without_accents(folded: str) -> str:
    """A folded text with the accents of Latin letters gone ("lương cao" is "luong cao"), and Arabic vowel marks."""
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", folded.translate(_STROKED))))


def _in_one_order(text: str) -> str:
    for strokes, letter in _AE.items():
        text = text.replace(strokes, letter)
    text = _AM.sub(_am, text)
    text = _KHMER_SIGNS.sub(lambda match: "".join(sorted(_khmer(match[0]), key=_khmer_order)), text)
    return _SIGNS.sub(lambda match: "".join(sorted(match[0])), text)


def _am(match: regex.Match[str]) -> str:
    if "\u0e4d" in match[0]:
        return f"{match['tone']}{match['tone2']}{match['tone3']}\u0e33"
    return f"{match['lao']}{match['lao2']}{match['lao3']}\u0eb3"


def _khmer(signs: str) -> list[str]:
    return _KHMER_SIGN.findall(signs.replace(_KHMER_DA, _KHMER_TA))


def _khmer_order(sign: str) -> tuple[bool, bool, str]:
    # Subscripts first, RO last of them: it is drawn to the left of all, and typed anywhere.
    return len(sign) == 1, sign == _KHMER_RO, sign
