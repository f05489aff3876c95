"""The rows of a spreadsheet's sheets (XLSX, ODS), as values of cells; formulas are not computed, macros never run."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawlers.importers.archive import said_plainly
from crawlers.importers.field_names import is_date_name
from crawlers.importers.handed_over import image_type
from crawlers.importers.open_sheet import is_open_document, open_sheets
from crawlers.importers.rows import Row, named_rows
from lurewatch.errors import DataError

# All parts of a workbook together; openpyxl keeps the shared strings in memory.
LARGEST_BYTES = 48 * 1024 * 1024
# Sheets of real words shrink to a tenth or twentieth.
SMALL_BYTES = 4 * 1024 * 1024
MOST_TIMES = 40
MOST_COLUMNS = 500
MOST_EMPTY_ROWS = 10_000
# What openpyxl and ElementTree raise, beside ValueError.
_BROKEN = (KeyError, TypeError, SyntaxError, IndexError, AttributeError)
# Of 1982 to 2091: a smaller number is no date, a larger one counts seconds.
_SERIAL = re.compile(r"[3-6]\d{4}(?:\.\d{1,12})?")


def sheets(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of each visible sheet, one sheet after the other, with their columns in lower case.

    DataError for what is no workbook or too large.
    """
    _must_be_small(path)
    with said_plainly(path):
        made = _open_document(path) if is_open_document(path) else _workbook(path)
        try:
            for rows in made:
                yield _plainly(rows, path)
        except _BROKEN as error:
            raise ValueError(f"not a workbook ({type(error).__name__})") from error


def _plainly(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    with said_plainly(path):
        try:
            yield from rows
        except _BROKEN as error:
            raise ValueError(f"a sheet that breaks off ({type(error).__name__})") from error


def _open_document(path: Path) -> Iterator[Iterator[Row]]:
    for cells in open_sheets(path, most_columns=MOST_COLUMNS):
        yield named_rows(cells, most_empty=MOST_EMPTY_ROWS)


def _workbook(path: Path) -> Iterator[Iterator[Row]]:
    from openpyxl import load_workbook

    # Of a path openpyxl would believe the ending.
    with path.open("rb") as source:
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    yield _rows(sheet, book.epoch)
        finally:
            book.close()


def _rows(sheet: Any, epoch: datetime) -> Iterator[Row]:
    # What a sheet says of its own size is not believed: openpyxl would fill it up with empty cells.
    sheet.reset_dimensions()
    dates: list[str] | None = None
    for row in named_rows(_texts(sheet.iter_rows(values_only=True)), most_empty=MOST_EMPTY_ROWS):
        dates = [name for name in row if is_date_name(name)] if dates is None else dates
        for name in dates:
            row[name] = _dated(row[name], epoch)
        yield row


def _dated(value: str, epoch: datetime) -> str:
    """A date whose cell was not formatted as one: the count of days since the workbook's epoch."""
    from openpyxl.utils.datetime import from_excel

    if not _SERIAL.fullmatch(value):
        return value
    moment = from_excel(float(value), epoch)
    return _text(moment.replace(microsecond=0) if isinstance(moment, datetime) else moment)


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
        size = sum(part.file_size for part in book.infolist() if not _is_picture(book, part))
    if size > min(LARGEST_BYTES, SMALL_BYTES + MOST_TIMES * path.stat().st_size):
        raise DataError(f"{path.name} unpacks to {size} bytes.", hint="Save its sheet as CSV and import that.")


def _is_picture(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """By its first bytes too: a workbook may say of any part that its words are there."""
    if "/media/" not in part.filename:
        return False
    with book.open(part) as content:
        return image_type(content.read(16)) is not None
