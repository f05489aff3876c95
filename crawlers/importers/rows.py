"""The rows of a CSV file by the names of its columns; charset and separator are told by the file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from crawlers.importers.archive import opened
from crawlers.importers.field_names import names_a_post
from crawlers.importers.text_lines import lines_of
from lurewatch.errors import DataError

SEPARATORS = ",;\t|"
# Shorter than the pieces in which a line without an end comes.
LONGEST_FIELD = 500_000
# Excel saves all 1,048,576 rows of a sheet that was formatted to its end.
MOST_EMPTY_ROWS = 1_100_000
# Lines above the names of columns.
MOST_TITLES = 10
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=([,;\t|])\s*", re.IGNORECASE)


class Row(dict[str, str]):
    """A row by column, whose names are in lower case; `first` asks for several names of one thing."""

    def first(self, *names: str) -> str | None:
        """The first of the columns `names`, without regard to case, that holds something."""
        return next((found for name in names if (found := self.get(name.lower(), "").strip())), None)

    def noted(self, names: Mapping[str, str]) -> dict[str, Any]:
        """What `extra` says of the row: `names` has the name there for each column."""
        return {name: found for column, name in names.items() if (found := self.get(column, "").strip())}


def csv_rows(path: Path) -> Iterator[Row]:
    """Each row of the file with its columns in lower case; DataError names the line of what cannot be read."""
    csv.field_size_limit(LONGEST_FIELD)
    with opened(path) as source:
        lines = (f"{line}\n" for line in lines_of(source))
        head = next(lines, "")
        # Excel's own way to say which sign parts the columns.
        stated = _SEPARATOR_LINE.fullmatch(head)
        head = next(lines, "") if stated else head
        if not head.strip():
            raise DataError(f"{path.name} is empty.", hint="Give a CSV file with a line of column names.")
        reader = csv.reader(_with(head, lines), delimiter=stated[1] if stated else max(SEPARATORS, key=head.count))
        found = False
        try:
            for row in named_rows(reader, most_empty=MOST_EMPTY_ROWS):
                found = True
                yield row
        except (ValueError, csv.Error) as error:
            raise DataError(
                f"{path.name}, line {reader.line_num}: {error}.", hint="Save the table as CSV again."
            ) from error
        if not found:
            raise DataError(f"{path.name} holds no row below its column names.", hint="Give a table with both.")


def named_rows(rows: Iterable[Sequence[str]], *, most_empty: int) -> Iterator[Row]:
    """The rows below that of the names. What is empty is passed over, and so is what stands above the names.

    These are the first row that looks like them; where none does, the first that is no title alone in a wide row.

    ValueError for more than `most_empty` rows without anything, one after the other.
    """
    filled = _filled(rows, most_empty)
    beginning: list[Sequence[str]] = []
    try:
        for row in filled:
            beginning.append(row)
            if names_a_post(row) or len(beginning) > MOST_TITLES:
                break
    except (ValueError, csv.Error):
        # Rows before a break are given all the same.
        yield from _below_names(beginning)
        raise
    yield from _below_names(beginning, filled)


def _filled(rows: Iterable[Sequence[str]], most_empty: int) -> Iterator[Sequence[str]]:
    empty = 0
    for row in rows:
        empty = 0 if any(row) else empty + 1
        if empty > most_empty:
            raise ValueError(f"more than {most_empty} empty rows one after the other")
        if not empty:
            yield row


def _below_names(beginning: list[Sequence[str]], further: Iterable[Sequence[str]] = ()) -> Iterator[Row]:
    names_at = _names_at(beginning)
    names = _names(beginning[names_at]) if beginning else []
    for row in chain(beginning[names_at + 1 :], further):
        # A row may end with its last cell that holds something.
        yield Row(zip_longest(names, row[: len(names)], fillvalue=""))


def _names_at(beginning: list[Sequence[str]]) -> int:
    if beginning and names_a_post(beginning[-1]):
        return len(beginning) - 1
    # Where no row has two cells, the first is no title.
    return next((place for place, row in enumerate(beginning) if not _is_title(row)), 0)


def _is_title(row: Sequence[str]) -> bool:
    return len(row) > 1 and sum(map(bool, row)) == 1


def _names(row: Sequence[str]) -> list[str]:
    """Names of columns, in lower case; the second of one name has its number behind it."""
    plain = [name.strip().strip("\ufeff\"'").lower() for name in row]
    times = [plain[:place].count(name) for place, name in enumerate(plain)]
    return [f"{name} {before + 1}" if name and before else name for name, before in zip(plain, times, strict=True)]


def _with(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield from io.StringIO(head)
    yield from lines
