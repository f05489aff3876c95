"""The audit chain for somebody else to keep: signed checkpoints, the end's among them, their time stamps, and entries
if wanted; and the comparison.

A copy on a second host is the one thing that shows a chain that was rewritten by somebody who holds every key. One JSON
object a line, in the form of RFC 8785, so that any host can recompute the hashes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from evidence.checkpoint_stamps import Noted, noted, read_noted
from evidence.checkpoints import Checkpoint, json_object, whole_lines
from evidence.custody import entry_record
from lurewatch.errors import DataError, EvidenceError
from store import audit

_FETCH = "Fetch it again from where it is kept."


@dataclass(frozen=True, slots=True)
class Comparison:
    """Up to which entry the chain is known to be the one that was copied, and where it first differs, or None."""

    agrees_up_to: int
    fault: str | None


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy knows: hashes of entries by their number, and the checkpoints with their stamps."""

    hashes: dict[int, str] = field(default_factory=dict)
    noted: list[Noted] = field(default_factory=list)


def sound_end(session: Session) -> tuple[int, str]:
    """Number and hash of the chain's last entry; EvidenceError for a chain that does not hold."""
    report = audit.verify_chain(session)
    if report.fault:
        raise EvidenceError(report.fault, hint="What stands before it holds. Compare with a backup.")
    return report.entries, report.head_hash


def export_lines(session: Session, kept: Path, end: int, *, entries_from: int | None) -> Iterator[bytes]:
    """The lines of a copy of the chain up to `end`; EvidenceError, before the first, for damaged checkpoints."""
    noted(kept)  # Damaged ones are not handed on.
    yield from whole_lines(kept)
    if entries_from is not None:
        for entry in takewhile(lambda entry: entry.seq <= end, audit.entries_from(session, entries_from)):
            yield rfc8785.dumps({**entry_record(entry), "kind": "entry"}) + b"\n"


def compare(session: Session, copy: Copy) -> Comparison:
    """Set the present chain beside a copy."""
    present = audit.hashes(session, copy.hashes)
    agrees_up_to = 0
    for seq in sorted(copy.hashes):
        if present.get(seq) != copy.hashes[seq]:
            return Comparison(agrees_up_to, _difference(seq, agrees_up_to, present))
        agrees_up_to = seq
    return Comparison(agrees_up_to, None)


def checkpoint_fault(session: Session, kept: Path, own: str | None) -> str | None:
    """The first checkpoint beside the store that the chain does not bear out, or that another key than `own` signed."""
    try:
        found = [one.checkpoint for one in noted(kept)]
    except EvidenceError as error:
        return error.message
    present = audit.hashes(session, (one.seq for one in found))
    faults = (_fault(one, present, own) for one in found)
    return next((fault for fault in faults if fault), None)


def read_copy(path: Path) -> Copy:
    """A copy, after its signatures and the links of its entries were checked. DataError when it is damaged."""
    copy, last = Copy(), None
    signed: list[tuple[str, bytes, dict[str, Any]]] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        record, place = json_object(line), f"Line {number} of {path}"
        if record.get("kind") == "entry":
            last = _entry(record, last, place)
            _learn(copy, *last, place)
        else:
            signed.append((place, line, record))
    try:
        copy.noted.extend(read_noted(signed))
    except EvidenceError as error:
        raise DataError(f"{error.message} The copy proves nothing.", hint=_FETCH) from error
    for one in copy.noted:
        _learn(copy, one.checkpoint.seq, one.checkpoint.hash, str(path))
    if not copy.hashes:
        raise DataError(f"{path} holds no copy of an audit chain.", hint="Give a file of `lurewatch audit export`.")
    return copy


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


def _learn(copy: Copy, seq: int, found: str, place: str) -> None:
    if copy.hashes.setdefault(seq, found) != found:
        raise _damaged(place)


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
    return DataError(f"{place} is damaged: the copy proves nothing.", hint=_FETCH)
