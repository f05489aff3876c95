"""Writes archives so that the same files give the same bytes, on every machine.

Entries are stored, not compressed: zlib's output differs between its versions, and WARC records are compressed already.
An archive is made of parts, so that one that goes into a pack as a file of it never stands in memory.
"""

import zlib
from collections.abc import Sequence
from typing import BinaryIO

from evidence.pack_file import FileSlice, PackFile
from evidence.verify_standalone import MAX_ARCHIVE_BYTES, central_header, end_record, local_header
from lurewatch.errors import EvidenceError

_HEADERS_BYTES = 512
_MAX_FILES = 65_000


def write_zip(out: BinaryIO, folder: str, files: Sequence[PackFile]) -> None:
    """Write `files` under `folder` into `out`; EvidenceError when they are too many."""
    _refuse_large(files)
    archive = PackFile("", zip_parts([PackFile(f"{folder}/{file.name}", file.parts) for file in files]))
    for chunk in archive.chunks():
        out.write(chunk)


def zip_parts(files: Sequence[PackFile]) -> tuple[bytes | FileSlice, ...]:
    """The bytes of an archive of `files`, sorted by name; each is read once for its CRC-32."""
    parts: list[bytes | FileSlice] = []
    directory: list[bytes] = []
    start = 0
    for file in sorted(files, key=lambda file: file.name):
        about = file.name.encode(), file.size_bytes, _crc(file)
        header = local_header(*about)
        parts += [header, *file.parts]
        directory.append(central_header(*about, start))
        start += len(header) + file.size_bytes
    listing = b"".join(directory)
    return (*parts, listing + end_record(len(directory), len(listing), start))


def _crc(file: PackFile) -> int:
    crc = 0
    for chunk in file.chunks():
        crc = zlib.crc32(chunk, crc)
    return crc


def _refuse_large(files: Sequence[PackFile]) -> None:
    size = sum(file.size_bytes + _HEADERS_BYTES for file in files)
    if size > MAX_ARCHIVE_BYTES or len(files) > _MAX_FILES:
        raise EvidenceError(
            f"The pack would have {len(files)} files and {size} bytes; at most {_MAX_FILES} and {MAX_ARCHIVE_BYTES}.",
            hint="Divide the case into several.",
        )
