"""Reads a large HTML file element by element, as `json_stream` reads JSON: only the element at hand is in memory.

Nothing of it runs or is loaded; what breaks off costs nothing that stands before it.
"""

from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

import lxml.etree  # type: ignore[import-untyped]

from lurewatch.errors import DataError

# A message with all its parts has some hundreds, and some thousand bytes.
MOST_ELEMENTS = 20_000
MOST_BYTES = 4 * 1024 * 1024


def elements(source: BinaryIO, wanted: frozenset[str], *, name: str) -> Iterator[lxml.etree._Element]:
    """The elements of one of the classes `wanted`, each whole, in the file's order; one around others is left out.

    DataError, which calls the file `name`, for one that is too long and where markup breaks off, after what is before.
    """
    held: lxml.etree._Element | None = None
    size = begun = 0
    counted = _Counted(source)
    parsing = lxml.etree.iterparse(
        counted, events=("start", "end"), html=True, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        for event, element in parsing:
            size += event == "start"
            if event == "start" and not wanted.isdisjoint(classes_of(element)):
                held, size, begun = element, 0, counted.bytes
            elif held is not None and (size > MOST_ELEMENTS or counted.bytes - begun > MOST_BYTES):
                raise DataError(f"{name}: a message goes on for too long.", hint="Export the chat again.")
            if event == "end" and held in (None, element):
                if held is not None:
                    yield element
                held = None
                _let_go(element)
    except lxml.etree.XMLSyntaxError as error:
        raise DataError(f"{name}, line {error.lineno}: {error.msg}.", hint="Export the chat again.") from error
    # At its own limits, such as how deep elements go, the parser ends without a word.
    for fatal in parsing.error_log.filter_from_fatals():
        raise DataError(f"{name}, line {fatal.line}: {fatal.message.strip()}.", hint="Export the chat again.")


class _Counted:
    """A source that counts the bytes which were read of it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.bytes = 0

    def read(self, most: int = -1) -> bytes:
        piece = self._source.read(most)
        self.bytes += len(piece)
        return piece


def _let_go(element: lxml.etree._Element) -> None:
    element.clear()
    around = element.getparent()
    # The element itself is still the parser's.
    while around is not None and element.getprevious() is not None:
        del around[0]


def classes_of(element: lxml.etree._Element) -> list[str]:
    """The classes of an element."""
    return (element.get("class") or "").split()


def child(element: lxml.etree._Element, *classes: str) -> lxml.etree._Element | None:
    """The first child that has all of `classes`."""
    return next((each for each in element if set(classes) <= set(classes_of(each))), None)


def below(element: lxml.etree._Element, name: str) -> list[lxml.etree._Element]:
    """What has the class `name` anywhere below `element`, in order."""
    return _of_class(name)(element)  # type: ignore[no-any-return]


@cache
def _of_class(name: str) -> lxml.etree.XPath:
    return lxml.etree.XPath(f"descendant::*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def text_of(element: lxml.etree._Element | None) -> str:
    """The words as they stand; <br> is a line break, and a picture what stands for it."""
    if element is None:
        return ""
    return "".join(_words(element)).strip()


def _words(element: lxml.etree._Element) -> Iterator[str]:
    for event, node in lxml.etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            yield "\n" if node.tag == "br" else node.get("alt", "") if node.tag == "img" else node.text or ""
        elif node is not element:
            yield node.tail or ""


def line_of(element: lxml.etree._Element | None) -> str:
    """The words in one line."""
    return " ".join(text_of(element).split())
