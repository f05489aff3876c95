"""Writes a pack's archive so that the same files give the same bytes, on every machine.

Entries are stored, not compressed: zlib's output differs between its versions, and WARC records are compressed already.
"""

import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from evidence.pack_file import PackFile
from evidence.verify_standalone import MAX_ARCHIVE_BYTES
from lurewatch.errors import EvidenceError

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = 0o100644
_HEADERS_BYTES = 512
_MAX_FILES = 65_000


def write_zip(out: BinaryIO, folder: str, files: Sequence[PackFile]) -> None:
    """Write `files` under `folder` into `out`, which must be seekable; EvidenceError when they are too many."""
    _refuse_large(files)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for file in sorted(files, key=lambda file: file.name):
            with archive.open(_entry(f"{folder}/{file.name}"), "w") as entry:
                for chunk in file.chunks():
                    entry.write(chunk)


def _refuse_large(files: Sequence[PackFile]) -> None:
    size = sum(file.size_bytes + _HEADERS_BYTES for file in files)
    if size > MAX_ARCHIVE_BYTES or len(files) > _MAX_FILES:
        raise EvidenceError(
            f"The pack would have {len(files)} files and {size} bytes; at most {_MAX_FILES} and {MAX_ARCHIVE_BYTES}.",
            hint="Divide the case into several.",
        )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = _FILE_MODE << 16
    return entry
