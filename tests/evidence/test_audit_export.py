"""Seven ways to tamper with the audit chain, and what finds each: the chain, its checkpoints, or a copy elsewhere."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from evidence import checkpoints
from evidence.audit_export import Comparison, checkpoint_fault, compare, export_lines, read_copy, sound_end
from evidence.checkpoint_stamps import noted as noted_in
from evidence.checkpoints import Checkpoint, Notary, checkpoint_key, note_end
from lurewatch.errors import DataError
from store import audit
from store.database import Store
from store.tables import AuditEntry, AuditHead

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def grow(store: Store, count: int = 6) -> None:
    for _ in range(count):
        with store.transaction() as session:
            audit.append(session, actor="tester", action="test", subject="thing", details={"n": 1})


def copy_of(store: Store, folder: Path, *, entries_from: int | None = None) -> Path:
    path, kept = folder / "copy.jsonl", folder / "checkpoints"
    with store.reading() as session:
        end = sound_end(session)
        note_end(kept, checkpoint_key(folder / "keys"), *end, NOW)
        path.write_bytes(b"".join(export_lines(session, kept, end[0], entries_from=entries_from)))
    return path


def rewrite(session: Session, change: Callable[[AuditEntry], None], *, mac: bool) -> None:
    """Change entries and hash everything anew, with the head's MAC if the key is at hand."""
    previous = audit.GENESIS_HASH
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        change(entry)
        entry.prev_hash = previous
        entry.hash = previous = audit.entry_hash(audit.as_record(entry))
    head = session.get_one(AuditHead, 1)
    head.hash = previous
    if mac:
        head.mac = audit._head_mac(session, head.seq, previous)


def _fourth_by_another(entry: AuditEntry) -> None:
    if entry.seq == 4:
        entry.actor = "somebody else"


def _duplicate(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.seq > 3).values(seq=AuditEntry.seq + 100))
    session.execute(update(AuditEntry).where(AuditEntry.seq > 100).values(seq=AuditEntry.seq - 99))
    third = session.get_one(AuditEntry, 3)
    session.add(AuditEntry(**{**audit.as_record(third), "seq": 4}, hash=third.hash))


def _swap(session: Session) -> None:
    for old, new in ((3, 100), (4, 3), (100, 4)):
        session.execute(update(AuditEntry).where(AuditEntry.seq == old).values(seq=new))


def _edit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(actor="somebody else"))


def _cut(*seqs: int) -> Callable[[Session], None]:
    def cut(session: Session) -> None:
        session.execute(delete(AuditEntry).where(AuditEntry.seq.in_(seqs)))

    return cut


@pytest.mark.parametrize(
    ("tamper", "located"),
    [
        pytest.param(_edit, "entry 3 was altered", id="edited"),
        pytest.param(_cut(3), "entry 3 is missing", id="removed from the middle"),
        pytest.param(_cut(5, 6), "entry 5 is missing", id="cut off at the end"),
        pytest.param(_swap, "entry 3 does not follow entry 2", id="reordered"),
        pytest.param(_duplicate, "entry 4 does not follow entry 3", id="duplicated"),
        pytest.param(
            lambda session: rewrite(session, _fourth_by_another, mac=False),
            r"head of the audit chain \(entry 6\) was altered",
            id="rewritten without the key",
        ),
    ],
)
def test_the_chain_itself_tells_where(store: Store, tamper: Callable[[Session], None], located: str) -> None:
    grow(store)
    with store.transaction() as session:
        tamper(session)
    with store.reading() as session:
        fault = audit.verify_chain(session).fault
    assert fault is not None
    assert re.search(located, fault)


def test_rewritten_with_the_key_it_differs_from_a_copy(store: Store, tmp_path: Path) -> None:
    grow(store)
    copy = copy_of(store, tmp_path, entries_from=2)
    with store.transaction() as session:
        rewrite(session, _fourth_by_another, mac=True)
    with store.reading() as session:
        assert audit.verify_chain(session).fault is None
        found = compare(session, read_copy(copy))
    assert found == Comparison(3, "The chain differs from the copy at audit entry 4: of entry 4 it names another hash.")


def test_with_the_end_alone_the_place_is_between_two_known_ones(store: Store, tmp_path: Path) -> None:
    grow(store)
    copy = copy_of(store, tmp_path)
    with store.transaction() as session:
        rewrite(session, _fourth_by_another, mac=True)
    with store.reading() as session:
        fault = compare(session, read_copy(copy)).fault
    assert fault == "The chain differs from the copy between audit entries 1 and 6: of entry 6 it names another hash."


def test_a_shorter_chain_with_a_whole_head_differs_too(store: Store, tmp_path: Path) -> None:
    grow(store)
    copy = copy_of(store, tmp_path, entries_from=1)
    with store.transaction() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.seq > 4))
        head, last = session.get_one(AuditHead, 1), session.get_one(AuditEntry, 4)
        head.seq, head.hash, head.mac = 4, last.hash, audit._head_mac(session, 4, last.hash)
    with store.reading() as session:
        assert audit.verify_chain(session).fault is None
        fault = compare(session, read_copy(copy)).fault
    assert fault == "The chain differs from the copy at audit entry 5: of entry 5 it ends before it."


def test_a_chain_that_has_grown_since_is_the_same(store: Store, tmp_path: Path) -> None:
    grow(store)
    copy = copy_of(store, tmp_path, entries_from=1)
    grow(store)
    with store.reading() as session:
        assert compare(session, read_copy(copy)) == Comparison(6, None)


def test_a_clock_that_was_set_back_is_told_and_is_no_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(store, 2)

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz) - timedelta(days=1)  # type: ignore[arg-type]

    monkeypatch.setattr(audit, "datetime", Yesterday)
    grow(store, 1)
    monkeypatch.undo()
    grow(store, 1)
    with store.reading() as session:
        report = audit.verify_chain(session)
    assert (report.entries, report.fault) == (4, None)
    assert report.clock_back is not None
    assert report.clock_back.startswith("Before audit entry 3 the clock was set back")


def test_a_time_that_is_none_is_told_by_whoever_reads_the_chain(store: Store) -> None:
    grow(store, 3)

    def scrawl(entry: AuditEntry) -> None:
        entry.at = "yesterday" if entry.seq == 2 else entry.at

    with store.transaction() as session:
        rewrite(session, scrawl, mac=True)
    with store.reading() as session:
        assert audit.verify_chain(session).clock_back == "Audit entry 2 has no time."


def kept_in(path: Path) -> list[Checkpoint]:
    return [one.checkpoint for one in noted_in(path)]


# -- Checkpoints ---------------------------------------------------------------------------------------------------


@pytest.fixture
def noted(empty_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose notary writes a checkpoint every three entries."""
    monkeypatch.setattr(checkpoints, "EVERY_ENTRIES", 3)
    url = empty_store.engine.url.render_as_string(hide_password=False)
    notary = Notary(tmp_path / "checkpoints", tmp_path / "keys")
    with Store(url, audit_key=b"k" * 32, notary=notary) as store:
        store.upgrade()
        yield store


def test_a_checkpoint_is_written_every_so_many_entries(noted: Store, tmp_path: Path) -> None:
    grow(noted, 8)
    found = kept_in(tmp_path / "checkpoints")
    assert [one.seq for one in found] == [1, 4, 7]
    assert {one.signer for one in found} == {checkpoint_key(tmp_path / "keys").fingerprint}
    with noted.reading() as session:
        assert audit.hashes(session, [1, 4, 7]) == {one.seq: one.hash for one in found}


def test_a_checkpoint_is_written_after_a_day(tmp_path: Path) -> None:
    now = NOW
    notary = Notary(tmp_path / "checkpoints", tmp_path / "keys", lambda: now)
    notary(1, "a" * 64)
    notary(2, "b" * 64)
    now += timedelta(days=1)
    notary(3, "c" * 64)
    assert [one.seq for one in kept_in(tmp_path / "checkpoints")] == [1, 3]


def test_two_processes_do_not_write_the_same_one(tmp_path: Path) -> None:
    for _ in range(2):
        Notary(tmp_path / "checkpoints", tmp_path / "keys")(1, "a" * 64)
    assert len(kept_in(tmp_path / "checkpoints")) == 1


def test_without_a_key_the_work_goes_on(noted: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    grow(noted, 1)
    (tmp_path / "keys" / "checkpoint.pem").chmod(0o644)
    grow(noted, 3)
    assert "No checkpoint" in caplog.text
    (tmp_path / "keys" / "checkpoint.pem").chmod(0o600)
    grow(noted, 1)
    assert [one.seq for one in kept_in(tmp_path / "checkpoints")] == [1, 5]


def test_a_rewriting_with_the_audit_key_alone_is_found_by_a_checkpoint(noted: Store, tmp_path: Path) -> None:
    grow(noted, 8)
    with noted.transaction() as session:
        rewrite(session, _fourth_by_another, mac=True)
    own = checkpoint_key(tmp_path / "keys").fingerprint
    with noted.reading() as session:
        assert audit.verify_chain(session).fault is None
        fault = checkpoint_fault(session, tmp_path / "checkpoints", own)
    assert fault == "Audit entry 4, or one before it, was replaced: a signed checkpoint names another hash."


def test_checkpoints_of_another_key_are_told(noted: Store, tmp_path: Path) -> None:
    grow(noted, 1)
    with noted.reading() as session:
        fault = checkpoint_fault(session, tmp_path / "checkpoints", "f" * 64)
    assert fault is not None
    assert "another key" in fault


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda line: line.replace(b'"seq":4', b'"seq":5'), id="number"),
        pytest.param(lambda line: line.replace(b'"signature":"', b'"signature":"AAAA'), id="signature"),
        pytest.param(lambda _line: b"[" * 100_000, id="nested"),
        pytest.param(lambda _line: b"null", id="null"),
        pytest.param(lambda line: line[:40], id="cut"),
    ],
)
def test_an_altered_checkpoint_is_told(noted: Store, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    grow(noted, 4)
    path = tmp_path / "checkpoints"
    first, second = path.read_bytes().splitlines()
    path.write_bytes(first + b"\n" + damage(second) + b"\n")
    with noted.reading() as session:
        fault = checkpoint_fault(session, path, None)
    assert fault is not None
    assert fault.startswith("Line 2 of")


def test_a_line_cut_short_by_a_crash_gives_way_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    Notary(path, tmp_path / "keys")(1, "a" * 64)
    with path.open("ab") as file:
        file.write(b'{"at":')
    assert [one.seq for one in kept_in(path)] == [1]
    Notary(path, tmp_path / "keys")(1_001, "b" * 64)
    assert [one.seq for one in kept_in(path)] == [1, 1_001]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda lines: [], id="empty"),
        pytest.param(lambda lines: [lines[0].replace(b'"seq":3', b'"seq":2'), *lines[1:]], id="no checkpoint"),
        pytest.param(lambda lines: [*lines[:2], lines[2].replace(b"tester", b"nobody")], id="an entry altered"),
        pytest.param(lambda lines: [lines[0], lines[1], lines[3]], id="an entry left out"),
        pytest.param(lambda lines: [b"{}", *lines], id="a foreign line"),
    ],
)
def test_a_damaged_copy_proves_nothing(
    store: Store, tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    grow(store, 3)
    copy = copy_of(store, tmp_path, entries_from=1)
    lines = copy.read_bytes().splitlines()
    damaged = damage(lines)
    if damaged[:1] == lines[:1] and len(damaged) == len(lines):
        pytest.fail("nothing was damaged")
    copy.write_bytes(b"\n".join(damaged))
    with pytest.raises(DataError, match=r"holds no copy|is damaged|proves nothing"):
        read_copy(copy)
