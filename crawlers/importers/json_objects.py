"""The objects of a JSON-lines file, or of a file that is one JSON list, one by one."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.archive import opened
from crawlers.importers.field_names import fields_among
from crawlers.importers.json_stream import LARGEST_VALUE, JsonStream
from lurewatch.errors import DataError

# Under these names interfaces and programs hand over lists: `{"data": [...], "paging": ...}`.
_LISTS = frozenset(
    {"data", "entries", "hits", "items", "messages", "posts", "records", "response", "result", "results", "rows"}
    | {"statuses", "tweets", "value"}
)
_DEEPEST_LIST = 3


def json_objects(path: Path, *, within_lists: bool = False) -> Iterator[dict[str, Any]]:
    """Each object in the file's order; DataError that names the place of what is none, after what stands before.

    `within_lists` gives the objects of a list that the first object is there for, instead of that.
    """
    with opened(path) as source:
        stream = JsonStream(source, name=path.name)
        if not stream.peek():
            raise DataError(f"{path.name} is empty.", hint="Export it again.")
        if within_lists and stream.peek() == "{":
            yield from _first(stream)
        for _position in stream.items() if stream.peek() == "[" else _values(stream):
            value = stream.value()
            if not isinstance(value, dict):
                raise stream.error("an object in braces expected")
            yield value


def _values(stream: JsonStream) -> Iterator[None]:
    while stream.peek():
        yield None


def _first(stream: JsonStream) -> Iterator[dict[str, Any]]:
    listed = 0
    members = _within(stream, _DEEPEST_LIST)
    while True:
        try:
            yield next(members)
            listed += 1
        except StopIteration as ended:
            if not listed or {"text", "author"} <= fields_among(ended.value).keys():
                yield ended.value
            return


def _within(stream: JsonStream, depth: int) -> Generator[dict[str, Any], None, dict[str, Any]]:
    """Gives the objects in the lists of the next object, and in the end returns what else is in it."""
    beside: dict[str, Any] = {}
    kept = 0
    for key in stream.members():
        begins = stream.position
        if key in _LISTS and depth and stream.peek() == "{":
            beside[key] = yield from _within(stream, depth - 1)
        elif key in _LISTS and stream.peek() == "[":
            for _position in stream.items():
                each = stream.value()
                if isinstance(each, dict):
                    yield each
        else:
            beside[key] = stream.value()
            kept += stream.position - begins
        if kept > LARGEST_VALUE:
            raise stream.error(f"an object has more than {LARGEST_VALUE} characters beside its lists")
    return beside
