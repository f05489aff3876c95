"""What an advert says it pays, against what people usually earn (`data/lexicons/pay.toml`).

An amount counts only with its currency. Without a word for the period a month is meant, as adverts do. The comparison
is with the home country of the language, or where a language has many, with the country of the currency.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from classifier.cleaning import CleanText, readable
from classifier.identifiers import REGION_OF_LANGUAGE
from lurewatch.errors import ModelError

# A month has so many of each period: 26 working days of 8 hours.
_PER_MONTH = {"hour": 208.0, "day": 26.0, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
# Surveys put a mean at about twice the legal minimum where both are known.
_USUAL_PER_MINIMUM = 2.0
# Three times the usual pay for work that asks for nothing is what IOM's leaflets warn of.
FAR_ABOVE = 3.0
# A period stands close to its amount; farther off it is about working hours. A word for pay may stand farther.
_PERIOD_CHARS, _PAY_WORD_CHARS = 12, 24
_PARTING = re.compile(r"[,;，、。\n]")
_GAP = "[ \u00a0]?"
_SIGNS = "$€£¥₫฿₱₹៛₭₩₺₽₦৳"
_DIGITS = r"\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)|\d[\d.,]*"
# So great a unit beside a word for pay (`lương 25 triệu`) is money of the country even where no currency is named.
_SURELY_MONEY = 10_000
_HOME_CURRENCY = {
    "bn": "BDT", "hi": "INR", "id": "IDR", "ja": "JPY", "km": "KHR", "ko": "KRW", "lo": "LAK", "my": "MMK", "ne": "NPR",
    "si": "LKR", "ta": "INR", "th": "THB", "ur": "PKR", "uz": "UZS", "vi": "VND", "zh": "CNY",
}  # fmt: skip
# Languages that write the magnitude before the figure: `milioni 2`, `သိန်း ၂၀`.
_MAGNITUDE_FIRST = frozenset({"my", "sw"})
_EVERY_I = str.maketrans("İı", "ii")


@dataclass(frozen=True, slots=True)
class UsualPay:
    """A row of the table, in US dollars a month."""

    country: str
    work: str
    basis: str
    low: float
    high: float
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class AdvertisedPay:
    """An amount in a cleaned text (`start`, `end` are its offsets there), in US dollars a month."""

    start: int
    end: int
    currency: str
    dollars_a_month: float


class _Words:
    """Words with their meanings; `word:lang` has that meaning in that language alone."""

    def __init__(self, meanings: Mapping[str, Iterable[str]]) -> None:
        self._meanings: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
        for meaning, words in meanings.items():
            for written in words:
                word, _, lang = written.partition(":")
                self._meanings[_key(readable(word).text)].append((lang or None, meaning))
        ordered = sorted(self._meanings, key=lambda word: (-len(word), word))
        self.pattern = "|".join(_bounded(word) for word in ordered)
        # Read backwards (r): an amount has its words right before it.
        self._ending = regex.compile(rf"(?r)({self.pattern})\.?{_GAP}")

    def before(self, text: str, start: int, end: int) -> "regex.Match[str] | None":
        """The word of group 1 that stands between `start` and `end`, right before `end`."""
        return self._ending.match(text, start, end)

    def meaning(self, word: str | None, lang: str | None) -> str | None:
        """What the word means in that language, None where it means nothing."""
        meanings = self._meanings.get(_key(word), []) if word else []
        return next((meaning for spoken, meaning in meanings if spoken in (None, lang)), None)


class PayTable:
    """The table with the words that read amounts."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._dollars = {code: 1.0 / fields["per_dollar"] for code, fields in table["currency"].items()}
        self._currencies = _Words({code: fields["words"] for code, fields in table["currency"].items()})
        self._magnitudes = _Words(table["magnitude"])
        self._periods = _Words(table["period"])
        self.rows = tuple(self._row(**fields) for fields in table["pay"])
        self._rows_of_country: dict[str, list[UsualPay]] = defaultdict(list)
        for row in self.rows:
            self._rows_of_country[row.country].append(row)
        self._amount = _amount_pattern(self._currencies.pattern, self._magnitudes.pattern)
        # A period with a figure of its own is about hours or days of work.
        self._period = re.compile(rf"(?<!\d)(?<!\d )({self._periods.pattern})")
        self._pay_word = re.compile(_Words({"pay": table["pay_words"]}).pattern)

    @classmethod
    def load(cls, path: Path) -> "PayTable":
        """Read the file. Raises ModelError that names it."""
        try:
            return cls(tomllib.loads(path.read_text("utf-8")))
        except (OSError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:
            raise ModelError(f"{path.name} is no table of pay: {error!r}.", hint="Mend or restore the file.") from error

    def usual(self, country: str, work: str = "any") -> float | None:
        """Dollars a month that the work usually brings there: a survey's highest, else twice the minimum.

        Where the table has no row for the work, all of the country's rows count; None where it has none.
        """
        local = self._rows_of_country.get(country, [])
        rows = [row for row in local if row.work == work] or local
        surveyed = [row.high for row in rows if row.basis == "average"]
        return max(surveyed or [row.high * _USUAL_PER_MINIMUM for row in rows], default=None)

    def advertised(self, text: str, lang: str | None = None) -> Iterator[AdvertisedPay]:
        """Every amount with a currency in a cleaned text; the upper one of a range."""
        done, text = 0, _lower(text)
        for match in self._amount.finditer(text):
            pay = self._pay(text, match, done, lang)
            done = match.end()
            if pay:
                yield pay

    def far_above(self, cleaned: CleanText, lang: str | None = None) -> list[AdvertisedPay]:
        """The amounts that are more than three times what is usual at home."""
        home = REGION_OF_LANGUAGE.get(lang or "")
        return [
            pay
            for pay in self.advertised(cleaned.text, lang)
            for usual in [self.usual(home or pay.currency[:2])]
            if usual is not None and pay.dollars_a_month > FAR_ABOVE * usual
        ]

    def _row(self, **fields: Any) -> UsualPay:
        times = self._dollars[fields["currency"]] * _PER_MONTH[fields["per"]]
        low, high = fields["low"] * times, fields["high"] * times
        return UsualPay(fields["country"], fields["work"], fields["basis"], low, high, fields["year"], fields["source"])

    def _pay(self, text: str, match: re.Match[str], done: int, lang: str | None) -> AdvertisedPay | None:
        """The amount of one figure; what stands before it reaches back to the end of the figure before, `done`."""
        start = match.start()
        magnitude = self._magnitudes.meaning(match["times"], lang)
        first = self._magnitudes.before(text, done, start) if lang in _MAGNITUDE_FIRST and not magnitude else None
        if first:
            magnitude, start = self._magnitudes.meaning(first[1], lang), first.start()
        money = self._currencies.before(text, done, start)
        currency = self._currencies.meaning(money[1] if money else match["after"], lang)
        times = float(magnitude or 1)
        if (
            not currency
            and times >= _SURELY_MONEY
            and self._pay_word.search(text, max(0, start - _PAY_WORD_CHARS), start)
        ):
            currency = _HOME_CURRENCY.get(lang or "")
        if not currency:
            return None
        period = self._period_of(text, done, start, match.end(), lang)
        dollars = _number(match["number"]) * times * _PER_MONTH[period or "month"] * self._dollars[currency]
        return AdvertisedPay(money.start() if money else start, match.end(), currency, dollars)

    def _period_of(self, text: str, done: int, start: int, end: int, lang: str | None) -> str | None:
        """The period nearest to the amount; a comma or a line's end parts them."""
        behind = _PARTING.split(text[end : end + _PERIOD_CHARS])[0]
        before = _PARTING.split(text[max(done, start - _PERIOD_CHARS) : start])[-1]
        found = [(word.start(), word[1]) for word in self._period.finditer(behind)]
        found += [(len(before) - word.end(), word[1]) for word in self._period.finditer(before)]
        meanings = (self._periods.meaning(word, lang) for _, word in sorted(found))
        return next((period for period in meanings if period), None)


def _amount_pattern(money: str, magnitudes: str) -> re.Pattern[str]:
    """A figure or a range, with its magnitude and the currency behind it; a sign may be the next figure's."""
    first = rf"(?:(?:{_DIGITS}){_GAP}(?:{magnitudes})?{_GAP}[-–~]{_GAP})?"
    span = rf"(?=\d)(?<![\d.,]){first}(?P<number>{_DIGITS})(?:{_GAP}(?P<times>{magnitudes}))?"
    return re.compile(rf"{span}(?:{_GAP}(?P<after>{money})(?:(?<![{_SIGNS}])|(?!{_GAP}\d)))?")


def _bounded(word: str) -> str:
    """The word as a pattern; one of a script that writes spaces is no part of another word."""
    spaced = word[0].isalpha() and word[0] < "\u0e00"
    return rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])" if spaced else re.escape(word)


def _key(word: str) -> str:
    """The form in which words are looked up."""
    return _lower(word).casefold()


def _lower(text: str) -> str:
    """The text in small letters, İ and ı as i, each in its place: patterns that ignore case take four times as long."""
    return text.translate(_EVERY_I).lower()


def _number(written: str) -> float:
    """`1.500`, `1,500` and `1 500` are thousands; `1.5` and `12,75` have decimals."""
    digits = re.sub(r"\s", "", written).rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return float(re.sub("[.,]", "", digits))
    whole, _, part = digits.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{part}") if whole else float(digits)
