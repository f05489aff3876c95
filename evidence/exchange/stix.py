"""The case as a STIX 2.1 bundle: a report on what was observed, with estimates as notes and decisions as opinions.

Contacts are observables and nothing more: no indicator pattern that a machine would block by, and no threat actor, for
nobody is accused. Standard objects alone; a contact that STIX has no object for is an account of its own type.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import rfc8785

from evidence.dossier import Dossier
from evidence.exchange.digests import payload_sha256
from evidence.exchange.ids import content_id
from evidence.exchange.json_line import json_line

# TLP:AMBER, as STIX 2.1 section 7.2.1.4 fixes it: to the recipient's own organisation, and to clients who must know.
_MARKING = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "created": "2017-01-20T00:00:00.000Z",
    "definition_type": "tlp",
    "name": "TLP:AMBER",
    "definition": {"tlp": "amber"},
}
# STIX 2.1 section 2.9: observables are named by their content, everywhere alike.
_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_OPINIONS = {"confirmed": "agree", "benign": "disagree"}
_Object = dict[str, Any]


def stix(dossier: Dossier) -> bytes:
    """stix-bundle.json."""
    claims, case = dossier.claims, dossier.claims["case"]
    teller = _Teller(claims)
    payloads = {document["file"]: teller.payload(document) for document in dossier.captures}
    for document in dossier.posts:
        teller.tell_post(document, payloads)
    teller.make(
        "report",
        case["number"],
        created=case["opened_at"],
        modified=claims["exported_at"],
        name=f"{case['number']}: {case['title']}",
        description="Posts that reviewers confirmed as likely recruitment. Nobody is accused of anything.",
        report_types=["observed-data"],
        published=claims["exported_at"],
        object_refs=[one["id"] for one in teller.objects],
    )
    objects = [_MARKING, *teller.objects]
    bundle = {"type": "bundle", "id": f"bundle--{content_id([one['id'] for one in objects])}", "objects": objects}
    return json_line(bundle)


class _Teller:
    """Makes the objects of a bundle, each once by its id."""

    def __init__(self, claims: Mapping[str, Any]) -> None:
        self._installation = claims["installation"]
        self._made: dict[str, _Object] = {}
        self._organisation = self.make(
            "identity",
            created=claims["case"]["opened_at"],
            name=claims["organisation"],
            identity_class="organization",
        )

    @property
    def objects(self) -> list[_Object]:
        """In the order in which they were told first."""
        return list(self._made.values())

    def make(self, type_: str, *content: Any, created: str, modified: str = "", **properties: Any) -> str:
        """Add an object of the type, named by its content, and give back its id; None and empty lists are left out.

        What a later export may tell otherwise has a `modified` that says from when it is.
        """
        given = {name: value for name, value in properties.items() if value not in (None, [])}
        author = {} if type_ == "identity" else {"created_by_ref": self._organisation}
        return self._put(
            {
                "type": type_,
                "spec_version": "2.1",
                "id": f"{type_}--{content_id(self._installation, type_, *content)}",
                "created": created,
                "modified": modified or created,
                "object_marking_refs": [_MARKING["id"]],
                **author,
                **given,
            }
        )

    def payload(self, capture: Mapping[str, Any]) -> str:
        """The captured payload as a file; where it lies in the pack is told by the CASE document."""
        media_type = capture["media_type"] or "application/octet-stream"
        sha256 = payload_sha256(capture)
        naming = {"hashes": {"SHA-256": sha256}} if sha256 else {"name": capture["file"]}
        return self._observable("file", naming, size=capture["size_bytes"], mime_type=media_type)

    def tell_post(self, document: Mapping[str, Any], payloads: Mapping[str, str]) -> None:
        """What was observed of a post, and what was made of each of its versions."""
        revisions, post = document["revisions"], document["post"]
        contacts = [contact for revision in revisions for contact in self._contacts(revision)]
        address = [self._observable("url", {"value": post["url"]})] if post["url"] else []
        files = [payloads[revision["capture"]["file"]] for revision in revisions]
        observed = self.make(
            "observed-data",
            post["id"],
            created=post["first_seen_at"],
            modified=post["last_seen_at"],
            first_observed=post["first_seen_at"],
            last_observed=post["last_seen_at"],
            number_observed=len(revisions),
            object_refs=list(dict.fromkeys([*files, *address, *contacts])),
        )
        for revision in revisions:
            self._tell_revision(observed, document, revision)

    def _contacts(self, revision: Mapping[str, Any]) -> list[str]:
        """Places are told with the text: STIX wants a country for them."""
        return [self._contact(found) for found in revision["identifiers"] if found["type"] != "place"]

    def _contact(self, found: Mapping[str, Any]) -> str:
        kind, value = found["type"], found["normalized"]
        if kind == "url":
            return self._observable("url", {"value": value})
        if kind == "email":
            return self._observable("email-addr", {"value": value})
        return self._observable("user-account", {"user_id": value, "account_type": kind})

    def _tell_revision(self, observed: str, document: Mapping[str, Any], revision: Mapping[str, Any]) -> None:
        places = [found["normalized"] for found in revision["identifiers"] if found["type"] == "place"]
        self.make(
            "note",
            "text",
            revision["id"],
            created=revision["seen_at"],
            abstract=f"Text of post {document['post']['native_id']}, version {revision['number']}",
            content=revision["scored_text"] or "(no text)",
            labels=[f"place: {place}" for place in dict.fromkeys(places)],
            object_refs=[observed],
        )
        estimates = {one["release"]: self._estimate(observed, revision, one) for one in revision["verdicts"]}
        for decision in revision["item"]["decisions"] if revision["item"] else []:
            self._opinion(observed, decision, estimates)

    def _estimate(self, observed: str, revision: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
        return self.make(
            "note",
            "verdict",
            revision["id"],
            verdict["release"],
            created=verdict["scored_at"],
            abstract=f"Estimate by release {verdict['release']}, which is no finding",
            content="\n".join(_estimate_lines(verdict)),
            confidence=round(100 * verdict["risk"]),
            authors=[f"Lurewatch release {verdict['release']}"],
            labels=list(verdict["flagged"]),
            object_refs=[observed],
        )

    def _opinion(self, observed: str, decision: Mapping[str, Any], estimates: Mapping[str, str]) -> None:
        """A reviewer's word on whether the post is likely recruitment; an undo or a skip says neither yes nor no."""
        shown = estimates.get(decision["release"]) if decision["saw_score"] else None
        undoes = f", takes back decision {decision['undoes']}" if decision["undoes"] else ""
        note = f": {decision['note']}" if decision["note"] else ""
        self.make(
            "opinion",
            decision["id"],
            created=decision["decided_at"],
            opinion=_OPINIONS.get(decision["outcome"], "neutral"),
            explanation=f"Decision {decision['id']}, {decision['outcome']}{undoes}{note}",
            authors=[decision["reviewer"]],
            labels=decision["labels"],
            object_refs=[observed, shown] if shown else [observed],
        )

    def _observable(self, type_: str, naming: Mapping[str, Any], **others: Any) -> str:
        """Add an observable; `naming` holds the properties that its id is made of."""
        id_ = uuid.uuid5(_OBSERVABLES, rfc8785.dumps(dict(naming)).decode())
        return self._put({"type": type_, "spec_version": "2.1", "id": f"{type_}--{id_}", **naming, **others})

    def _put(self, made: _Object) -> str:
        self._made.setdefault(made["id"], made)
        return str(made["id"])


def _estimate_lines(verdict: Mapping[str, Any]) -> list[str]:
    """Language, probabilities, recruitment indicators with their place in the text, and reasons."""
    return [
        f"language: {verdict['lang']}",
        f"risk: {verdict['risk']:.4f}",
        *(f"label {label}: {probability:.4f}" for label, probability in sorted(verdict["labels"].items())),
        *(f"indicator {one['code']} at {one['start']}-{one['end']}" for one in verdict["indicators"]),
        *(f"reason {one['code']}: {one['weight']:+.4f} ({one['side']})" for one in verdict.get("reasons", [])),
    ]
