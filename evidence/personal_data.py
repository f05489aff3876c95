"""Finds numbers and addresses of persons in a text by their shape: telephones, mail, identity papers, bank accounts.

More than the classifier's contacts, which are what an offer is answered by: here a doubtful number is taken for
somebody's rather than left. Prices and dates are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
import regex
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher
from stdnum import iban

from evidence.cues import ANY, any_of, cues
from evidence.names import names_in, region_of

_MAIL = regex.compile(
    r"[\p{L}\p{M}\p{N}._%+-]{1,64}(?:@|\s?[(\[]at[)\]]\s?)[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63}){1,5}"
)
_IBAN = regex.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){2,8}(?![A-Za-z0-9])")
_NUMBER = regex.compile(r"(?<![\p{L}\p{N}.,])[+＋]?[(]?\d(?:[ .\-()·]{0,2}\d){6,18}(?![\p{L}\p{N}%])")
_PAPER = regex.compile(
    rf"(?i)(?:{any_of(cues()[ANY]['paper'])})[^\d\n]{{0,15}}?(?<![A-Za-z])"
    r"(?P<code>[A-Z]{0,3}[ -]?\d{5,14}[A-Z]?)(?![\p{L}\p{N}])"
)
_ACCOUNT = regex.compile(
    rf"(?i)(?:{any_of(cues()[ANY]['account'])})[^\d\n]{{0,25}}(?P<code>\d(?:[ .\-]?\d){{5,19}})(?!\p{{N}})"
)
_LINK = regex.compile(r"(?i)(?:https?://|www\.)\S+|(?<![\w@.])[\w-]+(?:\.[\w-]+)+/\S+")
_SUM = regex.compile(r"[1-9]\d{0,2}(?:[ .,]\d{3})+")
_DATE = regex.compile(
    r"\d{1,2}[.\- ]\d{1,2}[.\- ](?:19|20)\d\d|(?:19|20)\d\d[.\-]\d{1,2}[.\-]\d{1,2}|(?:19|20)\d\d ?- ?(?:19|20)\d\d"
)
_MONEY = rf"(?:[$€£¥₫฿₱₹៛₭]|(?<!\p{{L}})(?:{any_of(cues()[ANY]['money'])})(?!\p{{Latin}}))"
_MONEY_BEHIND = regex.compile(rf"(?i)\s?{_MONEY}")
_MONEY_BEFORE = regex.compile(rf"(?i){_MONEY}\.?\s?$")
_FEWEST_DIGITS, _FEWEST_WITHOUT_PREFIX = 7, 9
_LOOK_BACK = 6


@dataclass(frozen=True, slots=True)
class Found:
    """Something that belongs to a person: name, number, mail, document or bank; where it stands in code points."""

    kind: str
    start: int
    end: int


def found_in(text: str, lang: str | None) -> list[Found]:
    """What the shapes and cues of this module find, in the order of the text; one place may be found twice."""
    found = [Found("name", *place) for place in names_in(text, lang)]
    found += [Found("mail", *match.span()) for match in _MAIL.finditer(text)]
    found += [Found("document", *match.span("code")) for match in _PAPER.finditer(text)]
    found += [Found("bank", *match.span("code")) for match in _ACCOUNT.finditer(text)]
    found += [Found("bank", *match.span()) for match in _IBAN.finditer(text) if iban.is_valid(match[0])]
    found += [Found("number", *place) for place in _numbers(text, region_of(lang))]
    return sorted(found, key=lambda one: (one.start, -one.end, one.kind))


def number_forms(value: str, region: str | None) -> set[str]:
    """How a number is dialled from home and from abroad; only as it is written where its country is not known."""
    number = _possible(value, region)
    if number is None:
        return {value}
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.E164).lstrip("+")
    home = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return {value, abroad, f"00{abroad}", home, phonenumbers.national_significant_number(number)}


def number_key(value: str, region: str | None) -> str | None:
    """E.164, by which a number is known however it is dialled; None where its country is not known."""
    number = _possible(value, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def _possible(value: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _numbers(text: str, region: str | None) -> Iterator[tuple[int, int]]:
    links = [match.span() for match in _LINK.finditer(text)]
    for match in _NUMBER.finditer(text):
        if _is_somebodys(text, match) and not _within(match.span(), links):
            yield match.span()
    for found in PhoneNumberMatcher(text, region or "ZZ", leniency=Leniency.VALID):
        place = found.start, found.end
        if not _is_other_figure(text, *place) and not _within(place, links):
            yield place


def _is_somebodys(text: str, match: regex.Match[str]) -> bool:
    """A nought or plus in front is dialled, never counted; other figures are sums unless they are long and plain."""
    digits = [sign for sign in match[0] if sign.isdecimal()]
    if match[0][0] in "+＋" or int(digits[0]) == 0:
        return len(digits) >= _FEWEST_DIGITS and not _DATE.match(text, *match.span())
    return len(digits) >= _FEWEST_WITHOUT_PREFIX and not _is_other_figure(text, *match.span())


def _is_other_figure(text: str, start: int, end: int) -> bool:
    """A sum or a date."""
    return bool(
        _MONEY_BEHIND.match(text, end)
        or _MONEY_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
        or _SUM.fullmatch(text, start, end)
        or _DATE.match(text, start, end)
    )


def _within(place: tuple[int, int], links: list[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in links)
