"""The WARC files that captures lie in: where one is, and what each held when it was closed, by the audit chain.

A WARC file that was cut off reads as a shorter one, without an error: its size, digest and number of records are
therefore entered in the chain before it gets its name, and kept in a small file beside it for whoever has no chain.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import audit
from store.accounting import CAPTURES_ERASED
from store.durable_files import file_sha256, sync_folder, write_whole
from store.tables import AuditEntry, Capture

CLOSED = "warc.closed"


@dataclass(frozen=True, slots=True)
class ClosedWarc:
    """A WARC file when it was closed; `file` is relative to the captures folder."""

    file: str
    records: int
    size_bytes: int
    sha256: str


def growing(path: Path) -> Path:
    """Where the file that is to be `path` is while it is being written."""
    return path.with_name(f"{path.name}.part")


def beside(path: Path) -> Path:
    """Where size, digest and number of records of the file at `path` are kept."""
    return path.with_name(f"{path.name}.json")


def where(path: Path) -> Path:
    """Where the file at `path` is now: a file that was not closed has another name yet."""
    part = growing(path)
    return part if part.exists() and not path.exists() else path


def closed_warc(path: Path, file: str, records: int) -> ClosedWarc:
    """What is to be kept of the file that lies at `path` and whose name will be `file`."""
    return ClosedWarc(file, records, path.stat().st_size, file_sha256(path))


def record_closed(session: Session, closed: ClosedWarc, *, actor: str, cut_off_bytes: int = 0) -> None:
    """Enter a WARC file that nothing will be added to; `cut_off_bytes` of a torn record were taken off its end."""
    details: dict[str, Any] = asdict(closed)
    if cut_off_bytes:
        details["cut_off_bytes"] = cut_off_bytes
    audit.append(session, actor=actor, action=CLOSED, subject=f"warc:{closed.file}"[:200], details=details)


def write_beside(path: Path, closed: ClosedWarc) -> None:
    """Keep beside the file at `path` what it holds."""
    write_whole(beside(path), (json.dumps(asdict(closed), indent=1) + "\n").encode())


def publish(path: Path, closed: ClosedWarc) -> None:
    """Give a file that has grown its name, with what it holds beside it."""
    write_beside(path, closed)
    growing(path).rename(path)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove the file at `path`, closed or not, and what is beside it."""
    for one in (path, growing(path), beside(path)):
        one.unlink(missing_ok=True)
    sync_folder(path.parent)


def closed_files(session: Session) -> Mapping[str, ClosedWarc]:
    """The files that were closed and not replaced since, by their names."""
    found: dict[str, ClosedWarc] = {}
    statement = select(AuditEntry.action, AuditEntry.details).where(AuditEntry.action.in_((CLOSED, CAPTURES_ERASED)))
    for action, details in session.execute(statement.order_by(AuditEntry.seq)):
        if action == CAPTURES_ERASED:
            found.pop(details["file"], None)
        else:
            found[details["file"]] = ClosedWarc(**{name: details[name] for name in ClosedWarc.__dataclass_fields__})
    return found


def acknowledged_ends(session: Session) -> Mapping[str, int]:
    """How far, in bytes, the captures reach into each file."""
    end = func.max(Capture.warc_offset + Capture.warc_length)
    return dict(session.execute(select(Capture.warc_path, end).group_by(Capture.warc_path)).all())
