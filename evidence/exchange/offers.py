"""What the confirmed posts of a dossier offer, as the tables for other agencies need it. Pure reading.

An offer is not a person: whoever asks for help is no offer, and nothing here says that anybody answered one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.decisions import Decision, followed, labels_of, shown_verdict
from evidence.dossier import Dossier
from evidence.exchange.ids import content_id

DISTRESS = "victim_distress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A version of a post that stands confirmed in the case; `on` is the day it was posted, else first seen."""

    id: str
    native_id: str
    url: str
    kind: str
    lang: str
    on: str
    labels: tuple[str, ...]
    indicators: tuple[str, ...]
    contacts: tuple[str, ...]
    places: tuple[str, ...]


def offers(dossier: Dossier) -> Iterator[Offer]:
    """The offers of the case in the order of its posts."""
    for document in dossier.posts:
        for revision in document["revisions"]:
            item = revision["item"]
            decision = followed(item) if item and item["in_case"] else None
            if decision and decision["outcome"] == "confirmed" and is_offer(labels_of(revision, decision)):
                yield _offer(dossier.claims["installation"], document, revision, decision)


def is_offer(labels: Iterable[str]) -> bool:
    """Whether a confirmed post with these labels offers anything: not when all it is, is a call for help."""
    return set(labels) != {DISTRESS}


def _offer(installation: str, document: Mapping[str, Any], revision: Mapping[str, Any], decision: Decision) -> Offer:
    verdict = shown_verdict(revision, decision) or {"lang": "", "indicators": []}
    found = revision["identifiers"]
    return Offer(
        id=str(content_id(installation, "offer", document["post"]["id"], revision["number"])),
        native_id=document["post"]["native_id"],
        url=document["post"]["url"] or "",
        kind=document["source"]["kind"],
        lang=verdict["lang"],
        on=(revision["posted_at"] or revision["seen_at"])[:10],
        labels=tuple(label for label in labels_of(revision, decision) if label != DISTRESS),
        indicators=_each_once(one["code"] for one in verdict["indicators"]),
        contacts=_each_once(one["type"] for one in found if one["type"] != "place"),
        places=_each_once(one["normalized"] for one in found if one["type"] == "place"),
    )


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
