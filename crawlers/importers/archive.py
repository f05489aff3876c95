"""Opens what an export came packed in. An archive that unpacks to far more than it weighs is refused or left unread."""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lurewatch.errors import DataError

MOST_TIMES = 100
ALWAYS_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    struct.error,
    ValueError,
)


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn whatever a broken file raises into a DataError that names it."""
    try:
        yield
    except _BROKEN as error:
        raise DataError(
            f"{path.name} cannot be read: {type(error).__name__}: {str(error)[:200]}.",
            hint="Export it again, unencrypted.",
        ) from error


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`, open for reading bytes; DataError that names it when that cannot be."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror}.", hint="Check the path.") from error
    with source:
        yield source


def is_zip(path: Path) -> bool:
    """Whether the file begins as zip archives do, whatever it is called; DataError when it cannot be opened."""
    with opened(path) as source, said_plainly(path):
        # A table may begin with a column called PK.
        return source.read(4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def most_unpacked_bytes(path: Path) -> int:
    """How much may come out of the packed file at `path`."""
    return ALWAYS_BYTES + MOST_TIMES * path.stat().st_size


def digest_of(source: BinaryIO) -> str:
    """SHA-256 in hex over what is left of `source`."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


class Archive:
    """A zip file under guard; `budget` is how many bytes may still be unpacked from it."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._zip = zipfile.ZipFile(path)
        self._budget = most_unpacked_bytes(path)
        # Of one without a name `zipfile` cannot say whether it is a folder.
        self.members = {info.filename: info for info in self._zip.infolist() if info.filename and not info.is_dir()}

    def open(self, name: str) -> BinaryIO:
        """One member, to be read as a stream; DataError when it would unpack to too much."""
        size = self.members[name].file_size
        if size > self._budget:
            raise DataError(
                f"{self._name}: {name[:100]!r} unpacks to {size} bytes, too many for an archive of this size.",
                hint="Unpack it by hand and give the file inside.",
            )
        self._budget -= size
        return self._zip.open(name)  # type: ignore[return-value]

    def sha256_of(self, name: str) -> str | None:
        """SHA-256 in hex of a member; None when it is not there or would unpack to too much."""
        if name not in self.members or self.members[name].file_size > self._budget:
            return None
        with self.open(name) as member:
            return digest_of(member)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


@contextmanager
def unpacking(path: Path) -> Iterator[Archive]:
    """The archive at `path`; whatever is broken in it is a DataError."""
    with said_plainly(path):
        archive = Archive(path)
        try:
            yield archive
        finally:
            archive.close()
