"""Cuts the WARC records of a capture out of the installation's files, byte for byte, and checks them on the way.

Fails closed: what is missing, cut off, or not what was acknowledged when it was captured never enters a pack.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from evidence.pack_file import FileSlice
from evidence.verify_standalone import MAX_CAPTURE_RECORDS, AlteredError, Budget, Record, Records, placed_records
from lurewatch.errors import EvidenceError
from store.tables import Capture
from store.warc_files import where


@dataclass(frozen=True, slots=True)
class CutCapture:
    """A capture's records, the response or resource first, by their places or as bytes; and the WARC-Type of each."""

    slices: tuple[bytes | FileSlice, ...]
    kinds: tuple[str, ...]
    fidelity: str | None


def cut_capture(capture: Capture, captures_dir: Path) -> CutCapture:
    """The acknowledged record, and those right behind it that name it (WARC-Concurrent-To, WARC-Refers-To).

    Raises EvidenceError unless the record is whole, has the acknowledged id, and its payload the acknowledged SHA-256.
    """
    path = _warc_file(capture, captures_dir)
    own = FileSlice(path, capture.warc_offset, capture.warc_length)
    try:
        record = _only_record(own)
    except (AlteredError, zlib.error, EvidenceError, OSError) as error:
        raise _fault(capture, f"cannot be read: {error}") from error
    _must_match(capture, record)
    companions = list(_companions(own, record))
    return CutCapture(
        (own, *(place for place, _ in companions)),
        (record.kind, *(kind for _, kind in companions)),
        record.first("x-capture-fidelity") or None,
    )


def _warc_file(capture: Capture, captures_dir: Path) -> Path:
    path = (captures_dir / capture.warc_path).resolve()
    if not path.is_relative_to(captures_dir.resolve()):
        raise _fault(capture, "is said to be outside the captures folder")
    return path


def _only_record(place: FileSlice) -> Record:
    records = list(Records(place.chunks(), Budget(place.length)))
    if len(records) != 1:
        raise AlteredError(f"{len(records)} records where one was written")
    return records[0]


def _must_match(capture: Capture, record: Record) -> None:
    if record.kind not in ("response", "resource"):
        raise _fault(capture, f"is a record of the kind {record.kind!r}")
    if record.record_id != capture.warc_record_id:
        raise _fault(capture, "has another record id than was acknowledged")
    if (record.payload_sha256, record.payload_bytes) != (capture.sha256, capture.size_bytes):
        raise _fault(capture, "has another payload than was acknowledged")


def _companions(own: FileSlice, main: Record) -> Iterator[tuple[FileSlice, str]]:
    """The records right behind `own` that belong to `main`; a torn or foreign one ends them, it is not the evidence."""
    start = own.offset + own.length
    rest = FileSlice(own.path, start, max(0, where(own.path).stat().st_size - start))
    try:
        for placed in islice(placed_records(rest.chunks(), Budget(rest.length)), MAX_CAPTURE_RECORDS - 1):
            if not placed.record.belongs_to(main):
                return
            yield FileSlice(own.path, start + placed.offset, placed.length), placed.record.kind
    except (AlteredError, zlib.error):
        return


def _fault(capture: Capture, what: str) -> EvidenceError:
    return EvidenceError(
        f"Capture {capture.id} ({capture.warc_path} at {capture.warc_offset}) {what}.",
        hint="No pack was made. Restore the captures folder from a backup, and find out what happened to it.",
    )
