"""The rows of a CSV file by the names of its columns; charset and separator are told by the file."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from crawlers.importers.archive import opened
from crawlers.importers.text_lines import lines_of
from lurewatch.errors import DataError

SEPARATORS = ",;\t|"
LONGEST_FIELD = 1_000_000


class Row(dict[str, str]):
    """A row by column; `first` asks for several names of one thing."""

    def first(self, *names: str) -> str | None:
        """The first of the columns `names`, without regard to case, that holds something."""
        return next((found for name in names if (found := self.get(name.lower(), "").strip())), None)


def csv_rows(path: Path) -> Iterator[Row]:
    """Each row of the file with its columns in lower case; DataError names the line of what cannot be read."""
    csv.field_size_limit(LONGEST_FIELD)
    with opened(path) as source:
        lines = (f"{line}\n" for line in lines_of(source))
        head = next(lines, "")
        if not head.strip():
            raise DataError(f"{path.name} is empty.", hint="Give a CSV file with a line of column names.")
        separator = max(SEPARATORS, key=head.count)
        reader = csv.reader(_with(head, lines), delimiter=separator)
        try:
            names = [name.strip().strip("\ufeff\"'").lower() for name in next(reader, [])]
            found = False
            for values in reader:
                if any(values):
                    found = True
                    yield Row(zip(names, values, strict=False))
            if not found:
                raise DataError(f"{path.name} holds no row below its column names.", hint="Give a table with both.")
        except csv.Error as error:
            raise DataError(
                f"{path.name}, line {reader.line_num}: {error}.", hint="Save the table as CSV again."
            ) from error


def _with(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield from io.StringIO(head)
    yield from lines
