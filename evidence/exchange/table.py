"""Writes tables that spreadsheets open as text: no cell is ever taken for a formula."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

import regex

# OWASP ASVS 5, 1.2.10, with the full-width and small forms that spreadsheets fold, and white space or invisible
# characters before them. Behind a separator too: a reader that divides otherwise than by commas may cut a cell there.
_FORMULA = regex.compile(r"(?:^|(?<=[;,|\t\r\n]))(?=[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫])|^(?=[\t\r\n\0])")


def cell(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would calculate."""
    return _FORMULA.sub("'", text)


def table_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file (RFC 4180, UTF-8) with a heading; what a row does not have is left empty."""
    table = StringIO()
    writer = csv.DictWriter(table, columns, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({column: cell(text) for column, text in row.items()} for row in rows)
    return table.getvalue().encode("utf-8", "replace")
