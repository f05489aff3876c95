"""`lurewatch evidence export`: not without a second person, unless an operator says why, and that stays on record."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import AccessError, DataError, EvidenceError
from lurewatch.installation import Installation
from store import audit, cases
from tests.factories import NOW, make_user


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation with an empty case."""
    with Installation.at(tmp_path, {}).open_store() as store, store.transaction() as session:
        cases.open_case(session, make_user(session), title="Typing work", now=NOW)
    return tmp_path


def _told(folder: Path) -> list[audit.AuditEntry]:
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        return audit.entries_about(session, ["case:1"])


def _export(folder: Path, *options: str) -> Result:
    return call("evidence", "export", "CASE-2026-0001", "-o", folder / "p.zip", "--dir", folder, *options)


def test_a_case_without_approval_is_refused_with_the_remedy(folder: Path) -> None:
    refusal = _export(folder).exception
    assert isinstance(refusal, AccessError)
    assert "is not approved for export" in str(refusal)
    assert "--without-approval REASON" in str(refusal)
    assert [entry.action for entry in _told(folder)] == ["case.opened"]


def test_the_reason_for_doing_without_is_on_record_before_anything_is_made(folder: Path) -> None:
    stopped = _export(folder, "--without-approval", "Danger to life").exception
    assert isinstance(stopped, EvidenceError)
    assert "is empty" in str(stopped)
    entry = _told(folder)[-1]
    assert (entry.actor, entry.action) == ("command line", "case.approval_waived")
    assert entry.details["because"] == "Danger to life"


def test_doing_without_needs_a_reason(folder: Path) -> None:
    assert isinstance(_export(folder, "--without-approval", " ").exception, DataError)


def test_the_list_of_cases_tells_their_state(folder: Path) -> None:
    assert call("evidence", "cases", "--dir", folder).output.split("\t")[-1].strip() == "open"
