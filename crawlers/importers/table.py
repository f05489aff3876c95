"""Any table, CSV, XLSX, ODS or JSON: which column is what is told by their names in several languages, or by a person.

The order of day and month is decided once a file from all its dates.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.field_names import clock_among, fields_among
from crawlers.importers.file_rows import file_rows
from crawlers.importers.local_time import LocalClock
from crawlers.importers.numbering import Numbering
from crawlers.importers.rows import Row
from crawlers.importers.stated_time import Order, order_of, place_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# Of JSON each object may have names of its own.
_MOST_HEADS = 1_000
_TIME_OF_DAY = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d{1,9})?(?:\s?[ap]\.?\s?m\.?)?", re.IGNORECASE)


def read_table(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """A post for every row with a text or title, in the table's order; of all sheets that have such columns.

    DataError when no column can be taken for the text, and when dates fit two orders though `choices` wants it known.
    """
    columns = _Columns(choices.columns)
    rows = partial(file_rows, path, columns.hold_posts)
    order = cache(
        lambda: order_of((columns.found(row).get("posted_at", "") for row in rows()), choices, name=path.name)
    )
    clock, numbering = LocalClock(choices, name=path.name), Numbering()
    for number, row in enumerate(rows()):
        if not number:
            columns.must_hold_posts(row, name=path.name)
        found = columns.found(row)
        if found.get("text") or found.get("title"):
            yield numbering.apply(_post(row, found, columns.of(row).values(), clock, order))


class _Columns:
    """Which column is what, by what a person said and by their names; each sheet may have its own."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = {field: name.strip().lower() for field, name in said.items()}
        self._of: dict[tuple[str, ...], dict[str, str]] = {}

    def of(self, row: Row) -> dict[str, str]:
        """The column of each field, and of a `clock` beside the day, that the table of `row` has."""
        names = tuple(row)
        if names not in self._of:
            if len(self._of) >= _MOST_HEADS:
                self._of.clear()
            found = fields_among(names) | {field: name for field, name in self._said.items() if name in row}
            clock = clock_among(name for name in names if name not in found.values())
            self._of[names] = found | ({"clock": clock} if clock else {})
        return self._of[names]

    def found(self, row: Row) -> dict[str, str]:
        """What `row` says of each field; a time of day in a column of its own stands behind the day."""
        found = {field: row[name].strip() for field, name in self.of(row).items()}
        clock, day = found.pop("clock", ""), found.get("posted_at", "")
        if clock and day and ":" not in day and _TIME_OF_DAY.fullmatch(clock):
            found["posted_at"] = f"{day} {clock}"
        return found

    def hold_posts(self, row: Row) -> bool:
        """Whether there is a column for words."""
        return bool(self.of(row).keys() & {"text", "title"})

    def must_hold_posts(self, first: Row, *, name: str) -> None:
        """DataError for a table without a column for words, or without one that a person said."""
        present = ", ".join(list(first)[:20])
        for said in self._said.values():
            if said not in first:
                raise DataError(f"{name} has no column {said!r}.", hint=f"Its columns are {present}.")
        if not self.hold_posts(first):
            raise DataError(f"{name}: none of the columns {present} is known as text.", hint="Say --column text=NAME.")


def _post(row: Row, found: dict[str, str], used: Collection[str], clock: LocalClock, order: Order) -> ParsedPost:
    posted_at, notes = place_stated(found.get("posted_at", ""), clock, order)
    # Short further columns; whatever else a table holds stays in the sealed file.
    others = {name: value[:500] for name, value in row.items() if name and name not in used and value.strip()}
    return ParsedPost(
        native_id=bounded_id(found.get("native_id") or digest_id(*found.values())),
        url=absolute_url("", found.get("url")),
        title=found.get("title") or None,
        text=found.get("text", ""),
        author=found.get("author") or None,
        posted_at=posted_at,
        location=found.get("location") or None,
        salary=found.get("salary") or None,
        lang_hint=found.get("lang_hint", "")[:20] or None,
        extra=notes | ({"columns": dict(list(others.items())[:40])} if others else {}),
    )
