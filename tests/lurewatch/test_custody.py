"""Nothing leaves the installation past the audit chain: every door is listed here, and each is on record."""

import hashlib
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from evidence.export import Exporter
from lurewatch.cli import COMMANDS, lurewatch
from lurewatch.installation import Installation
from store import audit
from store.holdings import EXPORTS

ROOT = Path(__file__).parents[2]
# Commands that write a file somewhere, and what the chain says of it; None where nothing of the store goes out with it:
# releases and their figures.
DOORS = {
    "audit export": "audit.exported",
    "evidence export": "pack.exported",
    "evidence statistics": "statistics.exported",
    "labels export": "labels.exported",
    "evaluate": None,
    "retention report": "report.exported",
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


def test_every_door_that_is_on_record_is_in_the_data_protection_report() -> None:
    assert {action for action in (*DOORS.values(), *DOWNLOADS.values()) if action} <= set(EXPORTS)


def test_whatever_is_on_record_can_be_asked_for_whom_and_what_for() -> None:
    for name, command in _commands():
        if DOORS.get(name):
            options = {option.name for option in command.params}
            assert "purpose" in options, name
            assert options & {"recipient", "handed_to"}, name


@pytest.mark.parametrize(
    ("arguments", "subject", "action"),
    [
        (("retention", "report"), "retention", "report.exported"),
        (("labels", "export"), "labels", "labels.exported"),
        (("evidence", "statistics", "--from", "2026-01-01", "--to", "2026-01-31"), "statistics", "statistics.exported"),
    ],
)
def test_what_leaves_is_on_record_with_recipient_and_purpose(
    tmp_path: Path, arguments: tuple[str, ...], subject: str, action: str
) -> None:
    installation, out = Installation.at(tmp_path / "house", {}), tmp_path / "out"
    installation.open_store().close()
    to_whom = ("--recipient", "District court", "--purpose", "Trial 7")
    ran = CliRunner().invoke(lurewatch, [*arguments, "-o", str(out), *to_whom, "--dir", str(installation.directory)])
    assert ran.exit_code == 0, ran.exception
    with installation.open_store() as store, store.reading() as session:
        (entry,) = audit.entries_about(session, [subject])
    assert (entry.action, entry.details["recipient"], entry.details["purpose"]) == (action, "District court", "Trial 7")
    assert entry.details["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
