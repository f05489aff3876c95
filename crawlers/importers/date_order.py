"""Decides from all dates of a file whether day, month or year comes first; what they do not show stays unknown.

Evidence, in this order: which reading gives real dates, which runs forward in time, which part never changes.
"""

from dataclasses import dataclass, field
from datetime import date

from crawlers.importers.choices import Choices
from lurewatch.errors import DataError

ORDERS = ("dmy", "mdy", "ymd")
# Thailand counts from 543 BC; two digits from 52 on would be 2052, before which nobody wrote a message in it.
BUDDHIST_YEARS = 543
FIRST_BUDDHIST_YEAR = 2400
FIRST_SHORT_BUDDHIST = 52
# A year outside is one of another calendar (Iran writes 1405, Saudi Arabia 1447) or no year.
YEARS = range(1970, 2200)
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
    misfit: Parts | None = None


@dataclass(slots=True)
class DateEvidence:
    """Collects the dates of a file in its order; `in_sequence` where a file runs forward in time."""

    in_sequence: bool = True
    _readings: dict[str, _Reading] = field(default_factory=lambda: {order: _Reading() for order in ORDERS})
    _values: tuple[set[str], set[str], set[str]] = field(default_factory=lambda: (set(), set(), set()))
    _first: Parts | None = None
    # Of a date such as 1/1/2026 both orders say the same.
    _is_open: bool = False
    _previous: Parts | None = None

    def add(self, parts: Parts, weekdays: frozenset[int] = frozenset()) -> None:
        """Count in one date, of a weekday (Monday 0) where one is named; the same date again says nothing new."""
        if parts == self._previous:
            return
        self._previous = parts
        days = {order: _if_on(weekdays, day_of(parts, order)) for order in ORDERS}
        if not any(days.values()):
            return
        self._first = self._first or parts
        self._is_open = self._is_open or days["dmy"] != days["mdy"]
        for values, part in zip(self._values, parts, strict=True):
            values.add(part)
        for order, day in days.items():
            _count(self._readings[order], day, parts)

    def decide(self, *, year_may_lead: bool = False) -> DateOrder:
        """The order that the dates show; `year_may_lead` where a year of two digits at the front is no rarity."""
        left = [order for order in ORDERS if self.fits(order)]
        if self._first is None:
            return DateOrder(None, "no date")
        if not year_may_lead:
            left = self._without_short_years(left)
        if len(left) == 1 or (not self._is_open and "ymd" not in left):
            return DateOrder(left[0], "dates")
        return self._by_sequence(left) or self._by_month() or DateOrder(None, "dates fit both ways")

    def fits(self, order: str) -> bool:
        """Whether no other order gives more real dates."""
        return self._readings[order].failures == min(reading.failures for reading in self._readings.values())

    def settle(self, shown: DateOrder, choices: Choices, *, name: str) -> DateOrder:
        """What a person said, else what is shown; `name` is what errors call the file.

        DataError where the file contradicts the person, and where neither knows though `choices` wants it known.
        """
        said = choices.date_order
        if said and not self.fits(said):
            raise DataError(
                f"{name}: {_written(self._readings[said].misfit)} is no date in the order {said}.",
                hint="Leave --date-order out, or say the order that its dates have.",
            )
        if said:
            return DateOrder(said, "option")
        if self._first and shown.order is None and choices.must_know:
            raise DataError(
                f"{name}: {_written(self._first)} and all other dates fit two orders of day and month.",
                hint="Say --date-order dmy or --date-order mdy.",
            )
        return shown

    def _without_short_years(self, left: list[str]) -> list[str]:
        """A year of two digits at the front is possible in many dates, and rare: out where nothing speaks for it."""
        others = [order for order in left if order != "ymd"]
        if len(others) in (0, len(left)):
            return left
        steps = {order: self._readings[order].steps_back for order in left}
        runs_forward = self.in_sequence and steps["ymd"] < min(steps[order] for order in others)
        first, _second, third = (len(values) for values in self._values)
        return left if runs_forward or (first == 1 and third >= DAYS_THAT_SHOW_A_MONTH) else others

    def _by_sequence(self, left: list[str]) -> DateOrder | None:
        first, second = sorted(left, key=lambda order: self._readings[order].steps_back)[:2]
        if self.in_sequence and self._readings[first].steps_back < self._readings[second].steps_back:
            return DateOrder(first, "sequence")
        return None

    def _by_month(self) -> DateOrder | None:
        first, second, _third = (len(values) for values in self._values)
        if second == 1 and first >= DAYS_THAT_SHOW_A_MONTH:
            return DateOrder("dmy", "one month")
        if first == 1 and second >= DAYS_THAT_SHOW_A_MONTH:
            return DateOrder("mdy", "one month")
        return None


def _if_on(weekdays: frozenset[int], day: date | None) -> date | None:
    return day if day and (not weekdays or day.weekday() in weekdays) else None


def _written(parts: Parts | None) -> str:
    return repr("/".join(parts or ())[:40])


def _count(reading: _Reading, day: date | None, parts: Parts) -> None:
    if day is None:
        reading.failures += 1
        reading.misfit = reading.misfit or parts
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
    if _year(year) not in YEARS:
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
