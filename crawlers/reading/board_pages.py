"""Adverts of boards by their selectors: the rows of a list, or the one advert of a page, as plain facts.

A page may have thousands of rows and nest them in each other: reading is bounded, and never raises.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from parsel import Selector

from crawlers.reading.board_selectors import BoardPlaces
from crawlers.reading.markup import text_of_tree

MOST_ADVERTS = 2_000
MOST_PARTS = 20
LONGEST_PART = 500
MOST_READ_ELEMENTS = 150_000
# Craigslist puts a notice for printed pages before the text.
FOR_PRINTERS = ".print-information"


@dataclass(slots=True)
class FoundAdvert:
    """An advert as the page has it: link unresolved, `dates` in the page's own words, best first."""

    title: str
    link: str = ""
    number: str = ""
    author: str = ""
    dates: tuple[str, ...] = ()
    location: str = ""
    salary: str = ""
    text: str = ""
    is_row: bool = False


def completed(advert: FoundAdvert, shown: FoundAdvert) -> FoundAdvert:
    """`advert` with what only `shown`, another reading of the same one, has."""
    names = [field.name for field in fields(FoundAdvert)]
    return FoundAdvert(**{name: getattr(advert, name) or getattr(shown, name) for name in names})


def read_board(page: Selector, known: Iterable[BoardPlaces]) -> list[FoundAdvert]:
    """The adverts by the first of these boards that finds any."""
    for places in known:
        found = list(adverts_in(page, places))
        if found:
            return found
    return []


def adverts_in(page: Selector, places: BoardPlaces) -> Iterator[FoundAdvert]:
    """The adverts at one board's places, in the page's order; a row without a title is none,
    nor a page without a text."""
    containers = page.css(places.advert)[:MOST_ADVERTS] if places.advert else [page]
    budget = _Budget(MOST_READ_ELEMENTS)
    for container in containers:
        # Rows that hold each other cost each time what they hold.
        if places.advert and not budget.allows(container):
            return
        title = _first(container, places.title, budget)
        text = _whole_text(container, places.text, budget)
        if not (title if places.advert or not places.text else text):
            continue
        yield FoundAdvert(
            title=title,
            link=_first(container, places.link, budget),
            number=_first(container, places.number, budget).rpartition(":")[2],
            author=_first(container, places.author, budget),
            dates=tuple(part for selector in places.date for part in _parts(container, selector, budget)),
            location="; ".join(_first_parts(container, places.location, budget)),
            salary=_first(container, places.salary, budget),
            text=text,
            is_row=bool(places.advert),
        )


class _Budget:
    """How many elements of a page may still be read: rows nested in rows hold each other's texts."""

    def __init__(self, elements: int) -> None:
        self.left = elements

    def allows(self, element: Selector) -> bool:
        self.left -= sum(1 for _ in zip(range(max(self.left, 0)), element.root.iter(), strict=False))
        return self.left > 0


def _first(within: Selector, selectors: Iterable[str], budget: _Budget) -> str:
    return next((part for selector in selectors for part in _parts(within, selector, budget)), "")


def _first_parts(within: Selector, selectors: Iterable[str], budget: _Budget) -> list[str]:
    """What the first selector that finds something finds, each once."""
    found = next((parts for selector in selectors if (parts := _parts(within, selector, budget))), [])
    return list(dict.fromkeys(found))


def _parts(within: Selector, selector: str, budget: _Budget) -> list[str]:
    """The one-line texts, or attributes, of what a selector finds."""
    if not selector:
        return []
    path, _, attribute = selector.partition("::attr(")
    if attribute and not path:
        value = within.root.attrib.get(attribute.rstrip(")"), "") if isinstance(within.root.tag, str) else ""
        return [value.strip()] if value.strip() else []
    found = within.css(selector)[:MOST_PARTS]
    values = (each.root if attribute else _line(each, budget) for each in found)
    return [line for value in values if (line := " ".join(str(value).split())[:LONGEST_PART])]


def _line(element: Selector, budget: _Budget) -> str:
    if not budget.allows(element):
        return ""
    return " ".join(element.xpath(".//text()[not(parent::script or parent::style)]").getall()[:200])


def _whole_text(within: Selector, selectors: tuple[str, ...], budget: _Budget) -> str:
    elements = [each for selector in selectors for each in within.css(selector)[:MOST_PARTS]]
    for notice in within.css(FOR_PRINTERS) if elements else []:
        notice.drop()
    texts = (text_of_tree(each.root) for each in elements if budget.allows(each))
    return "\n\n".join(dict.fromkeys(text for text in texts if text))
