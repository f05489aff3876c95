"""Files that are whole or not there, and on the disk when they have their name. For their owner alone to read.

Every room that writes what a crash must not halve comes here; what stands under a name is never written over in place.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A path whose file, if the block writes one, takes the name `out` when it ends well, and else goes."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        yield part
        if part.exists():
            part.replace(out)
            sync_folder(out.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there, to write and read; its bytes are on the disk when the block ends well."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, content: bytes) -> None:
    """Let `content` stand under the name `path`, in the place of what is there."""
    with replacing(path) as part, new_file(part) as file:
        file.write(content)


def write_first(path: Path, content: bytes) -> None:
    """Let `content` stand under the name `path` unless something does: whoever comes second finds the first one's."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with new_file(part) as file:
            file.write(content)
        # A link, unlike a rename, refuses to replace what somebody else has just made.
        path.hardlink_to(part)
        sync_folder(path.parent)
    except FileExistsError:
        return
    finally:
        part.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """SHA-256 in hex of what the file holds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, not only the contents."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
