"""A graph of CASE/UCO nodes as JSON-LD: each named by what it holds, and each put in once."""

from collections.abc import Iterable
from typing import Any

from evidence.exchange.ids import content_id

Node = dict[str, Any]

_CDO = "https://ontology.caseontology.org/case"
_UCO = "https://ontology.unifiedcyberontology.org/uco"
CONTEXT = {
    "case-investigation": f"{_CDO}/investigation/",
    "kb": "urn:uuid:",
    "lw": "urn:x-lurewatch:terms:",
    "uco-action": f"{_UCO}/action/",
    "uco-analysis": f"{_UCO}/analysis/",
    "uco-core": f"{_UCO}/core/",
    "uco-identity": f"{_UCO}/identity/",
    "uco-location": f"{_UCO}/location/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-tool": f"{_UCO}/tool/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PREFIXES = {
    "investigation": "case-investigation",
    **{each: f"uco-{each}" for each in ("action", "analysis", "core", "identity", "location", "observable", "tool")},
}


class Graph:
    """Nodes by id; the same content of the same installation is one node."""

    def __init__(self, installation: str) -> None:
        self._installation = installation
        self._nodes: dict[str, Node] = {}

    def add(self, kind: str, *content: Any, facets: Iterable[Node] = (), **properties: Any) -> Node:
        """Put a node of `kind` (prefix_Name) into the graph, named by `content`, and give back a reference to it.

        The prefix of a property is divided from its name by one underscore; None and empty lists are left out.
        """
        type_ = _term(kind)
        name = f"kb:{content_id(self._installation, type_, *content)}"
        node: Node = {"@id": name, "@type": type_}
        node |= {_term(key): value for key, value in properties.items() if value not in (None, [])}
        made = [_facet(name, facet) for facet in facets]
        self._nodes[name] = node | ({"uco-core:hasFacet": made} if made else {})
        return {"@id": name}

    def nodes(self) -> list[Node]:
        """Everything, in the order in which it was added first."""
        return list(self._nodes.values())


def facet_of(kind: str, **properties: Any) -> Node:
    """A facet for `Graph.add`, its kind and properties written as there."""
    return {
        "@type": _term(kind),
        **{_term(key): value for key, value in properties.items() if value is not None},
    }


def instant(value: str | None) -> Node | None:
    """An RFC 3339 instant as a typed literal."""
    return {"@type": "xsd:dateTime", "@value": value} if value else None


def decimal(value: float) -> Node:
    """A number as a typed literal, to six places."""
    return {"@type": "xsd:decimal", "@value": f"{value:.6f}"}


def _term(name: str) -> str:
    prefix, _, local = name.partition("_")
    return f"{_PREFIXES.get(prefix, prefix)}:{local}"


def _facet(owner: str, facet: Node) -> Node:
    return {"@id": f"kb:{content_id(owner, facet)}", **facet}
