"""`lurewatch audit`: verifying writes nothing, a copy made elsewhere shows what was changed since."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from lurewatch.cli import lurewatch
from lurewatch.errors import ConfigurationError, EvidenceError
from lurewatch.installation import Installation
from store import audit
from store.tables import AuditEntry, Capture
from tests.evidence.authorities import make_stamper, name_authority, serving
from tests.factories import make_capture


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation whose chain has four entries."""
    folder = tmp_path / "house #1"
    with Installation.at(folder, {}).open_store() as store:
        for _ in range(4):
            with store.transaction() as session:
                audit.append(session, actor="tester", action="test", subject="thing")
    return folder


def _contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    # SQLite's own side files, for readers that come together; without a row in them.
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal")))
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_verifying_changes_no_byte(folder: Path) -> None:
    before = _contents(folder)
    told = call("audit", "verify", "--dir", folder)
    assert (told.exit_code, told.output[:22]) == (0, "The audit chain holds:")
    assert _contents(folder) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="ROOT MAY WRITE EVERYWHERE: this needs another user")
def test_verifying_works_where_nothing_may_be_written(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        assert call("audit", "verify", "--dir", folder).exit_code == 0
    finally:
        folder.chmod(0o700)


def test_on_a_read_only_disk_the_file_is_read_without_locks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert call("audit", "verify", "--dir", folder).exit_code == 0
    assert not list(folder.glob("lurewatch.db-*"))


def test_where_there_is_no_installation_none_is_made(tmp_path: Path) -> None:
    refused = call("audit", "verify", "--dir", tmp_path / "none").exception
    assert isinstance(refused, ConfigurationError)
    assert not (tmp_path / "none").exists()


def test_a_copy_is_on_record_and_the_grown_chain_is_still_the_same(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    made = call("audit", "export", "-o", copy, "--entries", "2", "--recipient", "Second host", "--dir", folder)
    assert made.exit_code == 0, made.exception
    records = [json.loads(line) for line in copy.read_bytes().splitlines()]
    entries = [record for record in records if record["kind"] == "entry"]
    assert [entry["seq"] for entry in entries] == [2, 3, 4, 5]
    assert (entries[-1]["action"], entries[-1]["details"]["recipient"]) == ("audit.exported", "Second host")
    told = call("audit", "verify", "--against", copy, "--dir", folder)
    assert f"Up to entry 5 it is the chain of {copy}." in told.output


def test_what_differs_from_a_copy_is_named(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    call("audit", "export", "-o", copy, "--entries", "1", "--dir", folder)
    with Installation.at(folder, {}).open_store() as store, store.transaction() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(hash="f" * 64))
    refused = call("audit", "verify", "--against", copy, "--dir", folder).exception
    assert isinstance(refused, EvidenceError)
    assert "Audit entry 3 was altered" in str(refused)
    assert "differs from the copy at audit entry 3" in str(refused)


def test_checkpoints_are_written_as_the_chain_grows_and_checked(folder: Path) -> None:
    path = folder / "audit-checkpoints.jsonl"
    assert json.loads(path.read_bytes())["seq"] == 1
    path.write_bytes(path.read_bytes().replace(b'"seq":1', b'"seq":2'))
    refused = call("audit", "verify", "--dir", folder).exception
    assert isinstance(refused, EvidenceError)
    assert "no checkpoint that its key has signed" in str(refused)


def test_a_copy_carries_time_stamps_and_says_what_is_not_yet_stamped(folder: Path, tmp_path: Path) -> None:
    copy, verify = tmp_path / "copy.jsonl", ("audit", "verify", "--against", tmp_path / "copy.jsonl", "--dir", folder)
    with serving(make_stamper(tmp_path / "national")) as stamper:
        name_authority(folder, stamper, url="http://127.0.0.1:9/")
        made = call("audit", "export", "-o", copy, "--dir", folder)
        assert (made.exit_code, made.stderr[:26]) == (0, "Not yet stamped: national ")
        assert call(*verify).output.count("of 2 checkpoints 2 are not yet stamped") == 2
        name_authority(folder, stamper)
        assert call("audit", "export", "-o", copy, "--dir", folder).stderr == ""
    said = call(*verify).output.splitlines()
    assert "of 3 checkpoints 0 are not yet stamped, the stamps of 0 were not checked" in said[-1]
    assert "the checkpoint at audit entry 6 existed at 20" in said[-1]
    assert "(signed by national" in said[-1]
    (folder / "settings.toml").unlink()
    assert "the stamps of 3 were not checked" in call(*verify).output
    assert "(signed by root.pem" in call(*verify, "--tsa-cert", stamper.roots_file).output
    stranger = make_stamper(tmp_path / "stranger").roots_file
    assert "No checkpoint of the audit chain has a time stamp" in str(call(*verify, "--tsa-cert", stranger).exception)


def test_a_copy_whose_time_stamp_is_another_s_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    with serving(make_stamper(tmp_path / "national")) as stamper:
        name_authority(folder, stamper)
        call("audit", "export", "-o", copy, "--dir", folder)
    first, second, stamp, _ = copy.read_bytes().splitlines(keepends=True)
    moved = json.loads(stamp) | {"checkpoint": hashlib.sha256(second.rstrip()).hexdigest()}
    copy.write_bytes(first + second + json.dumps(moved).encode() + b"\n")
    refused = call("audit", "verify", "--against", copy, "--dir", folder).exception
    assert isinstance(refused, EvidenceError)
    assert "A time stamp of the checkpoint at audit entry 5 does not hold" in str(refused)


def test_a_capture_that_is_gone_without_an_erasure_is_told(folder: Path) -> None:
    with Installation.at(folder, {}).open_store() as store:
        with store.transaction() as session:
            make_capture(session)
        with store.transaction() as session:
            session.execute(delete(Capture))
    refused = call("audit", "verify", "--dir", folder).exception
    assert isinstance(refused, EvidenceError)
    assert "Capture 1 is gone, though no audit entry says that it was erased." in str(refused)
