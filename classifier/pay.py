"""What an advert says it pays, against what people usually earn (`data/lexicons/pay.toml`).

An amount counts only with its currency. Without a word for the period a month is meant, as adverts do. The comparison
is with the home country of the language, or where a language has many, with the country of the currency.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.cleaning import CleanText
from classifier.identifiers import REGION_OF_LANGUAGE
from lurewatch.errors import ModelError

# A month has so many of each period: 26 working days of 8 hours.
_PER_MONTH = {"hour": 208.0, "day": 26.0, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
# Surveys put a mean at about twice the legal minimum where both are known.
_USUAL_PER_MINIMUM = 2.0
# Three times the usual pay for work that asks for nothing is what IOM's leaflets warn of.
FAR_ABOVE = 3.0
_NEAR = 24
_DIGITS = r"\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)|\d[\d.,]*"
# A figure in so great a unit (`25 triệu`, `15 lakh`) is money of the country even where no currency is named.
_SURELY_MONEY = 10_000
_HOME_CURRENCY = {
    "bn": "BDT", "hi": "INR", "id": "IDR", "ja": "JPY", "km": "KHR", "ko": "KRW", "lo": "LAK", "my": "MMK", "ne": "NPR",
    "si": "LKR", "ta": "INR", "th": "THB", "ur": "PKR", "uz": "UZS", "vi": "VND", "zh": "CNY",
}  # fmt: skip


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


class PayTable:
    """The table with the words that read amounts."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._dollars: dict[str, float] = {}
        self._currencies: dict[str, list[tuple[str | None, str]]] = {}
        for code, fields in table["currency"].items():  # type: ignore[attr-defined]
            self._dollars[code] = 1.0 / fields["per_dollar"]
            for word in fields["words"]:
                name, _, lang = word.partition(":")
                self._currencies.setdefault(name, []).append((lang or None, code))
        self._magnitudes = {word: float(factor) for factor, words in table["magnitude"].items() for word in words}  # type: ignore[attr-defined]
        self._periods = {word: period for period, words in table["period"].items() for word in words}  # type: ignore[attr-defined]
        self.rows = tuple(self._row(**fields) for fields in table["pay"])  # type: ignore[attr-defined]
        self._amount = _amount_pattern(self._currencies, self._magnitudes)
        self._before = re.compile(rf"({_any_of(self._currencies)})\s?$", re.IGNORECASE)
        self._period = re.compile(_any_of(self._periods), re.IGNORECASE)

    @classmethod
    def load(cls, path: Path) -> "PayTable":
        """Read the file. Raises ModelError that names it."""
        try:
            return cls(tomllib.loads(path.read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{path.name} is no table of pay: {error!r}.", hint="Mend or restore the file.") from error

    def usual(self, country: str, work: str = "any") -> float | None:
        """Dollars a month that the work usually brings there: a survey's highest, else twice the minimum.

        Where the table has no row for the work, all of the country's rows count; None where it has none.
        """
        local = [row for row in self.rows if row.country == country]
        rows = [row for row in local if row.work == work] or local
        surveyed = [row.high for row in rows if row.basis == "average"]
        return max(surveyed or [row.high * _USUAL_PER_MINIMUM for row in rows], default=None)

    def advertised(self, text: str, lang: str | None = None) -> Iterator[AdvertisedPay]:
        """Every amount with a currency in a cleaned text; the upper one of a range."""
        for match in self._amount.finditer(text):
            before = self._before.search(text, max(0, match.start() - _NEAR), match.start())
            magnitude = self._magnitudes.get((match["times"] or "").casefold(), 1.0)
            currency = self._currency(before[1] if before else match["after"], lang) or _implied(magnitude, lang)
            if currency:
                times = magnitude * self._per_month(text, match.start(), match.end())
                dollars = _number(match["number"]) * times * self._dollars[currency]
                yield AdvertisedPay(before.start() if before else match.start(), match.end(), currency, dollars)

    def far_above(self, cleaned: CleanText, lang: str | None = None) -> list[AdvertisedPay]:
        """The amounts that are more than three times what is usual at home."""
        home = REGION_OF_LANGUAGE.get(lang or "")
        return [
            pay
            for pay in self.advertised(cleaned.text, lang)
            for usual in [self.usual(home or pay.currency[:2])]
            if usual is not None and pay.dollars_a_month > FAR_ABOVE * usual
        ]

    def _row(self, **fields: object) -> UsualPay:
        times = self._dollars[str(fields["currency"])] * _PER_MONTH[str(fields["per"])]
        return UsualPay(
            country=str(fields["country"]),
            work=str(fields["work"]),
            basis=str(fields["basis"]),
            low=float(fields["low"]) * times,  # type: ignore[arg-type]
            high=float(fields["high"]) * times,  # type: ignore[arg-type]
            year=int(fields["year"]),  # type: ignore[call-overload]
            source=str(fields["source"]),
        )

    def _currency(self, word: str | None, lang: str | None) -> str | None:
        meanings = self._currencies.get((word or "").casefold(), [])
        return next((code for spoken, code in meanings if spoken in (None, lang)), None)

    def _per_month(self, text: str, start: int, end: int) -> float:
        """How many of the period named beside the amount make a month; behind it first, for that is usual."""
        behind, before = text[end : end + _NEAR], text[max(0, start - _NEAR) : start]
        found = self._period.search(behind) or self._period.search(before)
        return _PER_MONTH[self._periods[found[0].casefold()]] if found else 1.0


def _implied(magnitude: float, lang: str | None) -> str | None:
    """The currency of a figure that names none, where its unit is only used for money."""
    return _HOME_CURRENCY.get(lang or "") if magnitude >= _SURELY_MONEY else None


def _amount_pattern(currencies: Mapping[str, object], magnitudes: Mapping[str, object]) -> re.Pattern[str]:
    money, times = _any_of(currencies), _any_of(magnitudes)
    span = rf"(?<![\d.,])(?:(?:{_DIGITS})\s?(?:{times})?\s?[-–~]\s?)?(?P<number>{_DIGITS})\s?(?P<times>{times})?"
    return re.compile(rf"{span}\s?(?P<after>{money})?", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    """An alternative of words, the longest first; one in Latin letters is no part of another word."""
    return "|".join(_bounded(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _bounded(word: str) -> str:
    spaced = word[0].isalpha() and word[0] < "\u0e00"
    return rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])" if spaced else re.escape(word)


def _number(written: str) -> float:
    """`1.500`, `1,500` and `1 500` are thousands; `1.5` and `12,75` have decimals."""
    digits = re.sub(r"\s", "", written).rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return float(re.sub("[.,]", "", digits))
    whole, _, part = digits.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{part}") if whole else float(digits)
