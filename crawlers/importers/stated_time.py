"""Times as tables state them: an instant where there is a zone, a local time where there is none, or a day."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from crawlers.importers.calendar_words import month_named
from crawlers.importers.choices import Choices
from crawlers.importers.date_order import DateEvidence, DateOrder, day_of
from crawlers.importers.fields import instant_of_unix
from crawlers.importers.local_time import LocalClock
from crawlers.reading.instants import Dated

# RFC 5322 section 4.3, and further names that mean one zone only.
_ZONES = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "WIB": 7, "WITA": 8,
    "WIT": 9,  # codespell:ignore wit
    "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "ICT": 7, "MMT": 6.5, "PHT": 8, "MYT": 8, "PKT": 5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "BRT": -3, "ART": -3, "TRT": 3,
}  # fmt: skip
_ZONED = re.compile(r"(?P<local>.+?\d)\s*(?P<zone>[A-Z]{1,5})")
_UNIX = re.compile(r"\d{9,16}(?:\.\d+)?")
Placed = tuple[datetime | None, dict[str, Any]]
_CLOCK = (
    r"(?:,?(?:[ T]| at )(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\.\d+)?"
    r"\s?(?P<half>[AaPp])?\.?\s?[Mm]?\.?)?"
)
_NUMBERS = re.compile(r"(?P<a>\d{1,4})[/.-](?P<b>\d{1,2})[/.-](?P<c>\d{1,4})\.?" + _CLOCK)
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.º])?", r"(?P<year>\d{4})"
_MONTH = r"(?:de )?(?P<month>[^\W\d_][^\d,/:]{1,20}?)"
# A month in words leaves nothing open: day and year differ in size.
_WORDED = tuple(
    re.compile(rf"(?:[^\W\d_]+\.?,? )?{day}" + _CLOCK)
    for day in (
        rf"{_DAY}[ -]?{_MONTH}[.,]?[ -](?:de )?{_YEAR}",
        rf"{_MONTH}[.]? {_DAY},? {_YEAR}",
        r"(?:ngày )?(?P<day>\d{1,2}) tháng (?P<month>\d{1,2}),?(?: năm)? (?P<year>\d{4})",
        r"(?P<year>\d{4})[年년] ?(?P<month>\d{1,2})[月월] ?(?P<day>\d{1,2})[日일]",
    )
)


def order_of(values: Iterable[str], choices: Choices, *, name: str, in_sequence: bool = False) -> DateOrder:
    """The order of day and month in all stated times of a file that is called `name`; DataError as `settle` has it.

    `in_sequence` where the file runs forward in time.
    """
    evidence = DateEvidence(in_sequence=in_sequence)
    for value in values:
        match = _NUMBERS.fullmatch(_one_line(value))
        if match:
            evidence.add((match["a"], match["b"], match["c"]))
    return evidence.settle(evidence.decide(), choices, name=name)


def place_stated(value: str, clock: LocalClock, order: DateOrder | None = None) -> Placed:
    """The instant that `value` states, and notes on its precision; `order` is that of dates such as 1/2/2026."""
    given = _one_line(value)
    if not given:
        return None, {}
    if _UNIX.fullmatch(given) and (at := instant_of_unix(given)):
        return at, {}
    moment, notes = _in_a_named_zone(given) or (_parsed(given), {})
    if moment is None:
        return _in_words(given, clock) or _by_order(given, clock, order or DateOrder(None, "no date"))
    if len(given) == len("2026-01-31"):
        dated = Dated(moment.replace(tzinfo=UTC), "day", given)
        return dated.at, dated.notes()
    if moment.tzinfo is None:
        at, of_clock = clock.place(moment)
        return at, of_clock | notes
    try:
        return moment.astimezone(UTC), {}
    except OverflowError:
        return None, Dated(None, "unknown", given).notes()


def _one_line(value: str) -> str:
    return " ".join(value[:1_000].split())[:100]


def zone_offset(name: str) -> timedelta | None:
    """The offset from UTC of a zone by its short name; None for what is none, or means several."""
    hours = _ZONES.get(name.upper())
    return None if hours is None else timedelta(hours=hours)


def _in_a_named_zone(given: str) -> tuple[datetime, dict[str, str]] | None:
    """A time with a zone's short name behind it; naive, and noted as it stands, where the name means several zones."""
    match = _ZONED.fullmatch(given)
    local = _parsed(match["local"]) if match else None
    if match is None or local is None or local.tzinfo:
        return None
    offset = zone_offset(match["zone"])
    return (local.replace(tzinfo=timezone(offset)), {}) if offset is not None else (local, {"posted_at_given": given})


def _in_words(given: str, clock: LocalClock) -> Placed | None:
    match = next((found for pattern in _WORDED if (found := pattern.fullmatch(given))), None)
    month = match["month"] if match else ""
    number = int(month) if month.isdecimal() else month_named(month)
    day = day_of((match["year"], str(number), match["day"]), "ymd") if match and number else None
    return _at(match, day, given, clock) if match and day else None


def _by_order(given: str, clock: LocalClock, order: DateOrder) -> Placed:
    match = _NUMBERS.fullmatch(given)
    day = day_of((match["a"], match["b"], match["c"]), order.order) if match and order.order else None
    if match is None or day is None:
        return None, Dated(None, "unknown", given).notes() | (order.notes() if match else {})
    at, notes = _at(match, day, given, clock)
    return at, notes | order.notes()


def _at(match: re.Match[str], day: date, given: str, clock: LocalClock) -> Placed:
    """The time of a date that was told apart, and that its words stood for it."""
    notes = {"posted_at_given": given}
    midnight = datetime.combine(day, datetime.min.time())
    if match["hour"] is None:
        return midnight.replace(tzinfo=UTC), notes | {"posted_at_precision": "day"}
    hour = int(match["hour"])
    if match["half"] and hour <= 12:
        hour = hour % 12 + 12 * (match["half"] in "Pp")
    try:
        local = midnight.replace(hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0))
    except ValueError:
        return None, Dated(None, "unknown", given).notes()
    at, of_clock = clock.place(local)
    return at, notes | of_clock


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
