"""The case as a MISP event: posts, contacts and captures as standard objects, estimates and decisions as annotations.

It stays within the organisation that takes it in (distribution 0), and nothing in it is for detection (`to_ids` false):
a contact in an advert is no sign of malice. Whoever shares it further decides so themselves.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.dossier import Dossier
from evidence.exchange.digests import payload_sha256
from evidence.exchange.ids import content_id
from evidence.exchange.json_line import json_line

_OWN_ORGANISATION = "0"
_UNDEFINED_THREAT = "4"
_ANALYSIS_COMPLETED = "2"
_CHATS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "line": "Line"}
# The category that MISP gives a field of each type of its own accord.
CATEGORIES = {
    "bank-account-nr": "Financial fraud",
    "email": "Social network",
    "link": "External analysis",
    "mime-type": "Artifacts dropped",
    "sha256": "Payload delivery",
    "url": "Network activity",
}

_Object = dict[str, Any]


def misp(dossier: Dossier) -> bytes:
    """misp-event.json."""
    teller = _Teller(dossier)
    teller.tell()
    event = _event(dossier.claims) | {"Object": teller.objects}
    return json_line({"Event": event})


def _event(claims: Mapping[str, Any]) -> _Object:
    return {
        "uuid": str(content_id(claims["installation"], "misp", claims["case"]["number"])),
        "info": f"{claims['case']['number']}: posts confirmed as likely recruitment",
        "date": claims["exported_at"][:10],
        "timestamp": str(int(datetime.fromisoformat(claims["exported_at"]).timestamp())),
        "distribution": _OWN_ORGANISATION,
        "threat_level_id": _UNDEFINED_THREAT,
        "analysis": _ANALYSIS_COMPLETED,
        "published": False,
        "Tag": [{"name": "tlp:amber"}],
    }


@cache
def templates() -> dict[str, Any]:
    """misp_templates.toml, by the templates' names."""
    return tomllib.loads((files("evidence.exchange") / "misp_templates.toml").read_text("utf-8"))


class _Teller:
    """Makes the objects of an event, each once by its content."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._case = dossier.claims["case"]
        self._made: dict[str, _Object] = {}

    @property
    def objects(self) -> list[_Object]:
        """In the order in which they were told first."""
        return list(self._made.values())

    def tell(self) -> None:
        """Everything of the dossier."""
        comments = f"Exported by {self._dossier.claims['organisation']}. Nobody is accused of anything."
        case = {"case-number": self._case["number"], "case-name": self._case["title"], "additional-comments": comments}
        self._add("forensic-case", case)
        payloads = {capture["file"]: self._capture(capture) for capture in self._dossier.captures}
        for document in self._dossier.posts:
            for revision in document["revisions"]:
                post = self._post(document, revision)
                self._refer(post, payloads[revision["capture"]["file"]], "derived-from")
                self._tell_revision(post, revision)

    def _capture(self, capture: Mapping[str, Any]) -> _Object:
        evidence = {
            "case-number": self._case["number"],
            "evidence-number": capture["file"],
            "acquisition-method": "Other",
            "additional-comments": f"{capture['provenance']}; robots.txt: {capture['robots']}; {capture['url']}",
        }
        payload = {
            "sha256": payload_sha256(capture),
            "size-in-bytes": capture["size_bytes"],
            "mimetype": capture["media_type"] or "application/octet-stream",
        }
        made = self._add("file", payload)
        self._refer(made, self._add("forensic-evidence", evidence), "contained-by")
        return made

    def _post(self, document: Mapping[str, Any], revision: Mapping[str, Any]) -> _Object:
        """A version of a post: a message where people chat, else a microblog's post, the nearest that MISP has."""
        post, app = document["post"], _CHATS.get(document["source"]["kind"])
        text = revision["scored_text"].strip() or "(no text)"
        author, posted_at, version = revision["author"], revision["posted_at"], (post["id"], revision["number"])
        if app:
            message = {"body": text, "from-user": author, "app-used": app, "sent-date": posted_at, "link": post["url"]}
            return self._add("instant-message", message, *version)
        told = {"post": text, "username": author, "type": "Other", "creation-date": posted_at, "link": post["url"]}
        return self._add("microblog", told, *version)

    def _tell_revision(self, post: _Object, revision: Mapping[str, Any]) -> None:
        for found in revision["identifiers"]:
            # Places are in the text.
            if found["type"] != "place":
                self._refer(post, self._add(*_contact(found["type"], found["normalized"])), "mentions")
        for verdict in revision["verdicts"]:
            self._annotate(post, _verdict_text(verdict), verdict["scored_at"])
        for decision in revision["item"]["decisions"] if revision["item"] else []:
            self._annotate(post, _decision_text(decision), decision["decided_at"])

    def _annotate(self, post: _Object, text: str, at: str) -> None:
        note = {"text": text, "type": "Annotation", "format": "text", "creation-date": at}
        self._refer(self._add("annotation", note, post["uuid"]), post, "annotates")

    def _add(self, template: str, fields: Mapping[str, Any], *content: Any) -> _Object:
        """An object of a standard template, named by its fields and further content; empty fields are left out."""
        given = {name: str(value) for name, value in fields.items() if value is not None and str(value).strip()}
        uuid = str(content_id(self._dossier.claims["installation"], self._case["number"], template, *content, given))
        if uuid not in self._made:
            self._made[uuid] = _object(template, uuid, given)
        return self._made[uuid]

    def _refer(self, source: _Object, target: _Object, relation: str) -> None:
        reference = {
            "uuid": str(content_id(source["uuid"], target["uuid"], relation)),
            "object_uuid": source["uuid"],
            "referenced_uuid": target["uuid"],
            "relationship_type": relation,
        }
        # A text may name the same contact twice.
        if reference not in source["ObjectReference"]:
            source["ObjectReference"].append(reference)


def _object(template: str, uuid: str, given: Mapping[str, str]) -> _Object:
    known = templates()[template]
    return {
        "uuid": uuid,
        "name": template,
        "meta-category": known["meta"],
        "template_uuid": known["uuid"],
        "template_version": str(known["version"]),
        "distribution": _OWN_ORGANISATION,
        "Attribute": [
            {
                "uuid": str(content_id(uuid, name)),
                "object_relation": name,
                "type": known["fields"][name],
                "category": CATEGORIES.get(known["fields"][name], "Other"),
                "value": value,
                "to_ids": False,
                "disable_correlation": not known.get("correlates", False),
                "distribution": _OWN_ORGANISATION,
            }
            for name, value in given.items()
        ],
        "ObjectReference": [],
    }


def _contact(type_: str, value: str) -> tuple[str, dict[str, str]]:
    """Template and fields; contacts that MISP has no object for are accounts of their type."""
    known = {
        "telegram": ("telegram-account", {"username": value}),
        "phone": ("phone", {"msisdn": value}),
        "url": ("url", {"url": value}),
        "email": ("user-account", {"username": value, "email": value}),
        "wallet": ("coin-address", {"address-crypto": value}),
        "bank_account": ("bank-account", {"account": value}),
    }
    return known.get(type_, ("user-account", {"username": value, "account-type": type_}))


def _verdict_text(verdict: Mapping[str, Any]) -> str:
    codes = dict.fromkeys(one["code"] for one in verdict["indicators"])
    return (
        f"Estimate by release {verdict['release']}, which is no finding: risk {verdict['risk']:.4f}; "
        f"flagged: {', '.join(verdict['flagged']) or 'nothing'}; "
        f"recruitment indicators: {', '.join(codes) or 'none'}"
    )


def _decision_text(decision: Mapping[str, Any]) -> str:
    labels = f"; labels: {', '.join(decision['labels'])}" if decision["labels"] else ""
    undoes = f"; takes back decision {decision['undoes']}" if decision["undoes"] else ""
    note = f"; {decision['note']}" if decision["note"] else ""
    return f"Decision {decision['id']} by {decision['reviewer']}: {decision['outcome']}{labels}{undoes}{note}"
