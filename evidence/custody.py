"""The custody log of a pack: what the audit chain tells of its captures, items and case, and where the chain ends."""

from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from lurewatch.errors import EvidenceError
from store import audit


@dataclass(frozen=True, slots=True)
class Custody:
    """Entries as records with their hash, oldest first, and the chain's end when they were read."""

    records: list[dict[str, Any]]
    head: dict[str, Any]

    @property
    def seqs(self) -> list[int]:
        """The entries' numbers."""
        return [record["seq"] for record in self.records]

    def as_lines(self) -> bytes:
        """JSON lines, each in the canonical form that its hash is taken over."""
        return b"".join(rfc8785.dumps(record) + b"\n" for record in self.records)


def custody_about(session: Session, subjects: list[str]) -> Custody:
    """The audit chain's entries about `subjects`, after the whole chain was verified; EvidenceError if it is broken."""
    report = audit.verify_chain(session)
    if report.fault:
        raise EvidenceError(
            f"The audit chain does not hold: {report.fault}",
            hint="No pack was made. Restore the store from a backup, and find out what happened to it.",
        )
    entries = audit.entries_about(session, subjects)
    return Custody([entry_record(entry) for entry in entries], {"seq": report.entries, "hash": report.head_hash})


def entry_record(entry: audit.Entry) -> dict[str, Any]:
    """An entry as it leaves the house: with its hash."""
    return {**audit.as_record(entry), "hash": entry.hash}
