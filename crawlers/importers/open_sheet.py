"""The sheets of an OpenDocument spreadsheet (ODS), as values of cells; formulas are not computed, macros never run."""

import zipfile
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_CONTENT = "content.xml"
# Cells and rows that are alike are written once, with how often; a table repeats little.
MOST_REPEATED_CELLS = 2_000_000
# Its content may have 48 MB; that of a real sheet has a hundred bytes for two.
MOST_ELEMENTS = 2_000_000


def is_open_document(path: Path) -> bool:
    """Whether the zip archive at `path` is one; zipfile's exceptions for what is no archive."""
    with zipfile.ZipFile(path) as book:
        return _CONTENT in book.namelist()


def open_sheets(path: Path, *, most_columns: int) -> Iterator[Iterator[list[str]]]:
    """The rows of each sheet, one sheet after the other; SyntaxError and ValueError where the content is broken."""
    with zipfile.ZipFile(path) as book, book.open(_CONTENT) as content:
        for _number, rows in groupby(_Reading(most_columns).rows(content), key=itemgetter(0)):
            yield (row for _, row in rows)


class _Reading:
    def __init__(self, most_columns: int) -> None:
        self._most_columns = most_columns
        self._left = MOST_REPEATED_CELLS

    def rows(self, content: Any) -> Iterator[tuple[int, list[str]]]:
        """Each row with the number of its sheet."""
        number, sheet = 0, None
        for count, (event, element) in enumerate(iterparse(content, events=("start", "end"))):
            if count > 2 * MOST_ELEMENTS:
                raise ValueError(f"it has more than {MOST_ELEMENTS} elements")
            if event == "start" and element.tag == f"{_TABLE}table":
                number, sheet = number + 1, element
            elif event == "end" and element.tag == f"{_TABLE}table-row" and sheet is not None:
                row = self._row(element)
                yield number, row
                for _ in range(_times(element, "rows") - 1 if any(row) else 0):
                    self._spend(len(row))
                    yield number, row
                # What was read is not kept, though the row stands within a group of them.
                element.clear()
                sheet.clear()

    def _row(self, element: Any) -> list[str]:
        cells: list[str] = []
        empty = 0
        for cell in element:
            if cell.tag not in _CELLS or len(cells) >= self._most_columns:
                continue
            value, times = _value(cell), min(_times(cell, "columns"), self._most_columns)
            if not value:
                empty += times
                continue
            self._spend(empty + times - 1)
            cells += [""] * empty + [value] * times
            empty = 0
        # A row ends with its last cell that holds something, though the sheet goes on.
        return [*cells[: self._most_columns], ""]

    def _spend(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise ValueError("its cells are repeated too often")


def _value(cell: Any) -> str:
    stated: str | None = cell.get(f"{_OFFICE}date-value") or cell.get(f"{_OFFICE}value")
    return stated or "\n".join("".join(line.itertext()) for line in cell.findall(f"{_TEXT}p"))


def _times(element: Any, what: str) -> int:
    stated = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(stated) if stated.isdecimal() and len(stated) < 8 else 1
