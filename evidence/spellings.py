"""Finds a value in a text however it is written there: with other separators, digits, case or accents, encoded for an
address, or in letters that only look wider. What it finds is told in code points of the text itself.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote_to_bytes

import regex

_ENCODED = regex.compile(r"(?:%[0-9A-Fa-f]{2})+")
_GAP = r"[\s._+\-]{0,2}"
_CODE_GAP = r"[^\p{L}\p{N}]{0,3}"
# Scripts whose words have borders: "Anna" does not stand in "Annaland". In the others any place counts.
_BORDERED = r"\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}"
_STARTS_BORDERED = regex.compile(rf"[{_BORDERED}\p{{N}}]")
_OF_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_FEWEST_LETTERS, _FEWEST_SIGNS, _FEWEST_DIGITS = 3, 2, 6
# An address in an address in an address; each reading takes as long as the first.
_MOST_ENCODINGS = 2
# Nothing longer is looked for in other spellings: its pattern would take too long.
_LONGEST_NAME = 300
# A number with fewer digits is looked for as a whole only: in a longer one it would be chance.
_LONG_CODE = 8


@dataclass(frozen=True, slots=True)
class Letters:
    """A text as values are compared with it, and for each of its letters the place in the text itself."""

    text: str
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> "Letters":
        """Compatibility forms and accents undone, digits plain, %-sequences read, invisible signs passed over."""
        return cls._of_signs(_signs(text))

    @classmethod
    def readings(cls, text: str) -> "Iterator[Letters]":
        """The same, and once more for each time that %-sequences in it were encoded again, up to a limit."""
        signs = list(_signs(text))
        yield cls._of_signs(signs)
        for _ in range(_MOST_ENCODINGS):
            read = "".join(sign for sign, _, _ in signs)
            if not _ENCODED.search(read):
                return
            signs = [(sign, signs[start][1], signs[end - 1][2]) for sign, start, end in _signs(read)]
            yield cls._of_signs(signs)

    @classmethod
    def _of_signs(cls, signs: Iterable[tuple[str, int, int]]) -> "Letters":
        letters: list[str] = []
        places: list[tuple[int, int]] = []
        for sign, start, end in signs:
            plain = _plain(sign)
            letters.append(plain)
            places += [(start, end)] * len(plain)
            if not plain and places:
                places[-1] = (places[-1][0], end)
        return cls("".join(letters), tuple(places))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the letters from `start` to `end` stand in the text itself."""
        return self.places[start][0], self.places[end - 1][1]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Every way in which one value is written; `probe` is in the letters of any text that holds one.

    Without a pattern the value is its probe, letter for letter.
    """

    pattern: regex.Pattern[str] | None
    probe: str

    def places_in(self, letters: Letters, letters_alone: str) -> Iterator[tuple[int, int]]:
        """Where the value stands; `letters_alone` is `alone(letters.text)`."""
        if self.pattern is None:
            yield from self._letter_for_letter(letters)
        elif self.probe in letters_alone:
            for match in self.pattern.finditer(letters.text):
                yield letters.place(*match.span())

    def _letter_for_letter(self, letters: Letters) -> Iterator[tuple[int, int]]:
        place = letters.text.find(self.probe)
        while place >= 0:
            end = place + len(self.probe)
            yield letters.place(place, end)
            place = letters.text.find(self.probe, end)


NOWHERE = Spelling(regex.compile(r"(?!)"), "")


def alone(letters: str) -> str:
    """Letters and digits without what stands between them."""
    return "".join(_OF_WORD.findall(letters))


def key_of(value: str) -> str:
    """What all spellings of a value have in common."""
    letters = Letters.of(value).text
    return alone(letters) or letters


def words_spelling(value: str, *, is_certain: bool = False) -> Spelling:
    """A name, a handle or an address. One of few letters is found where it stands alone, unless it `is_certain`."""
    letters = Letters.of(value).text
    if len(letters) > _LONGEST_NAME:
        return Spelling(None, letters)
    words = _OF_WORD.findall(letters)
    if not words:
        return Spelling(regex.compile(regex.escape(letters.strip())), "") if letters.strip() else NOWHERE
    spelled = _GAP.join(map(regex.escape, words)) if not _is_address(value) else _address(letters)
    if not is_certain and sum(map(len, words)) < _fewest(words):
        return Spelling(regex.compile(rf"\A\W*{spelled}\W*\Z"), words[0])
    return Spelling(regex.compile(_border(words[0][0], "<!") + spelled + _border(words[-1][-1], "!")), words[0])


def code_spelling(forms: Iterable[str]) -> Spelling:
    """A number or the number of a document, in any of its forms, with any separators."""
    plain = sorted({alone(Letters.of(form).text) for form in forms} - {""}, key=lambda form: (-len(form), form))
    if not plain:
        return NOWHERE
    spelled = "|".join(map(_code, plain))
    return Spelling(regex.compile(rf"[+(]{{0,3}}(?:{spelled})"), plain[-1])


def _fewest(words: Sequence[str]) -> int:
    if all(map(str.isdecimal, words)):
        return _FEWEST_DIGITS
    return _FEWEST_LETTERS if _STARTS_BORDERED.match(words[0]) else _FEWEST_SIGNS


def _code(form: str) -> str:
    spelled = _CODE_GAP.join(map(regex.escape, form))
    return spelled if len(form) >= _LONG_CODE else rf"(?<![\p{{L}}\p{{N}}]){spelled}(?![\p{{L}}\p{{N}}])"


def _is_address(value: str) -> bool:
    return "://" in value or ("@" in value.strip("@") and " " not in value.strip())


def _address(letters: str) -> str:
    # Its separators tell it from other addresses; the scheme may be left out.
    return regex.escape(letters.strip().partition("://")[2] or letters.strip())


def _border(letter: str, side: str) -> str:
    return rf"(?{side}[{_BORDERED}\p{{N}}])" if _STARTS_BORDERED.match(letter) else ""


def _signs(text: str) -> Iterator[tuple[str, int, int]]:
    done = 0
    for match in _ENCODED.finditer(text):
        yield from ((text[place], place, place + 1) for place in range(done, match.start()))
        yield from _decoded(match)
        done = match.end()
    yield from ((text[place], place, place + 1) for place in range(done, len(text)))


def _decoded(match: regex.Match[str]) -> Iterator[tuple[str, int, int]]:
    # What is no UTF-8 is read as single bytes: a number beside it must still be found.
    raw = unquote_to_bytes(match[0])
    try:
        signs = [(sign, len(sign.encode())) for sign in raw.decode()]
    except UnicodeDecodeError:
        signs = [(sign, 1) for sign in raw.decode("latin-1")]
    place = match.start()
    for sign, size in signs:
        end = place + len("%00") * size
        yield sign, place, end
        place = end


@cache
def _plain(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    if sign.isspace():
        return " "
    kept = (part for part in unicodedata.normalize("NFKD", sign) if not _is_invisible(part))
    return "".join(kept).casefold().replace("đ", "d")


def _is_invisible(sign: str) -> bool:
    """Accents and tone marks, joiners, soft hyphens: what may be there or not in the same word."""
    return unicodedata.combining(sign) != 0 or unicodedata.category(sign) == "Cf"
