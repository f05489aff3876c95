"""Reads and writes JSON lines; a broken line costs one message and the rest goes on."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lurewatch.errors import DataError
from store.parsed_post import storable


def read_posts(file: BinaryIO, name: str, on_error: Callable[[DataError], None]) -> Iterator[tuple[str, str]]:
    """Yield (id, text) of each line `{"id", "text"}`; a line that is not one goes to `on_error` with its place.

    Blank lines are passed over. Both have lone surrogates and NUL replaced one for one, so offsets stay.
    """
    for number, raw in enumerate(file, start=1):
        if raw.strip(b" \t\r\n\xef\xbb\xbf"):
            try:
                yield _parse_line(raw)
            except DataError as error:
                on_error(DataError(f"{name}, line {number}: {error.message}", hint=error.hint))


def open_input(path: str) -> BinaryIO:
    """The file at `path`, or standard input for `-`."""
    if path == "-":
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.", hint="Check the path and its rights.") from error


def write_line(value: dict[str, Any]) -> None:
    """One JSON object on standard output, in UTF-8 whatever the terminal's locale."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


def _parse_line(raw: bytes) -> tuple[str, str]:
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(f"byte {error.start} is not UTF-8.", hint="Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise DataError(f"not JSON at column {error.colno}: {error.msg}.", hint="Each line is one object.") from error
    except (RecursionError, ValueError) as error:
        raise DataError("the JSON is nested too deeply or holds too long a number.", hint="Shorten it.") from error
    return storable(_field(value, "id")), storable(_field(value, "text"))


def _field(value: Any, key: str) -> str:
    if not isinstance(value, dict) or key not in value:
        raise DataError(f"the key {key!r} is missing.", hint='Each line is {"id": "...", "text": "..."}.')
    found = value[key]
    if isinstance(found, str) or (key == "id" and isinstance(found, int)):
        return str(found)
    raise DataError(f"{key!r} is {type(found).__name__}, not text.", hint='Each line is {"id": "...", "text": "..."}.')
