"""Dates as job boards and feeds write them: an instant where the source gives one, never a guess.

Without a zone only the day is known; without a year, or with day and month in doubt, nothing is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_ZONE_NAME = re.compile(r"\s*\b(?:UTC|GMT|Z)\b\s*", re.IGNORECASE)
# As Java prints a Date; what a zone's letters mean differs by country, but for UTC.
_CTIME = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d:\d\d:\d\d) ([A-Z]{2,5}) (\d{4})$")
# As JavaScript prints one.
_SCRIPT_DATE = re.compile(
    r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})(?: \(.*\))?$"
)
# Seconds or milliseconds since the Unix epoch, between 2001 and 2286.
_EPOCH = re.compile(r"^([1-9]\d{9})(\d{3})?$", re.ASCII)
_YEAR_FIRST = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_YEAR_LAST = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_RELATIVE = re.compile(
    r"^(\d{1,3})\+?\s?(minute|min|m|hour|hr|h|day|d|week|wk|w|month|mo|year|yr|y)s? ago$", re.IGNORECASE
)
_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
# JSON-LD writers put the start of the Unix epoch where they have no date.
_EPOCH_YEAR = 1970


@dataclass(frozen=True, slots=True)
class Dated:
    """`at` is an aware UTC instant or None; `given` the source's words; `precision` as below, or unknown.

    `instant`, `hour`, and from `day` to `month` and `year`, where `at` is a day's midnight in UTC.
    """

    at: datetime | None
    precision: str
    given: str

    def notes(self) -> dict[str, str]:
        """What `extra` of a post says of its date; nothing when the source gave an exact instant."""
        if self.precision == "instant":
            return {}
        return {"posted_at_given": self.given, "posted_at_precision": self.precision}


def read_date(value: str, *, fetched_at: datetime) -> Dated | None:
    """The date that `value` states; relative ones count back from `fetched_at`. None when there is no value."""
    given = " ".join(value.split())[:100]
    if not given:
        return None
    for reader in (_exact, _day):
        found = reader(given)
        if found is not None:
            return found if found.at is None or found.at.year > _EPOCH_YEAR else Dated(None, "unknown", given)
    return _relative(given, fetched_at) or Dated(None, "unknown", given)


def _exact(given: str) -> Dated | None:
    if counted := _EPOCH.match(given):
        return Dated(datetime.fromtimestamp(int(counted[1]) + int(counted[2] or 0) / 1_000, UTC), "instant", given)
    for text in (_SCRIPT_DATE.sub(r"\2 \1 \3 \4", given), _zone_as_offset(given)):
        for parse in (datetime.fromisoformat, parsedate_to_datetime):
            try:
                moment = parse(text)
            except (ValueError, OverflowError):
                continue
            return _with_precision(moment, given)
    return None


def _with_precision(moment: datetime, given: str) -> Dated:
    if moment.tzinfo is None:
        return Dated(moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC), "day", given)
    try:
        return Dated(moment.astimezone(UTC), "instant", given)
    except OverflowError:
        return Dated(None, "unknown", given)


def _zone_as_offset(given: str) -> str:
    """`2021-01-20 12:47:53 UTC` and `Wed Aug 05 02:00:00 UTC 2026` in a form the standard library reads."""
    match = _CTIME.match(given)
    if match:
        month, day, time, zone, year = match.groups()
        return f"{day} {month} {year} {time} {'+0000' if zone in ('UTC', 'GMT') else '-0000'}"
    return _ZONE_NAME.sub("+00:00", given)


def _day(given: str) -> Dated | None:
    if match := _YEAR_FIRST.match(given):
        year, month, day = (int(part) for part in match.groups())
        return _midnight(year, month, day, given)
    if match := _YEAR_LAST.match(given):
        first, second, year = (int(part) for part in match.groups())
        # Nobody puts dots behind a month that comes first.
        if first <= 12 and second <= 12 and first != second and "." not in given:
            return Dated(None, "unknown", given)
        month, day = (second, first) if first > 12 or (second <= 12 and "." in given) else (first, second)
        return _midnight(year, month, day, given)
    return None


def _midnight(year: int, month: int, day: int, given: str) -> Dated | None:
    try:
        return Dated(datetime(year, month, day, tzinfo=UTC), "day", given)
    except ValueError:
        return None


def _relative(given: str, fetched_at: datetime) -> Dated | None:
    match = _RELATIVE.match(given)
    if not match:
        return None
    count, short = int(match[1]), match[2].lower()
    unit = next(unit for start, unit in reversed(_UNITS.items()) if short.startswith(start))
    days = {"month": 30, "year": 365}.get(unit, 0)
    moment = fetched_at.astimezone(UTC) - (timedelta(count * days) if days else timedelta(**{f"{unit}s": count}))
    if unit in ("minute", "hour"):
        return Dated(moment.replace(minute=0, second=0, microsecond=0), "hour", given)
    return Dated(moment.replace(hour=0, minute=0, second=0, microsecond=0), unit if days else "day", given)
