"""Classified adverts in schema.org's words: products, vehicles, homes, services and offers, alone or in an ItemList."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parsel import Selector

from crawlers.reading.item_scopes import MICRODATA, RDFA, items_of_type
from crawlers.reading.jsonld import blocks_of_page, is_of_type, nodes_of_type
from crawlers.reading.markup import text_of_markup, unescape_markup
from crawlers.reading.posting_fields import PLACE_KEYS, as_list, as_text
from crawlers.reading.posting_merge import merged

Item = dict[str, Any]
OFFERED = (
    "Product", "IndividualProduct", "Vehicle", "Car", "Motorcycle", "RealEstateListing", "SingleFamilyResidence",
    "Apartment", "House", "Residence", "Accommodation", "Service", "Offer", "Demand",
)  # fmt: skip
MOST_LISTED = 2_000
PLACES = ("availableAtOrFrom", "areaServed", "location", "contentLocation", "address")
POSTED = (
    "datePosted", "datePublished", "dateCreated", "releaseDate", "availabilityStarts", "validFrom", "uploadDate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """An advert in schema.org's words; `is_row` when it stands in a list."""

    item: Item
    is_row: bool


def offers_of_page(page: Selector) -> list[Offered]:
    """The adverts of a page: the rows of its list, or else what it offers itself."""
    blocks = list(blocks_of_page(page))
    rows = [row for block in blocks for held in nodes_of_type(block, "ItemList") for row in _rows(held)]
    in_markup = [items_of_type(page.root, way, *OFFERED) for way in (MICRODATA, RDFA)]
    stated = [item for block in blocks for item in _outermost(block)]
    own = merged([stated, *(_without_parts(items) for items in in_markup)])
    own = [item for item in own if title_of_offer(item)][:MOST_LISTED]
    if len(own) == 1 and not rows:
        rows = _aggregated(own[0])
    described = len(own) == 1 and bool(text_of_offer(own[0]))
    if len(rows) > 1 and not described:
        return [Offered(row, is_row=True) for row in rows[:MOST_LISTED] if title_of_offer(row)]
    return [Offered(item, is_row=len(own) > 1) for item in own]


def _outermost(block: Any) -> Iterator[Item]:
    """What a block offers, but for the entries of lists and for offers that are part of a product."""
    waiting, seen = [block], 0
    while waiting and seen < MOST_LISTED * 10:
        node = waiting.pop()
        seen += 1
        if isinstance(node, dict) and any(is_of_type(node, kind) for kind in OFFERED):
            yield node
        elif isinstance(node, dict | list) and not (isinstance(node, dict) and is_of_type(node, "ItemList")):
            children = list(node.values()) if isinstance(node, dict) else node
            waiting.extend(each for each in reversed(children) if isinstance(each, dict | list))


def _without_parts(items: list[Item]) -> list[Item]:
    parts = {id(each) for item in items for value in item.values() for each in as_list(value)}
    return [item for item in items if id(item) not in parts]


def _rows(held: Item) -> list[Item]:
    entries = [each for each in as_list(held.get("itemListElement"))[:MOST_LISTED] if isinstance(each, dict)]
    return [_entry(entry) for entry in entries]


def _entry(entry: Item) -> Item:
    inner = entry.get("item")
    if isinstance(inner, dict):
        return {"url": entry.get("url") or inner.get("@id"), "name": entry.get("name")} | inner
    return entry | ({"url": inner} if isinstance(inner, str) and not entry.get("url") else {})


def _aggregated(item: Item) -> list[Item]:
    """OLX tells its lists as one product with many offers."""
    offers = (each for held in _offers(item) for each in as_list(held.get("offers")))
    return [each for each in offers if isinstance(each, dict) and each.get("url")]


def _offers(item: Item) -> list[Item]:
    stated = [each for each in as_list(item.get("offers"))[:MOST_LISTED] if isinstance(each, dict)]
    return [item, *stated] if any(is_of_type(item, kind) for kind in ("Offer", "Demand")) else stated


def title_of_offer(item: Item) -> str:
    """Its name, or that of what it offers."""
    offered = item.get("itemOffered")
    return as_text(item.get("name") or item.get("title") or item.get("headline")) or as_text(offered)


def text_of_offer(item: Item) -> str:
    """Its description, the markup undone."""
    offered = item.get("itemOffered")
    stated = item.get("description") or (offered.get("description") if isinstance(offered, dict) else None)
    parts = [text_of_markup(unescape_markup(each)) for each in as_list(stated)[:20] if isinstance(each, str)]
    return "\n\n".join(filter(None, dict.fromkeys(parts)))


def link_of_offer(item: Item) -> str:
    """The address that it gives itself."""
    return next(filter(None, (as_text(each.get("url")) for each in (item, *_offers(item)))), "")


def seller_of_offer(item: Item) -> str:
    """Who offers it."""
    named = (
        as_text(each.get(key))
        for each in (item, *_offers(item))
        for key in ("seller", "offeredBy", "author", "provider")
    )
    return next(filter(None, named), "")


def date_of_offer(item: Item) -> str:
    """When it was posted, in its own words."""
    stated = (as_text(each.get(key)) for each in (item, *_offers(item)) for key in POSTED)
    return next(filter(None, stated), "")


def price_of_offer(item: Item) -> str:
    """`2500 AUD`, or `2000-2500 AUD` for several offers; empty when none is stated."""
    for each in (*_offers(item), item):
        ends = [as_text(each.get(key)) for key in ("lowPrice", "highPrice")]
        inner = each.get("priceSpecification")
        price = "-".join(dict.fromkeys(filter(None, ends))) or as_text(each.get("price"))
        price = price or (as_text(inner.get("price")) if isinstance(inner, dict) else "")
        if price:
            currency = as_text(
                each.get("priceCurrency") or (inner.get("priceCurrency") if isinstance(inner, dict) else "")
            )
            return f"{price} {currency}".strip()[:100]
    return ""


def place_of_offer(item: Item) -> str:
    """Where it is, smallest part first."""
    places = (each.get(key) for each in (item, *_offers(item)) for key in PLACES)
    return next(filter(None, (_place(place) for stated in places for place in as_list(stated)[:1])), "")


def _place(place: Any) -> str:
    if not isinstance(place, dict):
        return as_text(place)
    address = place.get("address", place)
    if not isinstance(address, dict):
        return as_text(address) or as_text(place)
    parts = dict.fromkeys(filter(None, (as_text(address.get(key)) for key in PLACE_KEYS)))
    return ", ".join(parts) or as_text(place)


def number_of_offer(item: Item) -> str:
    """The site's own number of it."""
    return as_text(item.get("sku") or item.get("productID") or item.get("identifier"))
