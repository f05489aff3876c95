"""Places the wall-clock times of exports: an instant where a person named the time zone, else a note of the time."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.importers.choices import UNKNOWN_ZONE, Choices
from lurewatch.errors import DataError


class LocalClock:
    """The clock of one file's writer; `name` is what an error calls the file."""

    def __init__(self, choices: Choices, *, name: str) -> None:
        self._choices = choices
        self._name = name
        said = choices.time_zone
        self._zone = ZoneInfo(said) if said and said != UNKNOWN_ZONE else None

    def place(self, local: datetime) -> tuple[datetime | None, dict[str, Any]]:
        """The instant of a naive `local` time and the notes for `extra`; None where no zone is known."""
        notes: dict[str, Any] = {"date_local": local.isoformat()}
        if self._zone is None:
            self._must_be_said_to_be_unknown()
            return None, notes
        earlier, later = (local.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        notes["time_zone"] = str(self._zone)
        # An hour that the change of the clocks repeats or leaves out.
        if earlier.utcoffset() != later.utcoffset():
            notes["posted_at_precision"] = "hour"
        try:
            return earlier.astimezone(UTC), notes
        except OverflowError:
            return None, notes

    def _must_be_said_to_be_unknown(self) -> None:
        if self._choices.must_know and self._choices.time_zone is None:
            raise DataError(
                f"{self._name} says no time zone.",
                hint="Say --time-zone Asia/Bangkok (where its clock stood), or --time-zone unknown.",
            )
