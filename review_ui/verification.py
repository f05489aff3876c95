"""The page that verifies evidence packs: a file comes in, the graded claims go out, and nothing of it is kept.

What is brought may be made to do harm. It stays in a temporary file without a name, a process of its own reads it
(`evidence.examination`), outside of any transaction; the audit chain learns its digest and how it came out.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evidence.examination import Brought, Examination, examined_apart, matched_apart
from evidence.matching import Match
from evidence.signers import trusted
from evidence.verify import Trusted
from lurewatch.errors import BusyError, DataError
from review_ui.desk import Desk, Page
from review_ui.visits import Afterwards, Visit
from store import audit

# What each claim says, in words that need no other reading; docs/evidence.md has it to the letter.
SAYS = {
    "archive": "The ZIP file holds its files and not a byte besides, each once, under one folder, none that leaves it.",
    "layout": "There are exactly the files of the profile, numbered without a gap, and a description of this pack.",
    "tag manifests": "The lists of digests are there and give each other's digests.",
    "manifests": "Every file gives its digest in both lists, SHA-256 and SHA-512.",
    "signature": "The seal is a signature of these lists by the key beside it.",
    "signer": "That key is the one that is trusted here.",
    "captures": "Each capture is whole, with the payload whose digest entered the audit chain when it was taken in.",
    "web archives": "Each capture's web archive is whole, tells what the pack tells, and is signed by the same key.",
    "analysis": "Texts give the digests taken when they were read; every indicator quotes the text at its place.",
    "custody": "The audit chain's entries follow each other, and tell of every capture and post of the case alike.",
    "decisions": "Every post of the case stands confirmed, and every decision is as the audit chain tells.",
    "claims": "What the pack says of itself agrees with what is in it.",
    "redactions": "An original masks nothing; a redacted copy lists each of its masks once, and no other.",
    "inclusion": "The captures were in batches that were sealed when they were taken in.",
    "batch stamps": "An independent clock vouches for the time at which each batch was sealed.",
    "timestamp": "An independent clock vouches for the time at which the pack was sealed.",
}
# Each takes a core.
MOST_AT_ONCE = 2
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who brought a pack, and when; `pseudonym` goes on record."""

    pseudonym: str
    at: datetime


def show_form(visit: Visit) -> Page:
    """GET /verify."""
    return _page(visit.desk)


def verify(visit: Visit) -> Afterwards:
    """POST /verify: the pack that was sent, judged by the keys and authorities of this installation."""
    desk, bearer, pack = visit.desk, _bearer(visit), _brought(visit, "pack")

    def run() -> Page:
        sha256, found = examine(desk, pack, bearer)
        return _page(desk, name=pack.name, sha256=sha256, found=found)

    return Afterwards(run)


def match(visit: Visit) -> Afterwards:
    """POST /verify/match: whether a redacted copy is its original but for the masks."""
    desk, bearer = visit.desk, _bearer(visit)
    original, copy = _brought(visit, "original"), _brought(visit, "copy")
    return Afterwards(lambda: _page(desk, matched=_matched(desk, original, copy, bearer)))


def examine(desk: Desk, pack: Brought, bearer: Bearer) -> tuple[str, Examination]:
    """The SHA-256 of a pack and what is found of it, on record before it is told. DataError for what is no pack."""
    exporter = desk.settings.exporter
    ours = trusted(exporter.keys_dir) if exporter else Trusted(frozenset(), None)
    with _turn(), _recorded(desk, bearer, "pack.verified", sha256 := _sha256(pack)) as outcome:
        found = examined_apart(pack, ours, exporter.authorities if exporter else (), now=bearer.at)
        outcome |= {
            "outcome": "holds" if found.report.holds else "does_not_hold",
            "altered": [claim.name for claim in found.report.claims if claim.outcome == "altered"],
            "signer": found.report.signer,
        }
    return sha256, found


def _matched(desk: Desk, original: Brought, copy: Brought, bearer: Bearer) -> Match:
    with _turn(), _recorded(desk, bearer, "pack.matched", _sha256(original)) as outcome:
        outcome["copy"] = _sha256(copy)
        found = matched_apart(original, copy)
        outcome["outcome"] = "does_not_match" if found.faults else "matches"
    return found


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(blocking=False):
        raise BusyError("Other packs are being verified now.", hint="Try again in a minute.")
    try:
        yield
    finally:
        _turns.release()


@contextmanager
def _recorded(desk: Desk, bearer: Bearer, action: str, sha256: str) -> Iterator[dict[str, Any]]:
    """What the block puts into the dictionary goes on record, and "refused" when it is left by a DataError."""
    outcome: dict[str, Any] = {"outcome": "refused"}
    try:
        yield outcome
    finally:
        with desk.store.transaction() as session:
            audit.append(session, actor=bearer.pseudonym, action=action, subject=f"pack:{sha256}", details=outcome)


def _brought(visit: Visit, field: str) -> Brought:
    if field not in visit.files:
        raise DataError("No pack was sent.", hint="Choose the file, then send the form again.")
    upload = visit.files[field]
    return Brought(upload.name, upload.file)


def _bearer(visit: Visit) -> Bearer:
    return Bearer(visit.user.pseudonym, visit.now)


def _sha256(pack: Brought) -> str:
    pack.file.seek(0)
    return hashlib.file_digest(pack.file, "sha256").hexdigest()  # type: ignore[arg-type]  # it has readinto


def _page(desk: Desk, **found: Any) -> Page:
    empty = {"name": "", "sha256": "", "found": None, "matched": None, "says": SAYS}
    return Page("verify.html", empty | found | {"largest_mb": desk.settings.largest_pack_bytes // 1_000_000})
