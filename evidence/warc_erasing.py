"""Takes captures out of their WARC files: what is kept is copied byte for byte into a new file, and the old one goes.

Whatever the moment of a crash, every kept capture is where its row says, and the next run removes what is left over.
Records that no row acknowledges are not copied. A file that is still being written is left for the next time.
"""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence.pack_file import FileSlice, PackFile
from evidence.records import cut_capture
from evidence.verify_standalone import Budget, Records
from lurewatch.errors import EvidenceError
from store import capture_erasing
from store.database import Store
from store.durable_files import new_file
from store.tables import Capture
from store.warc_files import ClosedWarc, closed_warc, record_closed, remove, where, write_beside

_GENERATION = re.compile(r"(?:\.r(\d+))?\.warc\.gz$")


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many captures went, and why each file that should have been changed was not."""

    captures: int
    faults: tuple[str, ...]


def erase_captures(store: Store, captures_dir: Path, *, actor: str, before: datetime | None, now: datetime) -> Erasure:
    """Erase the captures that are marked and, where `before` is given, those that are older and hold nothing kept."""
    _finish(store, captures_dir)
    if before is not None:
        with store.transaction() as session:
            capture_erasing.mark_old(session, before=before, now=now)
    with store.reading() as session:
        paths = capture_erasing.files(session)
    count, faults = 0, []
    for path in paths:
        try:
            count += _erase_in(store, captures_dir, path, actor)
        except (EvidenceError, OSError) as error:
            faults.append(f"{path}: {error}")
    _finish(store, captures_dir)
    return Erasure(count, tuple(faults))


def _erase_in(store: Store, captures_dir: Path, path: str, actor: str) -> int:
    """Rewrite one file; how many captures went."""
    with _unwritten(where(captures_dir / path)):
        with store.reading() as session:
            gone = capture_erasing.going(session, path)
            kept = [one for one in capture_erasing.captures_in(session, path) if one.id not in gone]
            slices = {one.id: cut_capture(one, captures_dir).slices for one in kept}
        new = _next_name(path) if kept else None
        with store.transaction() as session:
            capture_erasing.announce(session, path, new)
        head = _head(captures_dir / path)
        places = _write(captures_dir / new, head, kept, slices) if new else {}
        closed = _closed(captures_dir, new, head, slices) if new else None
        with store.transaction() as session:
            capture_erasing.replace(session, path, new, places=places, gone=gone, actor=actor)
            if closed:
                record_closed(session, closed, actor=actor)
    return len(gone)


def _finish(store: Store, captures_dir: Path) -> None:
    """Remove, of each file and its replacement, the one that no capture is in."""
    with store.reading() as session:
        rewrites = capture_erasing.unfinished(session)
        useless = {
            one.id: [
                path for path in (one.old_path, one.new_path) if path and not capture_erasing.is_used(session, path)
            ]
            for one in rewrites
        }
    for rewrite_id, paths in useless.items():
        for path in paths:
            remove(captures_dir / path)
        with store.transaction() as session:
            capture_erasing.close(session, rewrite_id)


@contextmanager
def _unwritten(path: Path) -> Iterator[None]:
    """Nobody writes to the file at `path` in this block; a file that is gone already is nobody's."""
    if not path.exists():
        yield
        return
    # To be written to: a network file system refuses this lock on a file that is only read.
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EvidenceError(f"{path.name} is still being written.", hint="It is left for the next run.") from error
        yield


def _next_name(path: str) -> str:
    found = _GENERATION.search(path)
    if found is None:
        raise EvidenceError(f"{path[:200]!r} is no name of a WARC file.", hint="Find out who put it there.")
    return f"{path[: found.start()]}.r{int(found[1] or 0) + 1}.warc.gz"


def _head(path: Path) -> list[FileSlice]:
    """The record that says which program wrote the file, if it begins with one."""
    whole = FileSlice(path, 0, where(path).stat().st_size)
    records = Records(whole.chunks(), Budget(whole.length))
    first = next(iter(records), None)
    return [FileSlice(path, 0, records.position)] if first is not None and first.kind == "warcinfo" else []


def _write(
    path: Path, head: list[FileSlice], kept: list[Capture], slices: dict[int, tuple[bytes | FileSlice, ...]]
) -> dict[int, int]:
    """Copy the records into a new file; where each capture's lies there. On the disk when this returns."""
    places = {}
    with new_file(path) as file:
        for part in head:
            file.writelines(part.chunks())
        for capture in kept:
            places[capture.id] = file.tell()
            file.writelines(PackFile(path.name, slices[capture.id]).chunks())
    return places


def _closed(
    captures_dir: Path, new: str, head: list[FileSlice], slices: dict[int, tuple[bytes | FileSlice, ...]]
) -> ClosedWarc:
    """What the new file holds, which is kept beside it too."""
    closed = closed_warc(captures_dir / new, new, len(head) + sum(map(len, slices.values())))
    write_beside(captures_dir / new, closed)
    return closed
