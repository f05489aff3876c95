"""The objects of a JSON-lines file, or of a file that is one JSON list, one by one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.archive import opened
from crawlers.importers.json_stream import JsonStream
from lurewatch.errors import DataError


def json_objects(path: Path) -> Iterator[dict[str, Any]]:
    """Each object in the file's order; DataError that names the place of what is none, after what stands before."""
    with opened(path) as source:
        stream = JsonStream(source, name=path.name)
        if not stream.peek():
            raise DataError(f"{path.name} is empty.", hint="Export it again.")
        for _position in stream.items() if stream.peek() == "[" else _values(stream):
            value = stream.value()
            if not isinstance(value, dict):
                raise stream.error("an object in braces expected")
            yield value


def _values(stream: JsonStream) -> Iterator[None]:
    while stream.peek():
        yield None
