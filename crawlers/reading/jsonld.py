"""JSON-LD blocks of a page, one by one, so that a broken block never costs the others.

Repairs are those that real boards need: raw line breaks in strings, CDATA and comment wrappers, a byte order mark,
a trailing semicolon, comments, lone backslashes, a comma after the last entry, quotes written as entities; what is
broken otherwise goes to `loose_json`.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from parsel import Selector

from crawlers.reading.loose_json import read_loosely

_BLOCKS = "//script[contains(translate(@type, 'ADJLNOPST', 'adjlnopst'), 'ld+json')]/text()"
_OPENERS = ("//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "<!--")
_CLOSERS = ("//]]>", "/*]]>*/", "]]>", "//-->", "-->")
# A string is matched first and kept, so that `https://` inside one is no comment. An unfinished string or comment
# runs to the end at once: a hostile block must not cost quadratic time.
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*+"?|/\*(?:.*?\*/|.*)|//[^\n]*', re.DOTALL)
_STRING_OR_COMMA = re.compile(r'"(?:\\.|[^"\\])*+"?|,(?=\s*+[}\]])', re.DOTALL)
_ESCAPE = re.compile(r"""\\(?:["'\\/bfnrt]|u[0-9a-fA-F]{4})|\\""")
_NESTING_LIMIT = 64
LONGEST_NUMBER = 40
# Reading loosely takes half a second for the longest block.
MOST_READ_LOOSELY = 3


def blocks_of_page(page: Selector) -> Iterator[Any]:
    """The JSON value of each readable ld+json block, in the order of the page."""
    left = MOST_READ_LOOSELY
    for block in page.xpath(_BLOCKS).getall():
        value = read_block(block)
        if value is None and left:
            value, left = read_loosely(_without_frame(block)), left - 1
        if value is not None:
            yield value


def read_block(block: str) -> Any | None:
    """A block's value, repaired as far as needed; None when it cannot be read."""
    for attempt in _repaired(block):
        try:
            return json.loads(attempt, strict=False, parse_int=whole_number)
        except (ValueError, RecursionError):
            continue
    return None


def _repaired(block: str) -> Iterator[str]:
    """The block as it came, then with more and more of it mended; each costs time, and most need none."""
    yield block
    stripped = _without_comments(_without_frame(block))
    yield stripped
    escaped = _with_escaped_backslashes(stripped)
    yield escaped
    yield _without_last_commas(escaped)


def whole_number(digits: str) -> int | str:
    """An integer of JSON; an absurdly long one stays text and is cut: Python refuses it, and the block with it."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else f"{digits[:LONGEST_NUMBER]}…"


def nodes_of_type(value: Any, wanted: str) -> Iterator[dict[str, Any]]:
    """Every object of schema.org type `wanted` in a block: in a list, in @graph, or inside another object."""
    waiting = [(value, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, dict) and is_of_type(node, wanted):
            yield node
        elif isinstance(node, dict | list) and depth < _NESTING_LIMIT:
            children = list(node.values()) if isinstance(node, dict) else node
            waiting.extend((child, depth + 1) for child in reversed(children))


def is_of_type(node: dict[str, Any], wanted: str) -> bool:
    """Whether an object names `wanted` as its type, bare or as an address, alone or in a list."""
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return any(isinstance(name, str) and re.split(r"[/:#]", name)[-1] == wanted for name in names)


def _without_frame(block: str) -> str:
    text = block.lstrip("\ufeff \t\r\n").rstrip()
    for opener in _OPENERS:
        text = text.removeprefix(opener).lstrip()
    for closer in _CLOSERS:
        text = text.removesuffix(closer).rstrip()
    return html.unescape(text) if '"' not in text[:200] and "&quot;" in text[:200] else text


def _without_comments(text: str) -> str:
    text = _STRING_OR_COMMENT.sub(lambda match: match[0] if match[0][0] == '"' else " ", text)
    return text.strip().rstrip(";").rstrip()


def _without_last_commas(block: str) -> str:
    return _STRING_OR_COMMA.sub(lambda match: "" if match[0][0] == "," else match[0], block)


def _with_escaped_backslashes(block: str) -> str:
    return _ESCAPE.sub(lambda match: "'" if match[0] == r"\'" else match[0] if len(match[0]) > 1 else r"\\", block)
