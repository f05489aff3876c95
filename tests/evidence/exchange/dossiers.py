"""Dossiers to be told: with hostile values wherever a page, an export or a person can put one."""

from typing import Any

from evidence.dossier import Dossier

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("https://evil.example.test","x")',
    "javascript:alert(1)",
    "\u202eevil\u202c \u2066x",
    '", "@id": "kb:0", "x": "',
    "a\x00b\x1b]0;title\x07",
    "\U0010ffff\uffff\ue000",
    "x" * 70_000,
]
CONTACTS = (
    "telegram",
    "whatsapp",
    "line",
    "wechat",
    "zalo",
    "phone",
    "email",
    "url",
    "wallet",
    "bank_account",
    "place",
)


def made_hostile(dossier: Dossier, text: str, *, kind: str = "jobposting") -> Dossier:
    """The dossier with `text` in the place of all that others can write, and as a contact of every type."""
    claims, document = dossier.claims, dossier.posts[0]
    claims["case"]["title"] = claims["organisation"] = text
    document["source"] |= {"kind": kind, "name": text}
    document["post"] |= {"native_id": text, "url": text}
    revision = document["revisions"][0]
    revision |= {"scored_text": text, "author": text}
    revision["identifiers"] += [contact(type_, text) for type_ in CONTACTS]
    revision["item"]["decisions"][0]["note"] = text
    return dossier


def with_masked_digest(dossier: Dossier) -> Dossier:
    """The dossier as a redacted copy tells it of a capture whose digest would give away what is masked."""
    dossier.captures[0]["sha256"] = "[digest 1]"
    dossier.claims["variant"] = "redacted"
    return dossier


def contact(type_: str, value: str) -> dict[str, Any]:
    return {"type": type_, "value": value, "normalized": value, "start": 0, "end": 1}
