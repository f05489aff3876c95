"""Times as tables state them: an instant where there is a zone, a local time where there is none, or a day."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Protocol

from crawlers.importers.calendars import day_elsewhere
from crawlers.importers.choices import Choices
from crawlers.importers.date_order import YEARS, DateEvidence, DateOrder, day_of
from crawlers.importers.fields import instant_of_digits
from crawlers.reading.calendar_words import hour_of, is_afternoon, month_named, shows_24_hours
from crawlers.reading.instants import Dated
from lurewatch.errors import DataError

# Names that mean one zone only: CST is also China's, PST that of the Philippines.
_ZONES = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "EST": -5, "EDT": -4, "MST": -7, "MDT": -6, "PDT": -7,
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "WIB": 7, "WITA": 8,
    "WIT": 9,  # codespell:ignore wit
    "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "ICT": 7, "MMT": 6.5, "PHT": 8, "MYT": 8, "PKT": 5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "BRT": -3, "ART": -3, "TRT": 3,
}  # fmt: skip
_ZONED = re.compile(
    r"(?P<local>.+\d:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AaPp]\.?[Mm]\.?)?)\s*"
    r"(?:(?P<name>(?![AP]M?\b)[A-Z]{1,5})|(?:GMT|UTC)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?)"
    r"(?: \([^()]*\))?"
)
# As C, X and Java print a date: the year stands last, behind the zone.
_YEAR_LAST = re.compile(r"([A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2}) (\d\d:\d\d:\d\d) (\S{1,6}) (\d{4})")
_TIME_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?),? (?:ngày |- )?(\d.+)")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
Placed = tuple[datetime | None, dict[str, Any]]
# Asked only where a date needs it: to tell the order, a file is read once more.
Order = Callable[[], DateOrder]


class Clock(Protocol):
    """Knows, or does not, in which zone the times of a file are."""

    def place(self, local: datetime) -> Placed:
        """The instant of a naive time, and notes."""


# Beside a time: a half of the day, "at", "г.", in any language.
_WORD = r"[^\W\d_][^\d:]{0,14}?"
_CLOCK = (
    rf"(?:(?:,? |,|T)(?:(?P<early>{_WORD}) ?)?(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?"
    rf"(?:\.\d+)? ?(?P<late>{_WORD})?)?"
)
_NUMBERS = re.compile(r"(?P<a>\d{1,4})[/.-] ?(?P<b>\d{1,2})[/.-] ?(?P<c>\d{1,4})\.?" + _CLOCK)
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.º])?", r"(?P<year>\d{4})"
_MONTH = r"(?:de )?(?P<month>[^\W\d_][^\d,/:]{1,20}?)"
# A month in words leaves nothing open: day and year differ in size.
_WORDED = tuple(
    re.compile(rf"(?:[^\W\d_]+\.?,? )?{day}" + _CLOCK)
    for day in (
        rf"{_DAY}[ -]?{_MONTH}[.,]?[ -](?:de )?{_YEAR}",
        rf"{_MONTH}[.]? {_DAY},? {_YEAR}",
        r"(?:ngày )?(?P<day>\d{1,2}) (?:tháng|thg) (?P<month>\d{1,2}),?(?: năm)? (?P<year>\d{4})",
        r"(?P<year>\d{4})[年년] ?(?P<month>\d{1,2})[月월] ?(?P<day>\d{1,2})[日일]",
    )
)


def order_of(values: Iterable[str], choices: Choices, *, name: str, in_sequence: bool = False) -> DateOrder:
    """The order of day and month in all stated times of a file that is called `name`, up to where it is broken.

    DataError as `settle` has it. `in_sequence` where the file runs forward in time.
    """
    evidence = DateEvidence(in_sequence=in_sequence)
    with suppress(DataError):
        for value in values:
            given = _in_usual_order(_one_line(value))
            zoned = _ZONED.fullmatch(given)
            match = _NUMBERS.fullmatch(zoned["local"] if zoned else given)
            if match:
                evidence.add((match["a"], match["b"], match["c"]))
    return evidence.settle(evidence.decide(), choices, name=name)


def place_stated(value: str, clock: Clock, order: Order = lambda: DateOrder(None, "no date")) -> Placed:
    """The instant that `value` states, and notes on its precision; `order` is that of dates such as 1/2/2026."""
    line = _one_line(value)
    if not line:
        return None, {}
    at, notes = _placed(_in_usual_order(line), clock, order)
    return at, notes | ({"posted_at_given": line} if "posted_at_given" in notes else {})


def _placed(given: str, clock: Clock, order: Order) -> Placed:
    if at := instant_of_digits(given):
        return at, {}
    moment = _parsed(given)
    if moment is None:
        return _in_a_zone(given, clock, order) or _in_words(given, clock) or _by_order(given, clock, order)
    if given.replace("-", "").isdecimal():
        dated = Dated(moment.replace(tzinfo=UTC), "day", given)
        return dated.at, dated.notes()
    if moment.tzinfo is None:
        return clock.place(moment)
    try:
        return moment.astimezone(UTC), {}
    except OverflowError:
        return None, Dated(None, "unknown", given).notes()


def _one_line(value: str) -> str:
    return " ".join(_MARKS.sub("", value[:1_000]).split())[:100]


def _in_usual_order(line: str) -> str:
    """A stated time with its parts in the order of day, time and zone."""
    if found := _YEAR_LAST.fullmatch(line):
        return f"{found[1]} {found[4]} {found[2]} {found[3]}"
    found = _TIME_FIRST.fullmatch(line)
    return f"{found[2]} {found[1]}" if found else line


def zone_offset(name: str) -> timedelta | None:
    """The offset from UTC of a zone by its short name; None for what is none, or means several."""
    hours = _ZONES.get(name.upper())
    return None if hours is None else timedelta(hours=hours)


def _in_a_zone(given: str, clock: Clock, order: Order) -> Placed | None:
    """A time with an offset or a zone's short name behind it; a local one where the name means several zones."""
    match = _ZONED.fullmatch(given)
    # Vietnam's halves of the day are SA and CH.
    if match is None or (match["name"] and is_afternoon(match["name"]) is not None):
        return None
    offset = zone_offset(match["name"]) if match["name"] else _offset(match)
    if offset is not None and abs(offset) < timedelta(days=1):
        return _placed(match["local"], _StatedClock(timezone(offset)), order)
    at, notes = _placed(match["local"], clock, order)
    return at, notes | {"posted_at_given": given}


def _offset(match: re.Match[str]) -> timedelta:
    return int(f"{match['sign']}1") * timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))


@dataclass(frozen=True, slots=True)
class _StatedClock:
    zone: timezone

    def place(self, local: datetime) -> Placed:
        try:
            return local.replace(tzinfo=self.zone).astimezone(UTC), {}
        except OverflowError:
            return None, {}


def _in_words(given: str, clock: Clock) -> Placed | None:
    match = next((found for pattern in _WORDED if (found := pattern.fullmatch(given))), None)
    month = match["month"] if match else ""
    number = int(month) if month.isdecimal() else month_named(month)
    day = day_of((match["year"], str(number), match["day"]), "ymd") if match and number else None
    return _at(match, day, given, clock) if match and day else None


def _by_order(given: str, clock: Clock, order: Order) -> Placed:
    match = _NUMBERS.fullmatch(given)
    if match is None:
        return None, Dated(None, "unknown", given).notes()
    if elsewhere := _in_another_calendar(match):
        at, notes = _at(match, elsewhere[0], given, clock)
        return at, notes | {"calendar": elsewhere[1], "calendar_from": "year"}
    told = order()
    day = day_of((match["a"], match["b"], match["c"]), told.order) if told.order else None
    at, notes = _at(match, day, given, clock) if day else (None, Dated(None, "unknown", given).notes())
    return at, notes | told.notes()


def _in_another_calendar(match: re.Match[str]) -> tuple[date, str] | None:
    """Where the year stands in front; or at the end, where what is in front can be no month."""
    first, second, third = (int(match[part]) for part in "abc")
    if len(match["a"]) == 4:
        return day_elsewhere(first, second, third)
    return day_elsewhere(third, second, first) if len(match["c"]) == 4 and first > 12 else None


def _at(match: re.Match[str], day: date, given: str, clock: Clock) -> Placed:
    """The time of a date that was told apart, and that its words stood for it."""
    notes = {"posted_at_given": given}
    midnight = datetime.combine(day, datetime.min.time())
    if match["hour"] is None:
        return midnight.replace(tzinfo=UTC), notes | {"posted_at_precision": "day"}
    hour = _hour(match)
    try:
        local = midnight.replace(hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0))
    except ValueError:
        return None, Dated(None, "unknown", given).notes()
    at, of_clock = clock.place(local)
    return at, notes | of_clock


def _hour(match: re.Match[str]) -> int:
    """The hour that is meant; -1 where a word beside it might say which half of the day."""
    hour: int | None = int(match["hour"])
    for word in filter(None, (match["early"], match["late"])):
        hour = hour_of(hour, word, has_24_hours=shows_24_hours(hour)) if hour is not None else None
    return -1 if hour is None else hour


def _parsed(text: str) -> datetime | None:
    """An ISO date of our calendar."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.year in YEARS else None
    except ValueError:
        return None
