"""The rows of a spreadsheet's first sheet (XLSX), as values of cells; formulas are not computed, macros never run."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawlers.importers.archive import said_plainly
from crawlers.importers.rows import Row, named_rows
from lurewatch.errors import DataError

# All parts of a workbook together; openpyxl keeps the shared strings in memory.
LARGEST_BYTES = 48 * 1024 * 1024
# Sheets of real words shrink to a tenth or twentieth.
SMALL_BYTES = 4 * 1024 * 1024
MOST_TIMES = 40
MOST_COLUMNS = 500
MOST_EMPTY_ROWS = 10_000


def sheet_rows(path: Path) -> Iterator[Row]:
    """Each row of the first sheet with its columns in lower case; DataError for what is no workbook or too large."""
    from openpyxl import load_workbook

    _must_be_small(path)
    with said_plainly(path):
        try:
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except (KeyError, TypeError, SyntaxError) as error:
            raise ValueError(f"not a workbook ({type(error).__name__})") from error
        try:
            sheet = book.worksheets[0]
            # What a sheet says of its own size is not believed: openpyxl would fill it up with empty cells.
            sheet.reset_dimensions()
            yield from named_rows(_texts(sheet.iter_rows(values_only=True)), most_empty=MOST_EMPTY_ROWS)
        except (KeyError, TypeError, SyntaxError, IndexError, AttributeError) as error:
            raise ValueError(f"a sheet that breaks off ({type(error).__name__})") from error
        finally:
            book.close()


def _texts(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    for row in rows:
        # A row ends with its last cell, though the sheet goes on.
        yield [*(_text(value) for value in row[:MOST_COLUMNS]), ""]


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return "" if value is None else str(value)


def _must_be_small(path: Path) -> None:
    with said_plainly(path), zipfile.ZipFile(path) as book:
        size = sum(part.file_size for part in book.infolist() if "/media/" not in part.filename)
    if size > min(LARGEST_BYTES, SMALL_BYTES + MOST_TIMES * path.stat().st_size):
        raise DataError(f"{path.name} unpacks to {size} bytes.", hint="Save its sheet as CSV and import that.")
