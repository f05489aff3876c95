"""The rows of a table, whatever kind of file it was saved as: CSV, XLSX, ODS or JSON."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from crawlers.importers.archive import is_zip, opened
from crawlers.importers.field_names import leaves
from crawlers.importers.json_objects import json_objects
from crawlers.importers.rows import Row, csv_rows
from crawlers.importers.sheet import sheets
from lurewatch.errors import DataError


def file_rows(path: Path, fits: Callable[[Row], bool]) -> Iterator[Row]:
    """The rows of the tables in the file whose columns `fits`; of the first one where none does.

    DataError names the file that cannot be read, or holds no row.
    """
    if not is_zip(path):
        yield from _json_rows(path) if begins_as_json(path) else csv_rows(path)
        return
    misfit: Row | None = None
    fitted = False
    for rows in sheets(path):
        first = next(rows, None)
        if first is not None and fits(first):
            fitted = True
            yield from chain([first], rows)
        misfit = misfit or first
    if not fitted and misfit is None:
        raise DataError(f"{path.name} holds no row below its column names.", hint="Give a table with such names.")
    if not fitted and misfit is not None:
        yield misfit


def begins_as_json(path: Path) -> bool:
    """Whether the file begins with an object or a list of them."""
    with opened(path) as source:
        return source.read(64).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] in (b"{", b"[")


def _json_rows(path: Path) -> Iterator[Row]:
    for item in json_objects(path, within_lists=True):
        yield Row((name.lower(), value) for name, value in leaves(item))
