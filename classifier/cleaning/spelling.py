"""Words that are spelled so that filters miss them: spaced out, cut by a mark, with digits, stretched, doubled.

Links, addresses and handles are never touched. A single odd word is read with care; where most of a text is disguised
in one way, its shortest words are read in that way too.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import regex

from classifier.cleaning.trace import Edit

_ACCENTED_VOWELS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵäëïöüåæøœāēīōūğış"
_VOWELS = "aeiouy" + _ACCENTED_VOWELS + "аеёиоуыэюя"
_EMOJI = r"[\p{Extended_Pictographic}\ufe0f\u200d\U0001F3FB-\U0001F3FF]"
# A token with an address, a scheme or a path behind a domain: consumed first, so that no rule reads it.
_LINK = r"(?P<link>(?<!\S)(?=\S*?(?:(?<![\w$])@|@[\w-]+\.|://|www\.|\.[A-Za-z]{2,}/))\S+)"
# Marks that set letters of a word apart, and those that also part a list (`m/f/d`, `l'A.`).
_STRONG_MARK = r"[.\-_*·•|~^]"
_MARK = r"[.\-_*·•|~^/\\+=,'`:;°]"
# A letter with its signs, and what a virama ties to it.
_LETTER = r"\p{L}\p{M}*+(?:(?<=[\u094d\u09cd\u0bcd\u0dca\u1039\u17d2])\u200d?\p{L}\p{M}*+)*+"
# Scripts that write no blanks: there a word set apart by marks has others right beside it.
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}"
_END = r"(?![\p{L}\p{M}\p{N}])"
_LOOSE_END = rf"(?![[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]])"
_ALONE = regex.compile(rf"(?<!\S)(?:{_LETTER}|\S)(?!\S)")
_BLANKS = re.compile(" +")
# A text of so many pieces, seven in ten of them single signs, has a blank behind every sign.
_FEWEST_PIECES = 12
# What sets letters apart: one blank each, or marks and emojis of any kind.
_APART = regex.compile(
    rf"(?V1){_LINK}|(?<![\p{{L}}\p{{M}}\p{{N}}])(?P<spaced>{_LETTER}(?: {_LETTER}{_END})++)"
    rf"|(?<![[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]])(?:"
    rf"(?P<marked>{_LETTER}(?:(?:{_STRONG_MARK}{{1,3}}| {_STRONG_MARK} ){_LETTER}{_LOOSE_END})++)"
    rf"(?!{_MARK}{_LETTER}{_LOOSE_END})"
    rf"|(?P<listed>{_LETTER}(?:{_MARK}{{1,3}}{_LETTER}{_LOOSE_END})++)"
    rf"|(?P<emojis>{_LETTER}(?:(?=\p{{Extended_Pictographic}}){_EMOJI}{{1,4}}{_LETTER}{_LOOSE_END})++))"
)
# Quick looks that spare ordinary text the rules' full expressions. The gaps hold all that may be an emoji.
_GAPS = r".\-_*·•|~^/\\+=,'`:;°\u00a9\u00ae\u203c-\u303d\U0001f000-\U0001fbff"
_ONE = rf"[^\W\d_][^\w\s{_GAPS}]*"
_MAYBE_APART = re.compile(
    rf"(?:^|[\s{_GAPS}]){_ONE}(?:[ {_GAPS}]+{_ONE}(?:[\s{_GAPS}]|$)"
    rf"|[{_GAPS}]+{_ONE}[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff])"
)
_MAYBE_CUT = re.compile(
    r"[.*·•|~^\u00a9\u00ae\u203c-\u303d\U0001f000-\U0001fbff](?<=[^\W\d_].)"
    r"[.*·•|~^\u00a9\u00ae\u203c-\u303d\ufe0f\U0001f000-\U0001fbff]{0,2}[^\W\d_]"
)
_MAYBE_LEET = re.compile(r"[0134578@$](?<=[^\W\d_].)[0134578@$]*[^\W\d_]")
_MAYBE_STRETCHED = re.compile(r"([^\W\d_])\1\1")
_MAYBE_DOUBLED = re.compile(r"\b(\w)\1(\w)\2")
# A sign that hangs on a letter, behind a blank or a mark: no keyboard gives that, a letter was torn.
_TORN = re.compile(
    rf"(?<=[^\s\d_.,!?;:।॥၊။])[ {_GAPS}](?=[\u0300-\u0333\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0981-\u0983\u09bc"
    r"\u09be-\u09cd\u0b82\u0bbe-\u0bcd\u0d81-\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1"
    r"\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u1030\u1032-\u103e\u17b6-\u17d3])"
)
_BETWEEN_WORDS = regex.compile(r"(?<=[\p{L}\p{M}])(?P<gap>[.\-_*·•|~^]{1,3}) +(?P=gap)(?=\p{L})")
_LETTERS = regex.compile(_LETTER)
_ACCENTED = re.compile(f"[{_ACCENTED_VOWELS}]")
_SPACED_WORDS = regex.compile(r"(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Ethiopic}\p{Han}]\p{M}*)+")
_INITIALS = regex.compile(rf"\p{{Lu}}+|[{_UNSPACED}\p{{M}}]+")
# From so many letters set apart on, and where they are two thirds of all letters, the whole text is spelled out.
_SPELLED_OUT_LETTERS = 12
_CUT = regex.compile(
    rf"{_LINK}|(?<![\p{{L}}\p{{N}}.])[bcdđfghklmnpqrstvwxzбвгджзклмнпрстфхцчшщ]{{1,3}}"
    rf"(?P<gap>[.*·•|~^]|{_EMOJI}{{1,3}})(?=[{_VOWELS}]\p{{M}}*\p{{L}})(?!\p{{L}}+\.\p{{L}})"
)
_LEET = regex.compile(
    rf"{_LINK}|(?<![\w#$.\-/])(?P<word>[A-Za-z]{{1,20}}(?:[0134$][A-Za-z]{{1,20}}){{1,6}})(?![\w./\-])"
)
_LEET_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "$": "s"}
# All through a text: figures at a word's ends too, and more of them. `30tr`, `8h`, `2k8`, `1m60` stay what they are.
_LEET_THROUGHOUT = regex.compile(
    rf"{_LINK}|(?<![\w#.\-/])(?![\d.,]+(?:h(?:\d\d)?|[kmgtđx]\d*|(?i:tr|trd|jta?|rb)|usdt?|php|vnd|thb|baht|[kc]m|kg|m[ml]|[ap]m|st|[nr]d|th|hrs?|min|days?)(?!\w)|\p{{L}}{{1,3}}\d{{2,}}(?!\w)|\w*\d{{3}})"
    r"(?P<word>(?=[\d@$]*\p{Latin})[\p{Latin}0134578@$]{2,40})(?![\w@/\-])"
)
# Arabic in Latin letters writes 2, 3, 5, 6, 7, 8 and 9 for sounds: `3liha`, `sa7bti`.
_NO_ARABIC = re.compile(r"[014@$]")
_INSIDE_A_WORD = regex.compile(r"\p{Latin}[0134578@$]+\p{Latin}")
_LEET_EVERY_LETTER = str.maketrans("0134578@$", "oieastbas")
_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}])\p{L}[\p{L}\p{M}\p{N}@$]+")
# Indonesia's placement permit, agencies and protection office: marks of a lawful advert.
_NAMES_WITH_DIGITS = {"bp3mi", "p3mi", "sip3mi"}
# Acronyms (CCCD), Roman numerals (VIII), laughter (kkkk) and masked figures (0815xxx) are what they are.
_STRETCHED = regex.compile(
    _LINK + r"|\b(?:\p{Lu}{1,5}|[IVXLCM]+|(?P<laugh>\p{Latin})(?i:(?P=laugh)*))\b"
    r"|\d\p{Latin}+|(?P<letter>\p{Latin})(?i:(?P=letter)){2,}"
)
_DOUBLED = regex.compile(
    _LINK + r"|(?<![\p{L}\p{M}\p{N}])(?P<word>(?:(?P<sign>[\p{L}\p{M}])(?i:(?P=sign))){2,200})(?![\p{L}\p{M}\p{N}])"
)


class _Apart(NamedTuple):
    """Letters that stand apart, where they do, and how: "spaced", "marked", "listed" or "emojis"."""

    start: int
    end: int
    letters: str
    by: str

    @property
    def size(self) -> int:
        """How many letters, their signs not counted."""
        return sum(map(str.isalpha, self.letters))

    @property
    def is_telling(self) -> bool:
        """Whether it speaks for a text that is spelled out: blanks and lists part two letters in honest ones too."""
        return self.size > 2 or self.by in {"marked", "emojis"}


def torn_letters(text: str) -> Iterator[Edit]:
    """ก ั บ: a vowel sign or an accent goes back to its letter."""
    for match in _TORN.finditer(text):
        yield Edit(*match.span(), "")


def blanks_throughout(text: str) -> Iterator[Edit]:
    """`W o r k   i n`: where a blank follows every sign, one blank goes and more are one."""
    if 2 * text.count(" ") < len(text) - text.count(" "):
        return
    pieces = len(text.split())
    if pieces >= _FEWEST_PIECES and 10 * len(_ALONE.findall(text)) >= 7 * pieces:
        for blanks in _BLANKS.finditer(text):
            yield Edit(*blanks.span(), " " if len(blanks[0]) > 1 else "")


def spelled_out(text: str) -> Iterator[Edit]:
    """`s a l a r y`, `t.u.y.ể.n`, `j🔥o🔥b`: the separators go."""
    if not _MAYBE_APART.search(text):
        return
    runs = list(_runs(text))
    throughout = _is_throughout(sum(run.size for run in runs if run.is_telling), text)
    for run in runs:
        if throughout or _is_spelled_out(run):
            yield Edit(run.start, run.end, run.letters)


def _runs(text: str) -> Iterator[_Apart]:
    for match in _APART.finditer(text):
        if match.lastgroup != "link":
            letters = "".join(_LETTERS.findall(match[0]))
            yield _Apart(*match.span(), letters, match.lastgroup or "")


def _is_throughout(letters: int, text: str) -> bool:
    return letters >= _SPELLED_OUT_LETTERS and 3 * letters >= 2 * len(_LETTERS.findall(text))


def _is_spelled_out(run: _Apart) -> bool:
    """Whether single letters are a word set apart, not an abbreviation (`U.S.A.`, `к.м.н.`, `a c e`) or a list.

    Four letters and more are a word, between marks six where capitals or letters of an unspaced script may be
    initials; three are one between emojis, or between marks when one has a Latin accent (`đ.ả.o`). Blanks between
    short words are the rule in Hindi, Korean or Burmese.
    """
    if run.by == "emojis":
        return run.size >= 3
    if run.by == "spaced":
        return run.size >= 4 and _SPACED_WORDS.fullmatch(run.letters) is not None
    if run.by == "listed":
        return False
    if _INITIALS.fullmatch(run.letters):
        return run.size >= 6
    return run.size >= 4 or (run.size == 3 and _ACCENTED.search(run.letters) is not None)


def between_words(text: str) -> Iterator[Edit]:
    """`work. .in`: what is left between words when every sign of a text was set apart."""
    for match in _BETWEEN_WORDS.finditer(text):
        yield Edit(*match.span(), " ")


def cut_words(text: str) -> Iterator[Edit]:
    """`l.ương`, `v*iệc`, `w🔥ork`: a mark between the consonants that open a word and its vowel.

    Fragments with a vowel are left alone: they may be two words without a space between them.
    """
    if not _MAYBE_CUT.search(text):
        return
    for match in _CUT.finditer(text):
        if match["gap"] is not None:
            yield Edit(*match.span("gap"), "")


def leetspeak(text: str) -> Iterator[Edit]:
    """`s4l4ry`, `j0b`, `ca$h`: a digit that stands for a vowel between consonants, a dollar sign for an s.

    Where a third of the words have such signs inside, every word is read so: `1n`, `5@l@ry`, `7yp157`.
    """
    if not _MAYBE_LEET.search(text):
        return
    words = _leet_words(text)
    if _is_throughout_leet(words, text):
        for at, word in words:
            new = word.translate(_LEET_EVERY_LETTER)
            yield Edit(at, at + len(word), new.upper() if word.isupper() else new)
        return
    for match in _LEET.finditer(text):
        word = match["word"]
        if word is None or not _may_be_leet(word):
            continue
        for place in range(1, len(word) - 1):
            if _is_leet(word, place):
                start = match.start("word") + place
                letter = _LEET_LETTERS[word[place]]
                yield Edit(start, start + 1, letter.upper() if word.isupper() else letter)


def _leet_words(text: str) -> list[tuple[int, str]]:
    words = [(match.start(), match["word"]) for match in _LEET_THROUGHOUT.finditer(text) if match["word"]]
    return [(at, word) for at, word in words if not word.isalpha() and word.lower() not in _NAMES_WITH_DIGITS]


def _is_throughout_leet(words: list[tuple[int, str]], text: str) -> bool:
    inside = sum(1 for _, word in words if _INSIDE_A_WORD.search(word))
    if 2 * sum(1 for _, word in words if _NO_ARABIC.search(word)) < len(words):
        return False
    return inside > 1 and len(words) > 3 and 3 * len(words) >= len(_WORD.findall(text))


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
    if not _MAYBE_STRETCHED.search(text.lower()):
        return
    for match in _STRETCHED.finditer(text):
        if match["letter"] is not None:
            yield Edit(match.start() + 2, match.end(), "")


def doubled(text: str) -> Iterator[Edit]:
    """`wwoorrkk`: a word of three letters and more, each of them twice; beside such words shorter ones too."""
    if not _MAYBE_DOUBLED.search(text.lower()):
        return
    words = [match.span("word") for match in _DOUBLED.finditer(text) if match["word"] is not None]
    words = [(start, end) for start, end in words if len(set(text[start:end].casefold())) > 1]
    long = sum(end - start >= 6 for start, end in words)
    for start, end in words:
        if end - start >= 6 or long >= 3:
            yield Edit(start, end, text[start:end:2])


RULES = (torn_letters, blanks_throughout, spelled_out, between_words, cut_words, leetspeak, doubled, stretched)
