"""Times as tables state them: an instant where there is a zone, a local time where there is none, or a day."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from crawlers.importers.date_order import DateOrder, day_of
from crawlers.importers.fields import instant_of_unix
from crawlers.importers.local_time import LocalClock
from crawlers.reading.instants import Dated

# RFC 5322 section 4.3, and further names that mean one zone only.
_ZONES = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "WIB": 7, "WITA": 8,
    "WIT": 9,  # codespell:ignore wit
    "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "ICT": 7,
}  # fmt: skip
_ZONED = re.compile(r"(?P<local>.+?\d)\s*(?P<zone>[A-Z]{1,5})")
_UNIX = re.compile(r"\d{9,16}(?:\.\d+)?")
Placed = tuple[datetime | None, dict[str, Any]]
NUMBERS = re.compile(
    r"(?P<a>\d{1,4})[/.-](?P<b>\d{1,2})[/.-](?P<c>\d{1,4})\.?"
    r"(?:,?[ T](?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\.\d+)?"
    r"\s?(?P<half>[AaPp])?\.?[Mm]?\.?)?"
)


def place_stated(value: str, clock: LocalClock, order: DateOrder | None = None) -> Placed:
    """The instant that `value` states, and notes on its precision; `order` is that of dates such as 1/2/2026."""
    given = " ".join(value.split())[:100]
    if not given:
        return None, {}
    if _UNIX.fullmatch(given) and (at := instant_of_unix(given)):
        return at, {}
    moment = _with_named_zone(given) or _parsed(given)
    if moment is None:
        return _by_order(given, clock, order or DateOrder(None, ""))
    if len(given) == len("2026-01-31"):
        dated = Dated(moment.replace(tzinfo=UTC), "day", given)
        return dated.at, dated.notes()
    if moment.tzinfo is None:
        return clock.place(moment)
    try:
        return moment.astimezone(UTC), {}
    except OverflowError:
        return None, Dated(None, "unknown", given).notes()


def _with_named_zone(given: str) -> datetime | None:
    match = _ZONED.fullmatch(given)
    offset = _ZONES.get(match["zone"]) if match else None
    local = _parsed(match["local"]) if match and offset is not None else None
    return local.replace(tzinfo=timezone(timedelta(hours=offset))) if local and offset is not None else None


def _by_order(given: str, clock: LocalClock, order: DateOrder) -> Placed:
    match = NUMBERS.fullmatch(given)
    day = day_of((match["a"], match["b"], match["c"]), order.order) if match and order.order else None
    if match is None or day is None:
        return None, Dated(None, "unknown", given).notes() | (order.notes() if match else {})
    notes = {"posted_at_given": given} | order.notes()
    midnight = datetime.combine(day, datetime.min.time())
    if match["hour"] is None:
        return midnight.replace(tzinfo=UTC), notes | {"posted_at_precision": "day"}
    hour = int(match["hour"])
    if match["half"] and hour <= 12:
        hour = hour % 12 + 12 * (match["half"] in "Pp")
    local = midnight + timedelta(hours=hour, minutes=int(match["minute"]), seconds=int(match["second"] or 0))
    at, more = clock.place(local)
    return at, notes | more


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
