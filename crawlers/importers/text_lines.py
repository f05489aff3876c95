"""Lines of a text export: charset from byte order mark or content, never more of a line in memory than its limit."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from crawlers.reading.markup import GUESSED_BYTES, guess_charset

# WhatsApp's longest message has 65,536 characters.
LONGEST_LINE = 1_000_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def lines_of(source: BinaryIO) -> Iterator[str]:
    """The lines without their ends; what is no letter in the charset becomes U+FFFD. A line over the limit comes in
    pieces.
    """
    head = source.read(GUESSED_BYTES)
    text = io.TextIOWrapper(io.BufferedReader(_Rejoined(head, source)), encoding=charset_of(head), errors="replace")
    while line := text.readline(LONGEST_LINE):
        yield line.removesuffix("\n")


def charset_of(head: bytes) -> str:
    """The charset of a text that begins with `head`."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[1:4:2] == b"\0\0":
        return "utf-16-le"
    return guess_charset(head) or "utf-8"


class _Rejoined(io.RawIOBase):
    """The head that was looked at, then the rest: members of archives cannot always be rewound cheaply."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        taken = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
