"""What a pack claims of itself, and what it does not: said in plain sentences, and in data that the verifier compares.

A gap is stated, never passed over.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evidence.custody import Custody
from evidence.derived_capture import WITHHELD, derived_kinds
from evidence.records import CutCapture
from evidence.verify_standalone import ORIGINAL, PROFILE, REDACTED
from store.parsed_post import rfc3339
from store.tables import Case

CLAIMS_VERSION = "1"
# The SHA-256 of a release's weights and its thresholds, by its name; None where they are not known any more.
ReleaseFacts = Callable[[str], Mapping[str, Any] | None]

CLAIMED = (
    "Each capture is unchanged since this installation took it in, at the time given with it.",
    "Each capture's payload gives the SHA-256 that was entered in the audit chain at that moment.",
    "Texts, verdicts, recruitment indicators and decisions are as they stood in the installation at export.",
    "Every decision in the pack, and the text and the verdict that it was made on, are as the audit chain tells.",
    "The audit chain held when the pack was made.",
    "Nothing in the pack has changed since it was sealed, at the time of export given here, by the key named here.",
)
NOT_CLAIMED = (
    "That a page is authentic as served: the installation vouches for what it received, not for who sent it.",
    "That the named author wrote a post, or who is behind an account, a telephone number or a wallet.",
    "That a post is unlawful, or that anybody it names committed an offence or suffered one.",
    "That a verdict is right: 'likely recruitment' is a calibrated estimate, 'confirmed' a reviewer's judgement.",
    "The times: they are those of the installation's clock. Independent are those of time stamps alone.",
    "That the custody log is the whole audit chain: it holds what is about this case; the rest is at the installation.",
)
NOT_CAPTURED = (
    "Anything behind a login, in a closed group, or sent in private.",
    "Pictures, videos, scripts, style sheets and linked pages, unless they are captures of their own in this pack.",
    "How a page looked in a browser, where no record of it is among those of its capture.",
    "The certificates of encrypted connections.",
)
REDACTED_CLAIMED = (
    "This is a redacted copy: every mask in it is listed in data/redactions.json, with its reason and who set it.",
    "A mask with the same kind and number stands for the same name, number or words everywhere in this copy.",
    "Whoever holds the original too can prove what each mask hides, and that nothing else differs.",
)
REDACTED_NOT_CLAIMED = (
    "That every name and number of a person is masked: no software knows every name in every language. Read this copy.",
    "That somebody who knows a post, or finds it elsewhere, cannot tell who is meant.",
    "Digests of what is masked, and hashes that build on them: they are masked, or a number could be found by trying.",
)
REDACTED_NOT_CAPTURED = (
    "The pages as they were served: the original holds them. What stands in their place is made of the masked texts.",
    "Pictures and screenshots: they are withheld whole, for masking faces by machine misses some.",
)
# Every sentence that a pack of today may say of itself.
STATEMENTS = (CLAIMED, NOT_CLAIMED, NOT_CAPTURED, REDACTED_CLAIMED, REDACTED_NOT_CLAIMED, REDACTED_NOT_CAPTURED)
_PROVENANCE = {
    "public_crawl": "fetched from a public page by this installation",
    "platform_export": "from an export that a platform's own function made",
    "handed_over": "from a file that somebody handed over",
    "seized": "from a file that was seized",
}
_ROBOTS = {
    "allowed": "the site's robots.txt allowed the fetch",
    "not_applicable": "no robots.txt applied",
}


def no_release_facts(_name: str) -> None:
    """For whoever knows no release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Who exports what, and when; `installation` is the fingerprint of the key that seals.

    `release_facts` knows the releases of the installation.
    """

    case: Case
    installation: str
    organisation: str
    software: str
    exported_by: str
    exported_at: datetime
    variant: str = ORIGINAL
    release_facts: ReleaseFacts = no_release_facts


def claims_document(
    export: Export,
    captures: Sequence[tuple[dict[str, Any], CutCapture]],
    items: Sequence[int],
    custody: Custody,
) -> dict[str, Any]:
    """claims.json: `captures` are capture documents with what was cut for each, `items` the ids in the case."""
    is_redacted = export.variant == REDACTED
    return {
        "profile": PROFILE,
        "variant": export.variant,
        "claims_version": CLAIMS_VERSION,
        "installation": export.installation,
        "organisation": export.organisation,
        "exported_by": export.exported_by,
        "exported_at": rfc3339(export.exported_at),
        "case": {
            "id": export.case.id,
            "number": export.case.number,
            "title": export.case.title,
            "opened_at": rfc3339(export.case.opened_at),
            "opened_by": export.case.opened_by.pseudonym,
        },
        "items": sorted(items),
        "captures": [_capture(document, cut, is_redacted=is_redacted) for document, cut in captures],
        "custody": {"head": custody.head, "seqs": custody.seqs},
        "timestamp": "in seal/stamps, if an authority has stamped this pack",
        "claimed": [*CLAIMED, *(REDACTED_CLAIMED if is_redacted else ())],
        "not_claimed": [*NOT_CLAIMED, *(REDACTED_NOT_CLAIMED if is_redacted else ())],
        "not_captured": [*NOT_CAPTURED, *(REDACTED_NOT_CAPTURED if is_redacted else ())],
    }


def releases_told(export: Export, posts: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What is known of the releases whose verdicts are in the analysis documents, by their names."""
    verdicts = (verdict for post in posts for revision in post["revisions"] for verdict in revision["verdicts"])
    known = {name: export.release_facts(name) for name in sorted({verdict["release"] for verdict in verdicts})}
    return {name: about for name, about in known.items() if about is not None}


def _capture(document: dict[str, Any], cut: CutCapture, *, is_redacted: bool) -> dict[str, Any]:
    return {
        "file": document["file"],
        "sha256": document["sha256"],
        "taken_in_at": document["fetched_at"],
        "records": list(derived_kinds(cut) if is_redacted else cut.kinds),
        "provenance": _PROVENANCE.get(document["provenance"], document["provenance"]),
        "robots": _ROBOTS.get(document["robots"], document["robots"]),
        "header_fidelity": WITHHELD if is_redacted else _fidelity(document["provenance"], cut),
        "gaps": _gaps(document["provenance"], cut),
    }


def _fidelity(provenance: str, cut: CutCapture) -> str:
    if provenance != "public_crawl":
        return "no HTTP exchange"
    return cut.fidelity or "not recorded: header names, their order and the reason phrase may have been normalised"


def _gaps(provenance: str, cut: CutCapture) -> list[str]:
    if provenance == "public_crawl" and "request" not in cut.kinds:
        return ["the request that led to this answer was not found beside it"]
    return []
