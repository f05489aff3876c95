"""What a redacted copy of a case hides, by rule and by what people marked; what stays, as the offer is answered by it.

A post that asks for help loses whatever identifies its writer. Elsewhere authors' names, and names and numbers in texts
that are no reported contact. No rule knows every name: see `evidence.names`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evidence.decisions import decisions_of, standing
from evidence.dossier import Dossier
from evidence.exchange.offers import DISTRESS
from evidence.hiding import Grounds, Register
from evidence.names import region_of
from evidence.personal_data import found_in
from evidence.verify_standalone import Place, leaves, standing_outcome
from store.absences import BACK, GONE

_FREE_KEYS = frozenset(
    (
        *("author", "location", "name", "native_id", "normalized", "salary", "scored_text", "text", "title", "url"),
        *("legal_basis", "purpose", "value"),
    )
)
_PROSE = ("title", "text", "scored_text", "author", "location", "salary")
# Details of the audit chain that are codes and never somebody's words.
_CODES = frozenset(("number", "revisions", "root", "sha256", "signer", "state", "way"))
_FREE_OF_ACTION = {
    "capture.recorded": frozenset(("url",)),
    "capture.rendered": frozenset[str](),
    "decision.made": frozenset[str](),
    GONE: frozenset[str](),
    BACK: frozenset[str](),
}
# What `extra` tells of the person behind a post, by its names in spiders and importers.
_PERSON_KEYS = {"author_id": "account", "forwarded_from": "name", "forwarded_from_url": "link", "signature": "name"}
_KIND_OF_IDENTIFIER = {"phone": "number", "email": "mail", "url": "link", "bank_account": "bank"}
_FOUND = {
    "name": "a name, by the words beside it",
    "number": "a number that is no reported contact",
    "mail": "a mail address that is no reported contact",
    "document": "the number of an identity paper",
    "bank": "a bank account that is no reported contact",
}
_ASKS_FOR_HELP = Grounds("it may identify somebody who asks for help", "rule:distress", is_firm=True)
_AUTHOR = Grounds("the name of a post's author", "rule:author")
_OTHERS_CONTACT = Grounds("a contact that is not reported", "rule:identifier")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that a person marked to be masked in a case; `kind` is name, number or other, `actor` a pseudonym."""

    words: str
    kind: str
    actor: str


def is_free(path: Place) -> bool:
    """Whether the text at a place of an analysis document is somebody's words."""
    if "extra" in path:
        return True
    if "decisions" in path:
        return path[-1] == "note"
    return "verdicts" not in path and path[-1] in _FREE_KEYS


def is_told(action: str, path: Place) -> bool:
    """Whether a detail of an entry of the audit chain (`path` below its details) is somebody's words."""
    name = str(path[0])
    if action in _FREE_OF_ACTION:
        return name in _FREE_OF_ACTION[action]
    return name not in _CODES and not name.endswith(("_at", "_sha256"))


def register_of(dossier: Dossier, marks: Sequence[Mark]) -> Register:
    """Everything to hide in a dossier, in its order and marks first, so that the same dossier has the same masks."""
    register = Register()
    for mark in marks:
        register.hide(mark.kind, mark.words, Grounds("marked by a person", mark.actor, is_firm=True))
    for post in dossier.posts:
        _report_contacts(register, post)
    for post in dossier.posts:
        _hide_people(register, post)
    for text, lang in _prose(dossier):
        for found in found_in(text, lang):
            grounds = Grounds(_FOUND[found.kind], f"rule:{found.kind}")
            register.hide(found.kind, text[found.start : found.end], grounds, region_of(lang))
    return register


def _report_contacts(register: Register, post: Mapping[str, Any]) -> None:
    """The contacts that a confirmed offer is answered by are what the report is about: they stay."""
    if asks_for_help(post) or not _is_confirmed(post):
        return
    for revision, identifier in _contacts(post):
        for value in (identifier["value"], identifier["normalized"]):
            register.report(_kind_of(identifier), value, region_of(_lang(revision)))


def _hide_people(register: Register, post: Mapping[str, Any]) -> None:
    grounds = _ASKS_FOR_HELP if asks_for_help(post) else None
    if grounds:
        _hide_writer(register, post, grounds)
    for revision in post["revisions"]:
        if revision["author"]:
            register.hide("name", revision["author"], grounds or _AUTHOR)
        for name, kind in _PERSON_KEYS.items():
            if revision["extra"].get(name):
                register.hide(kind, str(revision["extra"][name]), grounds or _AUTHOR)
    if grounds or not _is_confirmed(post):
        for revision, identifier in _contacts(post):
            for value in (identifier["value"], identifier["normalized"]):
                register.hide(_kind_of(identifier), value, grounds or _OTHERS_CONTACT, region_of(_lang(revision)))


def _hide_writer(register: Register, post: Mapping[str, Any], grounds: Grounds) -> None:
    """Where a call for help stands leads to who wrote it."""
    places = [post["post"]["url"], *(revision["capture"]["url"] for revision in post["revisions"])]
    for url in filter(None, dict.fromkeys(places)):
        register.hide("link", url, grounds)
    # As short as "7" at some sources: found where it stands alone, not in every text.
    register.hide("account", post["post"]["native_id"], replace(grounds, is_firm=False))
    for revision in post["revisions"]:
        for _path, value in leaves(revision["extra"]):
            if isinstance(value, str) and "://" in value:
                register.hide("link", value, grounds)
        lang = _lang(revision)
        for found in found_in(revision["scored_text"], lang):
            words = revision["scored_text"][found.start : found.end]
            register.hide(found.kind, words, grounds, region_of(lang))


def _kind_of(identifier: Mapping[str, Any]) -> str:
    """Many a messenger's account is a telephone number."""
    kind = _KIND_OF_IDENTIFIER.get(identifier["type"], "account")
    return "number" if kind == "account" and identifier["normalized"].lstrip("+").isdecimal() else kind


def asks_for_help(post: Mapping[str, Any]) -> bool:
    """Whether a release flagged any version of a post as a call for help, or a reviewer's decision says so."""
    for revision in post["revisions"]:
        if any(DISTRESS in one["flagged"] for one in revision["verdicts"][-1:]):
            return True
        if any(DISTRESS in (one["labels"] or ()) for one in standing(decisions_of(revision))):
            return True
    return False


def _is_confirmed(post: Mapping[str, Any]) -> bool:
    items = (revision["item"] for revision in post["revisions"] if revision["item"])
    return any(standing_outcome(item["decisions"]) == "confirmed" for item in items)


def _contacts(post: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for revision in post["revisions"]:
        for identifier in revision["identifiers"]:
            if identifier["type"] != "place":
                yield revision, identifier


def _lang(revision: Mapping[str, Any]) -> str | None:
    lang: str | None = revision["verdicts"][-1]["lang"] if revision["verdicts"] else revision["lang_hint"]
    return lang


def _prose(dossier: Dossier) -> Iterator[tuple[str, str | None]]:
    """Every text that somebody wrote, with its language where it is known."""
    for post in dossier.posts:
        for revision in post["revisions"]:
            lang = _lang(revision)
            yield from ((revision[name], lang) for name in _PROSE if revision[name])
            yield from ((value, lang) for _path, value in leaves(revision["extra"]) if isinstance(value, str))
            for decision in decisions_of(revision):
                yield decision["note"], None
    yield dossier.claims["case"]["title"], None
    for record in dossier.custody.records:
        if record["action"] not in _FREE_OF_ACTION:
            told = leaves(record["details"])
            yield from (
                (value, None) for path, value in told if isinstance(value, str) and is_told(record["action"], path)
            )
