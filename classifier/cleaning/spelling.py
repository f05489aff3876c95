"""Words that are spelled so that filters miss them: spaced out, cut by a mark, with digits, stretched.

Links, addresses and handles are never touched; figures are only read where a letter stands on both sides.
"""

from collections.abc import Iterator

import regex

from classifier.cleaning.trace import Edit

_VOWELS = "aeiouyàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵäëïöüåæøœāēīōūğışаеёиоуыэюя"
_EMOJI = r"[\p{Extended_Pictographic}\ufe0f\u200d\U0001F3FB-\U0001F3FF]"
# A token with an at-sign, a scheme or a path behind a domain: consumed first, so that no rule reads it.
_LINK = r"(?P<link>(?<!\S)(?=\S*?(?:@|://|www\.|\.[A-Za-z]{2,}/))\S+)"
# Scripts that write letters apart; in the others the matcher does not see spaces at all.
_LETTER = r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Ethiopic}\p{Han}]\p{M}*+"
_SPELLED_OUT = regex.compile(
    rf"{_LINK}|(?<![\p{{L}}\p{{M}}\p{{N}}])(?P<word>{_LETTER}"
    rf"(?:(?P<gap> |[.\-_*·•|~^]{{1,2}}){_LETTER}(?:(?P=gap){_LETTER})+|(?:{_EMOJI}{{1,4}}{_LETTER}){{2,}}))"
    r"(?![\p{L}\p{M}\p{N}])"
)
_CUT = regex.compile(
    rf"{_LINK}|(?<![\p{{L}}\p{{N}}.])[bcdđfghklmnpqrstvwxzбвгджзклмнпрстфхцчшщ]{{1,3}}"
    rf"(?P<gap>[.*·•|~^]|{_EMOJI}{{1,3}})(?=[{_VOWELS}]\p{{M}}*\p{{L}})(?!\p{{L}}+\.\p{{L}})"
)
_LEET = regex.compile(
    rf"{_LINK}|(?<![\w#$.\-/])(?P<word>[A-Za-z]{{1,20}}(?:[0134$][A-Za-z]{{1,20}}){{1,6}})(?![\w./\-])"
)
_LEET_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "$": "s"}
# Indonesia's placement permit, agencies and protection office: marks of a lawful advert.
_NAMES_WITH_DIGITS = {"bp3mi", "p3mi", "sip3mi"}
# Acronyms (CCCD), Roman numerals (VIII), laughter (kkkk) and masked figures (0815xxx) are what they are.
_STRETCHED = regex.compile(
    _LINK + r"|\b(?:\p{Lu}{1,5}|[IVXLCM]+|(?P<laugh>\p{Latin})(?i:(?P=laugh)*))\b"
    r"|\d\p{Latin}+|(?P<letter>\p{Latin})(?i:(?P=letter)){2,}"
)


def spelled_out(text: str) -> Iterator[Edit]:
    """`s a l a r y`, `t.u.y.ể.n`, `j🔥o🔥b`: the separators go."""
    for match in _SPELLED_OUT.finditer(text):
        word = match["word"]
        if word is None:
            continue
        letters = regex.sub(r"[^\p{L}\p{M}]", "", word)
        if is_spelled_out(letters, match["gap"]):
            yield Edit(*match.span("word"), letters)


def is_spelled_out(letters: str, gap: str | None) -> bool:
    """Whether single letters are a word set apart, not an abbreviation (`U.S.A.`, `к.м.н.`, `a c e`).

    Four letters and more are a word, with dots between capitals six; three are one between emojis, or with
    a mark between them when one has a Latin accent (`đ.ả.o`). `gap` is None between emojis.
    """
    if gap is None:
        return True
    if gap == "." and letters.isupper():
        return len(letters) >= 6
    if len(letters) >= 4:
        return True
    return gap != " " and any(
        char in _VOWELS and regex.match(r"\p{Latin}", char) and ord(char) > 127 for char in letters
    )


def cut_words(text: str) -> Iterator[Edit]:
    """`l.ương`, `v*iệc`, `w🔥ork`: a mark between the consonants that open a word and its vowel.

    Fragments with a vowel are left alone: they may be two words without a space between them.
    """
    for match in _CUT.finditer(text):
        if match["gap"] is not None:
            yield Edit(*match.span("gap"), "")


def leetspeak(text: str) -> Iterator[Edit]:
    """`s4l4ry`, `j0b`, `ca$h`: a digit that stands for a vowel between consonants, a dollar sign for an s."""
    for match in _LEET.finditer(text):
        word = match["word"]
        if word is None or not _may_be_leet(word):
            continue
        for place in range(1, len(word) - 1):
            if _is_leet(word, place):
                start = match.start("word") + place
                letter = _LEET_LETTERS[word[place]]
                yield Edit(start, start + 1, letter.upper() if word.isupper() else letter)


def _may_be_leet(word: str) -> bool:
    """Codes (`B1C`, `r4d`) are short or in capitals; `j0b` is the one pattern of three characters that is read."""
    if word.lower() in _NAMES_WITH_DIGITS:
        return False
    if word.isupper():
        return sum(char.isalpha() for char in word) >= 4
    return len(word) > 3 or word[1] == "0"


def _is_leet(word: str, place: int) -> bool:
    if word[place] not in _LEET_LETTERS:
        return False
    if word[place] == "$":
        return True
    if word[place + 1].isupper() and not word.isupper():  # `S1Pendidikan`: a degree and a word
        return False
    return not {word[place - 1].lower(), word[place + 1].lower()} & set("aeiou")


def stretched(text: str) -> Iterator[Edit]:
    """A Latin letter three times and more: twice."""
    for match in _STRETCHED.finditer(text):
        if match["letter"] is not None:
            yield Edit(match.start() + 2, match.end(), "")


RULES = (spelled_out, cut_words, leetspeak, stretched)
