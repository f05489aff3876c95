"""The custody log of a pack: what the audit chain tells of its captures, posts, items and case, and where it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from lurewatch.errors import EvidenceError
from store import audit
from store.absences import BACK, GONE
from store.tables import AuditEntry, Post


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


def custody_about(session: Session, subjects: list[str], posts: Iterable[Post]) -> Custody:
    """The entries as `entries_told`, after the whole chain was verified; EvidenceError if it is broken."""
    report = audit.verify_chain(session)
    if report.fault:
        raise EvidenceError(
            f"The audit chain does not hold: {report.fault}",
            hint="No pack was made. Restore the store from a backup, and find out what happened to it.",
        )
    records = [entry_record(entry) for entry in entries_told(session, subjects, posts)]
    return Custody(records, {"seq": report.entries, "hash": report.head_hash})


def entries_told(session: Session, subjects: list[str], posts: Iterable[Post]) -> list[AuditEntry]:
    """The audit chain's entries about `subjects`, and of `posts` those that say when one was gone or back."""
    about_posts = audit.entries_about(session, [f"post:{post.id}" for post in posts])
    # Who looked at a post, or asked for its erasure and why, is no custody of what was captured.
    absences = [entry for entry in about_posts if entry.action in (GONE, BACK)]
    return sorted([*audit.entries_about(session, subjects), *absences], key=lambda entry: entry.seq)


def entry_record(entry: audit.Entry) -> dict[str, Any]:
    """An entry as it leaves the house: with its hash."""
    return {**audit.as_record(entry), "hash": entry.hash}
