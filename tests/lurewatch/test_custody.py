"""Nothing leaves the installation past the audit chain: every door is listed here, and each is on record."""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from evidence.export import Exporter
from lurewatch.cli import COMMANDS

ROOT = Path(__file__).parents[2]
# Commands that write a file somewhere, and what the chain says of it; None where no case goes out with it: counts,
# releases and their figures.
DOORS = {
    "audit export": "audit.exported",
    "evidence export": "pack.exported",
    "evidence statistics": "statistics.exported",
    "labels export": "labels.exported",
    "evaluate": None,
    "retention report": None,
    "train": None,
}
# Functions of the review application whose answer is a file.
DOWNLOADS = {"review_ui/export.py": "pack.exported", "review_ui/quality.py": "skips.exported"}


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name, module in COMMANDS.items():
        found = getattr(importlib.import_module(f"lurewatch.commands.{module}"), f"{name}_command")
        if isinstance(found, click.Group):
            yield from ((f"{name} {sub}", command) for sub, command in found.commands.items())
        else:
            yield name, found


def test_every_command_that_writes_a_file_elsewhere_is_listed() -> None:
    doors = {name for name, command in _commands() if any(option.name == "out" for option in command.params)}
    assert doors == set(DOORS)


def test_every_answer_that_is_a_file_is_listed() -> None:
    marks = ("FileResponse(", "attachment", "StreamingResponse(")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "review_ui").rglob("*.py")
        if any(mark in path.read_text(encoding="utf-8") for mark in marks)
    }
    assert found == set(DOWNLOADS)


def test_a_pack_is_made_in_one_place_which_records_it() -> None:
    """`export_pack` writes the file; only the Exporter, which enters it with recipient and purpose, calls that."""
    callers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("evidence", "review_ui", "lurewatch")
        for path in (ROOT / folder).rglob("*.py")
        if "export_pack(" in path.read_text(encoding="utf-8") and path.name != "pack.py"
    }
    assert callers == {"evidence/export.py"}
    assert {"recipient", "purpose"} <= set(inspect.signature(Exporter.export).parameters)
