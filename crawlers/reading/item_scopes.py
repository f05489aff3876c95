"""Items of schema.org that stand in a page's attributes: microdata and RDFa Lite, in the shape that JSON-LD has.

One walk over the tree, without recursion: extruct's reader of microdata ends at a thousand nested items and loses the
line breaks of descriptions. Properties whose holder lacks its `itemscope` end up with the item around it, and an
organisation without a property is who hires.
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
Item: TypeAlias = dict[str, Any]
MOST_VALUES = 5_000
MOST_REFERENCES = 50
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


def items_of_type(root: Element, syntax: Syntax, *wanted: str) -> list[Item]:
    """Every item of one of the schema.org types `wanted`, in the page's order, with the items in its properties."""
    if not root.xpath(f"boolean(//@{syntax.kind})"):
        return []
    walk = _Walk(syntax)
    walk.through(root, None)
    found = [item for item in walk.items if any(is_of_type(item, kind) for kind in wanted)]
    if found:
        walk.follow_references(root)
        _read_values(walk.values)
        _take_in(walk.strays)
    return found


class _Walk:
    """What a walk met: items, texts not yet read, organisations that belong to no property, and `itemref`s."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.items: list[Item] = []
        self.values: list[tuple[Item, str, Element]] = []
        self.strays: list[tuple[Item, Item]] = []
        self.references: list[tuple[Item, str]] = []

    def through(self, root: Element, holder: Item | None) -> None:
        holders = [holder]
        for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
            if event == "end":
                holders.pop()
            else:
                holders.append(self._meet(element, holders[-1]) if isinstance(element.tag, str) else holders[-1])

    def _meet(self, element: Element, holder: Item | None) -> Item | None:
        item = self._opened(element)
        if holder is not None:
            self._file(element, item, holder)
        return holder if item is None else item

    def _file(self, element: Element, item: Item | None, holder: Item) -> None:
        names = (element.get(self.syntax.name) or "").split()[:5]
        for name in names:
            if item is not None:
                add_value(holder, _bare(name), item)
            elif len(self.values) < MOST_VALUES:
                self.values.append((holder, _bare(name), element))
        if item is not None and not names and is_of_type(item, "Organization"):
            self.strays.append((holder, item))

    def _opened(self, element: Element) -> Item | None:
        if all(element.get(key) is None for key in self.syntax.scope):
            return None
        item: Item = {"@type": (element.get(self.syntax.kind) or "").split()}
        self.items.append(item)
        self.references += [(item, wanted) for wanted in (element.get("itemref") or "").split()[:MOST_REFERENCES]]
        return item

    def follow_references(self, root: Element) -> None:
        """Read what items name by its id: it stands elsewhere on the page."""
        for item, wanted in self.references[:MOST_REFERENCES]:
            for element in root.xpath("//*[@id=$wanted]", wanted=wanted)[:1]:
                self.through(element, item)


def _read_values(values: list[tuple[Item, str, Element]]) -> None:
    left = MOST_READ_ELEMENTS
    links: list[tuple[Item, str]] = []
    for holder, name, element in values:
        left -= sum(1 for _ in zip(range(max(left, 0)), element.iter(), strict=False))
        if left > 0 and (value := _value(element, name)):
            add_value(holder, name, value)
        if left > 0 and name == "title" and (link := _link_of(element)):
            links.append((holder, link))
    for holder, link in links:
        # Only now: an item that names its address does so behind its title.
        holder.setdefault("url", link)


def _link_of(element: Element) -> str:
    """Where the title of an item leads to, which rows of lists often do not call their address."""
    around = (each for _count, each in zip(range(3), element.iterancestors(), strict=False))
    links = (each.get("href") for each in (*element.iter("a"), *around) if each.tag == "a")
    return next((link for link in links if link), "")


def _take_in(strays: list[tuple[Item, Item]]) -> None:
    for holder, organisation in strays:
        holder.setdefault("hiringOrganization", organisation)


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
