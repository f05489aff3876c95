"""Telephone numbers, read by Google's phone number library; figures that are prices or dates are left out."""

from collections.abc import Iterator
from typing import ClassVar

import phonenumbers
import regex
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

from classifier.identifiers.base import IdentifierType, Mention
from classifier.identifiers.view import View

# The country whose local numbers a post in the language most probably uses; languages of many countries have none.
REGION_OF_LANGUAGE = {
    "am": "ET", "bn": "BD", "hi": "IN", "id": "ID", "ja": "JP", "km": "KH", "ko": "KR", "lo": "LA", "ms": "MY",
    "my": "MM", "ne": "NP", "ru": "RU", "si": "LK", "ta": "IN", "th": "TH", "tl": "PH", "tr": "TR", "ur": "PK",
    "uz": "UZ", "vi": "VN", "zh": "CN",
}  # fmt: skip

_LOCAL = regex.compile(r"(?<![\w.,+/:-])\(?0\d{0,4}\)?(?:[ .\-]?\d){4,11}(?![\w%])")
_MONEY_BEHIND = regex.compile(
    r"(?i)[ ]?(?:[-–~][ ]?\d[\d.,]*[ ]?)?(?:[$€£¥₫฿₱₹៛₭%]|(?:k|tr|triệu|trieu|củ|đ|vnd|vnđ|usd|usdt|us|baht|thb|rp|rb|"
    r"ribu|juta|rm|php|peso|pesos|mmk|kyat|lakh|inr|rs|bdt|tk|taka|npr|lkr|etb|birr|ksh|tsh|руб|сум|so'?m|tl|lira|won|yen|円|元|块|万|萬|"
    r"บาท|กีบ|ກີບ|រៀល|ដុល្លារ|ကျပ်|원|만원|টাকা|रुपये|रुपैयाँ|روپے|ريال|درهم)(?![\p{Latin}]))"
)
_MONEY_BEFORE = regex.compile(r"(?i)(?:[$€£¥₫฿₱₹៛₭]|\b(?:rp|rm|usd|usdt|php|thb|vnd|rs|inr|bdt|mmk|ksh|tsh))\.?[ ]?$")
# Sums in thousands, spans of years, dates, months, opening hours.
_OTHER_FIGURES = regex.compile(
    r"(?:[1-9]\d{0,2}(?:[.,]\d{3})+|(?:19|20)\d\d[ ]?[-–/][ ]?(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)"
    r"|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-](?:19|20)\d\d"
    r"|\d{1,2}[.:]\d\d[ ]?[-–][ ]?\d{1,2}[.:]\d\d)(?:[ ,].*)?"
)
_CALL_WORD = regex.compile(
    r"(?i)(?:(?<!\p{Latin})(?:tel|telp|phone|call|mobile|cell|hotline|sđt|sdt|đt|dt|gọi|al[oô]|lh|liên hệ|hp|wa|simu)"
    r"|โทร|เบอร์|ទូរស័ព្ទ|លេខ|ဖုန်း|ໂທ|电话|電話|手机|☎️?|📞|📱|📲|फोन|मोबाइल|ফোন|মোবাইল|فون|هاتف|جوال|тел|телефон|ስልክ"
    r"|전화|연락처|போன்)\W{0,6}$"
)
_FEWEST_DIGITS, _FEWEST_DIGITS_CALLED = 8, 6
# The library parses every figure it meets; without so many digits, none of them is written as a number.
_MAY_HOLD_NUMBER = regex.compile(rf"\+|(?:\d\D*+){{{_FEWEST_DIGITS_CALLED}}}")
_NOBODYS_TYPES = {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE}
_LOOK_BACK = 24


class Phone(IdentifierType):
    """E.164 (+84...) where the country is known, else the digits as dialled."""

    name: ClassVar[str] = "phone"

    def clean(self, raw: str, region: str | None = None) -> str | None:
        """Possible by length is enough (libphonenumber's POSSIBLE): numbering plans change faster than libraries."""
        number = _parsed(raw, region)
        if number is None:
            digits = regex.sub(r"\D", "", raw)
            return digits if digits.startswith("0") and 8 <= len(digits) <= 12 and not region else None
        if not phonenumbers.is_possible_number(number):
            return None
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    def find(self, view: View) -> Iterator[Mention]:
        if not _MAY_HOLD_NUMBER.search(view.text):
            return
        for match in PhoneNumberMatcher(view.text, view.region or "ZZ", leniency=Leniency.POSSIBLE):
            if not _is_other_figure(view.text, match.start, match.end) and _is_written_as_number(match, view.text):
                normalized = phonenumbers.format_number(match.number, PhoneNumberFormat.E164)
                yield Mention(match.start, match.end, normalized)
        if view.region is None:
            yield from self._unplaced(view)

    def _unplaced(self, view: View) -> Iterator[Mention]:
        """Local numbers of an unknown country: a leading zero and enough digits."""
        for match in _LOCAL.finditer(view.text):
            normalized = self.clean(match[0])
            if normalized and not _is_other_figure(view.text, *match.span()):
                yield Mention(*match.span(), normalized)

    def specificity(self, normalized: str) -> float:
        number = _parsed(normalized)
        if number is None:
            return 0.4
        return 0.0 if phonenumbers.number_type(number) in _NOBODYS_TYPES else 0.7

    def caption(self, normalized: str) -> str:
        number = _parsed(normalized)
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else normalized


def _parsed(raw: str, region: str | None = None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None


def _is_written_as_number(match: phonenumbers.PhoneNumberMatch, text: str) -> bool:
    """With a country code, or as local numbers are: a zero in front, or valid in its country, or behind "tel"."""
    raw = match.raw_string
    if raw.startswith("+"):
        return True
    called = _CALL_WORD.search(text, max(0, match.start - _LOOK_BACK), match.start) is not None
    if sum(map(str.isdigit, raw)) < (_FEWEST_DIGITS_CALLED if called else _FEWEST_DIGITS):
        return False
    if called or raw.lstrip("(").startswith("0"):
        return True
    return "/" not in raw and phonenumbers.is_valid_number(match.number)


def _is_other_figure(text: str, start: int, end: int) -> bool:
    """A price, a date or a span of years."""
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return True
    return bool(
        _MONEY_BEHIND.match(text, end)
        or _MONEY_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
        or _OTHER_FIGURES.fullmatch(text, start, end)
    )
