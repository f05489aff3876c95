"""The audit chain for somebody else to keep: signed checkpoints, the end, and entries if wanted; and the comparison.

A copy on a second host is the one thing that shows a chain that was rewritten by somebody who holds every key. One JSON
object a line, in the form of RFC 8785, so that any host can recompute the hashes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import rfc8785
from sqlalchemy.orm import Session

from evidence.checkpoints import Checkpoint, checkpoint_line, checkpoints, json_object, read_checkpoint, whole_lines
from evidence.custody import entry_record
from evidence.keys import SigningKey
from lurewatch.errors import DataError, EvidenceError
from store import audit


@dataclass(frozen=True, slots=True)
class Comparison:
    """Up to which entry the chain is known to be the one that was copied, and where it first differs, or None."""

    agrees_up_to: int
    fault: str | None


def export_lines(
    session: Session, kept: Path, key: SigningKey, now: datetime, *, entries_from: int | None
) -> Iterator[bytes]:
    """The lines of a copy; EvidenceError, before the first, for a chain that does not hold."""
    report = audit.verify_chain(session)
    if report.fault:
        raise EvidenceError(report.fault, hint="What stands before it holds. Compare with a backup.")
    checkpoints(kept)  # Damaged ones are not handed on.
    yield from whole_lines(kept)
    yield checkpoint_line(report.entries, report.head_hash, now, key)
    if entries_from is not None:
        for entry in audit.entries_from(session, entries_from):
            yield rfc8785.dumps({**entry_record(entry), "kind": "entry"}) + b"\n"


def compare(session: Session, copy: Path) -> Comparison:
    """Set the present chain beside a copy. DataError when the copy itself is damaged."""
    known = _known(copy)
    present = audit.hashes(session, known)
    agrees_up_to = 0
    for seq in sorted(known):
        if present.get(seq) != known[seq]:
            return Comparison(agrees_up_to, _difference(seq, agrees_up_to, present))
        agrees_up_to = seq
    return Comparison(agrees_up_to, None)


def checkpoint_fault(session: Session, kept: Path, own: str | None) -> str | None:
    """The first checkpoint beside the store that the chain does not bear out, or that another key than `own` signed."""
    try:
        found = checkpoints(kept)
    except EvidenceError as error:
        return error.message
    present = audit.hashes(session, (one.seq for one in found))
    faults = (_fault(one, present, own) for one in found)
    return next((fault for fault in faults if fault), None)


def _fault(one: Checkpoint, present: dict[int, str], own: str | None) -> str | None:
    if own is not None and one.signer != own:
        return f"The checkpoint at audit entry {one.seq} was signed by another key ({one.signer[:16]})."
    if present.get(one.seq) != one.hash:
        return f"Audit entry {one.seq}, or one before it, was replaced: a signed checkpoint names another hash."
    return None


def _difference(seq: int, agrees_up_to: int, present: dict[int, str]) -> str:
    what = "names another hash" if seq in present else "ends before it"
    exact = seq == agrees_up_to + 1
    where = f"at audit entry {seq}" if exact else f"between audit entries {agrees_up_to + 1} and {seq}"
    return f"The chain differs from the copy {where}: of entry {seq} it {what}."


def _known(copy: Path) -> dict[int, str]:
    """By number, the hashes that a copy knows, after its signatures and the links of its entries were checked."""
    known: dict[int, str] = {}
    last: tuple[int, str] | None = None
    for number, line in enumerate(copy.read_bytes().splitlines(), 1):
        record = json_object(line)
        place = f"Line {number} of {copy}"
        if record.get("kind") == "entry":
            last = _entry(record, last, place)
        seq, found = last if record.get("kind") == "entry" and last else _checkpoint(record, place)
        if known.setdefault(seq, found) != found:
            raise _damaged(place)
    if not known:
        raise DataError(f"{copy} holds no copy of an audit chain.", hint="Give a file of `lurewatch audit export`.")
    return known


def _checkpoint(record: dict[str, object], place: str) -> tuple[int, str]:
    try:
        found = read_checkpoint(record, place)
    except EvidenceError as error:
        raise _damaged(place) from error
    return found.seq, found.hash


def _entry(record: dict[str, object], last: tuple[int, str] | None, place: str) -> tuple[int, str]:
    """Number and hash of an entry that gives its hash and follows the one before."""
    content = {name: value for name, value in record.items() if name not in ("hash", "kind")}
    try:
        seq, found = int(str(content["seq"])), audit.entry_hash(content)
    except (KeyError, TypeError, ValueError, rfc8785.CanonicalizationError) as error:
        raise _damaged(place) from error
    follows = last is None or (seq, content.get("prev_hash")) == (last[0] + 1, last[1])
    if found != record.get("hash") or not follows:
        raise _damaged(place)
    return seq, found


def _damaged(place: str) -> DataError:
    return DataError(f"{place} is damaged: the copy proves nothing.", hint="Fetch it again from where it is kept.")
