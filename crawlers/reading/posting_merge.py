"""One posting out of what a page says of it in JSON-LD, in microdata and in RDFa: no source of them is whole.

LinkedIn's JSON-LD has no description, microdata often no date. The first that states something is believed.
"""

from typing import Any

from crawlers.reading.posting_fields import as_list, as_text

Posting = dict[str, Any]
REFERENCES = ("hiringOrganization", "jobLocation", "baseSalary", "identifier")


def merged(sources: list[list[Posting]]) -> list[Posting]:
    """The postings of the first source that has any, each with what the other sources add to it."""
    stated = [main_postings(each) for each in sources if each]
    if not stated:
        return []
    first, *others = stated
    found = [dict(posting) for posting in first]
    for posting in found:
        for other in others:
            _add_missing(posting, _same(posting, other, alone=len(found) == 1 and len(other) == 1))
    return found


def main_postings(postings: list[Posting]) -> list[Posting]:
    """Those of the page itself: beside one with a description those without are its neighbours of a box."""
    described = [each for each in postings if as_list(each.get("description"))]
    return described if len(described) == 1 else postings


def _same(posting: Posting, others: list[Posting], *, alone: bool) -> Posting:
    if alone:
        return others[0]
    title = title_of(posting)
    return next((other for other in others if title and title_of(other) == title), {})


def title_of(posting: Posting) -> str:
    """The title, or the name that some boards give instead."""
    stated = as_list(posting.get("title")) or as_list(posting.get("name"))
    return next(filter(None, map(as_text, stated)), "")


def _add_missing(posting: Posting, other: Posting) -> None:
    for key, value in other.items():
        if not posting.get(key):
            posting[key] = value


def with_references(postings: list[Posting], blocks: list[Any]) -> list[Posting]:
    """The postings with objects that stand elsewhere in their blocks, under an `@id`, put where they are named."""
    named = {
        node["@id"]: node
        for block in blocks
        for node in _objects(block)
        if isinstance(node.get("@id"), str) and len(node) > 1
    }
    return [
        posting | {key: _resolved(posting[key], named) for key in REFERENCES if posting.get(key)}
        for posting in postings
    ]


def _resolved(value: Any, named: dict[str, Posting]) -> Any:
    if isinstance(value, list):
        return [named.get(_reference(each), each) for each in value[:500]]
    return named.get(_reference(value), value)


def _objects(block: Any) -> list[Posting]:
    graph = block.get("@graph") if isinstance(block, dict) else block
    return [each for each in as_list(graph)[:500] if isinstance(each, dict)]


def _reference(value: Any) -> str:
    only = value.get("@id") if isinstance(value, dict) and len(value) <= 2 else None
    return only if isinstance(only, str) else ""
