"""Items of schema.org that stand in a page's attributes: microdata and RDFa Lite, in the shape that JSON-LD has.

One walk over the tree, without recursion: extruct's reader of microdata ends at a thousand nested items and loses the
line breaks of descriptions. Properties whose holder lacks its `itemscope` end up with the item around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]

from crawlers.reading.json_fields import add_value
from crawlers.reading.jsonld import is_of_type
from crawlers.reading.markup import text_of_tree

Element: TypeAlias = lxml.html.HtmlElement
MOST_VALUES = 5_000
# Reading a text costs what its element holds, and a hostile page nests texts in texts.
MOST_READ_ELEMENTS = 50_000
LONG_TEXTS = frozenset(
    {
        "description", "educationRequirements", "experienceRequirements", "incentiveCompensation", "jobBenefits",
        "qualifications", "responsibilities", "skills",
    }
)  # fmt: skip
ADDRESSES = frozenset({"image", "logo", "mainEntityOfPage", "sameAs", "url"})


@dataclass(frozen=True, slots=True)
class Syntax:
    """The attributes of one way to mark items up."""

    scope: tuple[str, ...]
    kind: str
    name: str


MICRODATA = Syntax(("itemscope", "itemtype"), "itemtype", "itemprop")
RDFA = Syntax(("typeof",), "typeof", "property")


def items_of_type(root: Element, syntax: Syntax, *wanted: str) -> list[dict[str, Any]]:
    """Every item of one of the schema.org types `wanted`, in the page's order, with the items in its properties."""
    if not root.xpath(f"boolean(//@{syntax.kind})"):
        return []
    items: list[dict[str, Any]] = []
    values: list[tuple[dict[str, Any] | None, str, Element]] = []
    holders: list[dict[str, Any] | None] = []
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            holders.pop()
            continue
        holder = holders[-1] if holders else None
        names = (element.get(syntax.name) or "").split()[:5] if isinstance(element.tag, str) else []
        opens = isinstance(element.tag, str) and any(element.get(key) is not None for key in syntax.scope)
        item = {"@type": (element.get(syntax.kind) or "").split()} if opens else None
        for name in names if holder is not None else []:
            if item is not None:
                _add(holder, _bare(name), item)
            elif len(values) < MOST_VALUES:
                values.append((holder, _bare(name), element))
        if item is not None:
            items.append(item)
        holders.append(item if item is not None else holder)
    found = [item for item in items if any(is_of_type(item, kind) for kind in wanted)]
    if found:
        _read_values(values)
    return found


def _read_values(values: list[tuple[dict[str, Any] | None, str, Element]]) -> None:
    left = MOST_READ_ELEMENTS
    for holder, name, element in values:
        left -= sum(1 for _ in zip(range(max(left, 0)), element.iter(), strict=False))
        if left > 0 and (value := _value(element, name)):
            _add(holder, name, value)


def _add(item: dict[str, Any] | None, name: str, value: Any) -> None:
    if item is not None:
        add_value(item, name, value)


def _bare(name: str) -> str:
    """`schema:title` and `http://schema.org/title` are the title."""
    return name.rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _value(element: Element, name: str) -> str:
    for attribute in _stating(element, name):
        if (stated := element.get(attribute)) is not None:
            return str(stated).strip()
    if name in LONG_TEXTS:
        return text_of_tree(element)
    return " ".join("".join(_texts(element)).split())


def _stating(element: Element, name: str) -> tuple[str, ...]:
    if element.tag == "time":
        return ("datetime", "content")
    if element.tag == "img":
        return ("src",)
    return ("content", "href") if name in ADDRESSES or element.tag == "link" else ("content", "value")


def _texts(element: Element) -> Iterator[str]:
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag not in ("script", "style"):
            yield node.text or ""
        if node is not element:
            yield node.tail or ""
