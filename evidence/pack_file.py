"""A file of a pack before it is written: made of bytes and of slices of other files, read piece by piece.

Contents are read twice, for the manifests and for the archive; the finished pack is verified, so a file that changes
in between cannot slip through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lurewatch.errors import EvidenceError
from store.warc_files import where

_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class FileSlice:
    """`length` bytes from `offset` on of the file at `path`."""

    path: Path
    offset: int
    length: int

    def chunks(self) -> Iterator[bytes]:
        """The bytes; EvidenceError when the file ends before them."""
        left = self.length
        # Looked up now: a WARC file that is being written gets its name while a pack is made.
        with where(self.path).open("rb") as file:
            file.seek(self.offset)
            while left:
                chunk = file.read(min(left, _CHUNK_BYTES))
                if not chunk:
                    raise EvidenceError(
                        f"{self.path.name} ends {left} bytes before the record at {self.offset} does.",
                        hint="Restore the captures folder from a backup.",
                    )
                left -= len(chunk)
                yield chunk


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file's name below the pack's top-level folder, and its content in parts."""

    name: str
    parts: tuple[bytes | FileSlice, ...]

    def chunks(self) -> Iterator[bytes]:
        """The content from its beginning, anew each time."""
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part.chunks()

    @property
    def size_bytes(self) -> int:
        """How long the content is."""
        return sum(len(part) if isinstance(part, bytes) else part.length for part in self.parts)
