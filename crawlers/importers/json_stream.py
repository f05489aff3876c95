"""Reads a large JSON file value by value, so that a broken end costs nothing that stands before it.

Only as much as the value at hand is kept in memory. Places in error messages are line and column, counted from 1.
"""

import codecs
import itertools
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from crawlers.reading.jsonld import whole_number
from lurewatch.errors import DataError

CHUNK_BYTES = 64 * 1024
# A message with all its reactions has some thousands.
LARGEST_VALUE = 4 * 1024 * 1024
# Objects that are read member by member are those around the lists: a real one has some dozens.
MOST_MEMBERS = 10_000
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder(strict=False, parse_int=whole_number)


class JsonStream:
    """A cursor in a JSON file in UTF-8, UTF-16 or UTF-32; `name` is what error messages call the file."""

    def __init__(self, source: BinaryIO, *, name: str) -> None:
        self.name = name
        self._source = source
        self._charset = ""
        self._decoder: codecs.IncrementalDecoder
        self._text = ""
        self._at = 0
        self._dropped = 0
        self._line = 1
        self._column = 1
        self._ended = False
        self._flaw = "the file ends too early"

    @property
    def position(self) -> int:
        """How many characters stand before the cursor."""
        return self._dropped + self._at

    def peek(self) -> str:
        """The next character that is not white space, left where it is; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text) or not self._fill():
                return self._text[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        """Step over the character `wanted`, or raise."""
        found = self.peek()
        if found != wanted:
            raise self.error(f"{wanted!r} expected, {found!r} found" if found else self._flaw)
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        wanted_bytes = CHUNK_BYTES
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise self.error("values are nested too deeply") from None
            except json.JSONDecodeError as error:
                beyond = error.pos - self._at
                if len(self._text) - self._at > LARGEST_VALUE:
                    raise self.error(f"a value has more than {LARGEST_VALUE} characters") from None
                if not self._fill(wanted_bytes):
                    self._at = min(self._at + beyond, len(self._text))
                    raise self.error(error.msg if self._at < len(self._text) else self._flaw) from None
            else:
                # A number at the end of what was read may go on in what was not.
                if end < len(self._text) or not self._fill(wanted_bytes):
                    self._at = end
                    return value
            # Doubling keeps the work linear when one value fills a whole file.
            wanted_bytes *= 2

    def members(self) -> Iterator[str]:
        """The keys of the next object; the caller reads each value before it asks for the next key."""
        self.take("{")
        for count in itertools.count():
            if self.peek() == "}":
                break
            if count == MOST_MEMBERS:
                raise self.error(f"an object has more than {MOST_MEMBERS} members")
            key = self.value()
            if not isinstance(key, str):
                raise self.error("a key in double quotes expected")
            self.take(":")
            yield key
            if self.peek() != "}":
                self.take(",")
        self.take("}")

    def items(self) -> Iterator[int]:
        """The positions, from 0, in the next array; the caller reads each item before it asks for the next."""
        self.take("[")
        position = 0
        while self.peek() != "]":
            yield position
            position += 1
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def error(self, what: str) -> DataError:
        """A DataError that names the file and the place where the cursor stands."""
        self._drop_read()
        return DataError(
            f"{self.name}, line {self._line}, column {self._column}: {what}.",
            hint="What stands before was read; export the chat again or mend that place.",
        )

    def _fill(self, wanted_bytes: int = CHUNK_BYTES) -> bool:
        """Read on; False at the end of the file or of what is UTF-8 in it."""
        self._drop_read()
        if self._ended:
            return False
        chunk = self._source.read(wanted_bytes)
        if not self._charset:
            self._charset = json.detect_encoding(chunk)
            self._decoder = codecs.getincrementaldecoder(self._charset)()
        try:
            self._text += self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            self._text += error.object[: error.start].decode(self._charset, "replace")
            self._flaw = f"the bytes from here on are not {self._charset.removesuffix('-sig').upper()}"
            self._ended = True
            return True
        self._ended = not chunk
        return bool(chunk)

    def _drop_read(self) -> None:
        read = self._text[: self._at]
        self._dropped += len(read)
        breaks = read.count("\n")
        self._line += breaks
        self._column = len(read) - read.rfind("\n") if breaks else self._column + len(read)
        self._text, self._at = self._text[self._at :], 0
