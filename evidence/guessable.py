"""Masks the digests of a redacted copy that would tell what its masks hide.

Whoever knows all of a text but a telephone number finds the number by trying: only one gives the text's SHA-256. So
where a word is masked, the digests over it are, and from the first such entry on the hashes of the audit chain, each of
which builds on the one before, with the roots of the batches over them. Equal digests have equal masks, so that links
can still be followed.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from evidence.analysis import analysis_name
from evidence.copies import copied
from evidence.custody import Custody
from evidence.dossier import Dossier
from evidence.hiding import Grounds
from evidence.redaction_list import RedactionList
from evidence.verify_standalone import CLAIMS_FILE, CUSTODY_FILE, HEAD_FILE, Place, sha256_of
from store.batches import SEALED
from store.recording import CAPTURE_READ

_CONTENT = ("title", "text", "author", "posted_at", "location", "salary")
_GROUNDS = Grounds("a digest by which masked words could be guessed", "rule:digest")


def without_guessable(dossier: Dossier, copy: Dossier, taken_down: RedactionList) -> Dossier:
    """`copy`, whose words are masked already, with the digests masked that `dossier` has of them."""
    digests = _Digests(dict.fromkeys(_guessable(dossier, copy)), taken_down)
    posts = tuple(
        digests.hidden_in(post, (), f"data/{analysis_name(number)}") for number, post in enumerate(copy.posts, 1)
    )
    claims = digests.hidden_in(copy.claims, (), CLAIMS_FILE)
    custody = _unlinked(dossier.custody, copy.custody, digests)
    if custody.head != dossier.custody.head:
        place = ("custody", "head", "hash")
        claims["custody"] = {**claims["custody"], "head": dict(custody.head)}
        digests.hide(dossier.custody.head["hash"], place, CLAIMS_FILE)
    captures = {revision["capture"]["file"]: revision["capture"] for post in posts for revision in post["revisions"]}
    return Dossier(
        claims=claims,
        captures=tuple(captures[one["file"]] for one in copy.captures),
        posts=posts,
        custody=custody,
    )


class _Digests:
    """Digests that must not be told, with their masks."""

    def __init__(self, hidden: Mapping[str, None], taken_down: RedactionList) -> None:
        self._masks: dict[str, str] = {}
        self._hidden = hidden
        self._taken_down = taken_down

    def hide(self, digest: str, path: Place, document: str) -> str:
        """The mask for what stands at a place."""
        mask = self._masks.setdefault(digest, f"[digest {len(self._masks) + 1}]")
        self._taken_down.take_down_digest(document, path, digest, mask, _GROUNDS)
        return mask

    def hidden_in(self, value: Any, path: Place, document: str) -> Any:
        """`value` with each of these digests behind its mask."""
        return copied(
            value,
            lambda one, at: self.hide(one, at, document) if isinstance(one, str) and one in self._hidden else one,
            path,
        )


def _guessable(dossier: Dossier, copy: Dossier) -> Iterator[str]:
    read = _digests_when_read(dossier.custody)
    for original, post in zip(dossier.posts, copy.posts, strict=True):
        for told, revision in zip(original["revisions"], post["revisions"], strict=True):
            guessable = list(_guessable_of(told, revision))
            yield from guessable
            if (guessable or original["post"] != post["post"]) and str(told["id"]) in read:
                yield read[str(told["id"])]


def _digests_when_read(custody: Custody) -> dict[str, str]:
    """The digests over address and content of revisions that the audit chain tells of, by the revisions' ids."""
    entries = (record["details"] for record in custody.records if record["action"] == CAPTURE_READ)
    return {number: digest for details in entries for number, digest in details.get("revisions", {}).items()}


def _guessable_of(told: Mapping[str, Any], revision: Mapping[str, Any]) -> Iterator[str]:
    """The digests over what is masked in a revision that said `told`."""
    if any(told[name] != revision[name] for name in _CONTENT):
        yield told["sha256"]
    if (told["verdicts"], told["identifiers"]) != (revision["verdicts"], revision["identifiers"]):
        judged = ({"verdict": verdict, "identifiers": told["identifiers"]} for verdict in told["verdicts"])
        yield from map(sha256_of, judged)
    # Of a page much is unknown; a file that was handed in may hold a single message.
    if told["capture"]["provenance"] != "public_crawl" and told != revision:
        yield told["capture"]["sha256"]
    if told["item"]:
        notes = zip(told["item"]["decisions"], revision["item"]["decisions"], strict=True)
        yield from (hashlib.sha256(one["note"].encode()).hexdigest() for one, now in notes if one != now)


def _unlinked(custody: Custody, copy: Custody, digests: _Digests) -> Custody:
    records: list[dict[str, Any]] = []
    first: int | None = None
    for original, record in zip(custody.records, copy.records, strict=True):
        path = (record["seq"],)
        now = digests.hidden_in(record, path, CUSTODY_FILE)
        if first is not None:
            now["prev_hash"] = digests.hide(record["prev_hash"], (*path, "prev_hash"), CUSTODY_FILE)
            if record["action"] == SEALED and record["details"]["last_seq"] >= first:
                now["details"]["root"] = digests.hide(
                    record["details"]["root"], (*path, "details", "root"), CUSTODY_FILE
                )
        if first is None and now["details"] != original["details"]:
            first = record["seq"]
        if first is not None:
            now["hash"] = digests.hide(record["hash"], (*path, "hash"), CUSTODY_FILE)
        records.append(now)
    head = dict(copy.head)
    if first is not None:
        head["hash"] = digests.hide(head["hash"], ("hash",), HEAD_FILE)
    return Custody(records, head)
