"""Says which WARC files are not what they were: gone, cut off or changed. Nothing is written."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from store import warc_files
from store.durable_files import file_sha256
from store.warc_files import ClosedWarc


def warc_faults(session: Session, captures_dir: Path, *, digests: bool) -> Iterator[str]:
    """One line for each file that is not what it was; with `digests` every closed file is read from end to end.

    A file that still grows, or that was written before files were closed on record, is measured against its captures
    alone.
    """
    closed, ends = warc_files.closed_files(session), warc_files.acknowledged_ends(session)
    for name in sorted({*closed, *ends}):
        path = warc_files.where(captures_dir / name)
        fault = _fault(path, closed.get(name), ends.get(name, 0), digests=digests)
        if fault:
            yield f"WARC file {name} {fault}"


def _fault(path: Path, closed: ClosedWarc | None, end: int, *, digests: bool) -> str | None:
    try:
        size = path.stat().st_size
        if size < (closed.size_bytes if closed else end):
            return f"is cut off: {size} bytes of {closed.size_bytes if closed else end}."
        if closed and size > closed.size_bytes:
            return f"has grown since it was closed: {size} bytes, not {closed.size_bytes}."
        if closed and digests and file_sha256(path) != closed.sha256:
            return "was changed: its SHA-256 is not the one that the audit chain names."
    except OSError as error:
        return f"cannot be read: {error.strerror}."
    return None
