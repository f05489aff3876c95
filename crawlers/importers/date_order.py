"""Decides from all dates of a file whether day, month or year comes first; what they do not show stays unknown.

Evidence, in this order: which reading gives real dates, which runs forward in time, which part never changes.
"""

from dataclasses import dataclass, field
from datetime import date

ORDERS = ("dmy", "mdy", "ymd")
# Thailand counts from 543 BC; two digits from 52 on would be 2052, before which nobody wrote a message in it.
BUDDHIST_YEARS = 543
FIRST_BUDDHIST_YEAR = 2400
FIRST_SHORT_BUDDHIST = 52
# One part that stays the same while the other takes so many values is the month.
DAYS_THAT_SHOW_A_MONTH = 3
Parts = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class DateOrder:
    """`order` is one of ORDERS, or None when the file leaves it open; `reason` says what decided."""

    order: str | None
    reason: str

    def notes(self) -> dict[str, str]:
        """What `extra` of a post says of it."""
        return {"date_order": self.order or "unknown", "date_order_from": self.reason}


@dataclass(slots=True)
class _Reading:
    failures: int = 0
    steps_back: int = 0
    latest: date | None = None


@dataclass(slots=True)
class DateEvidence:
    """Collects the dates of a file in its order; `in_sequence` where a file runs forward in time."""

    in_sequence: bool = True
    _readings: dict[str, _Reading] = field(default_factory=lambda: {order: _Reading() for order in ORDERS})
    _values: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))
    _previous: Parts | None = None

    def add(self, parts: Parts, weekdays: frozenset[int] = frozenset()) -> None:
        """Count in one date, of a weekday (Monday 0) where one is named; the same date again says nothing new."""
        if parts == self._previous:
            return
        self._previous = parts
        days = {order: _if_on(weekdays, day_of(parts, order)) for order in ORDERS}
        if not any(days.values()):
            return
        for values, part in zip(self._values, parts, strict=False):
            values.add(part)
        for order, day in days.items():
            _count(self._readings[order], day)

    def decide(self) -> DateOrder:
        """The order that the dates show."""
        fewest = min(reading.failures for reading in self._readings.values())
        left = [order for order in ORDERS if self._readings[order].failures == fewest]
        # A year of two digits at the front is possible in any date, and rare: only if nothing else fits.
        left = [order for order in left if order != "ymd"] or left
        if self._previous is None:
            return DateOrder(None, "no date")
        if len(left) == 1:
            return DateOrder(left[0], "dates")
        return self._by_sequence(left) or self._by_month() or DateOrder(None, "dates fit both ways")

    def _by_sequence(self, left: list[str]) -> DateOrder | None:
        first, second = sorted(left, key=lambda order: self._readings[order].steps_back)[:2]
        if self.in_sequence and self._readings[first].steps_back < self._readings[second].steps_back:
            return DateOrder(first, "sequence")
        return None

    def _by_month(self) -> DateOrder | None:
        first, second = (len(values) for values in self._values)
        if second == 1 and first >= DAYS_THAT_SHOW_A_MONTH:
            return DateOrder("dmy", "one month")
        if first == 1 and second >= DAYS_THAT_SHOW_A_MONTH:
            return DateOrder("mdy", "one month")
        return None


def _if_on(weekdays: frozenset[int], day: date | None) -> date | None:
    return day if day and (not weekdays or day.weekday() in weekdays) else None


def _count(reading: _Reading, day: date | None) -> None:
    if day is None:
        reading.failures += 1
        return
    # Messages that arrive late stand a day back; a wrong reading jumps by months.
    if reading.latest is not None and (reading.latest - day).days > 1:
        reading.steps_back += 1
    reading.latest = day


def day_of(parts: Parts, order: str) -> date | None:
    """The day that three numbers mean in `order`; None when they mean none."""
    year, month, day = (parts[order.index(letter)] for letter in "ymd")
    if len(month) > 2 or len(day) > 2 or len(year) not in (2, 4):
        return None
    try:
        return date(_year(year), int(month), int(day))
    except ValueError:
        return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        return 2000 + year - (BUDDHIST_YEARS - 500 if year >= FIRST_SHORT_BUDDHIST else 0)
    return year - BUDDHIST_YEARS if year >= FIRST_BUDDHIST_YEAR else year
