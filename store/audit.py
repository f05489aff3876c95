"""The audit chain: who did what to what, each entry bound to the one before.

An entry's hash is SHA-256 over the RFC 8785 canonical JSON of its other columns, `prev_hash` among them. The end of
the chain stands in `audit_head` under an HMAC whose key is kept outside the database, so a tail that is cut off
shows too. Whoever holds both the database and the key can rewrite everything: keep the head elsewhere as well.
"""

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, Row, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lurewatch.errors import EvidenceError
from store.lots import lots
from store.parsed_post import rfc3339
from store.tables import AuditEntry, AuditHead
from store.time_limit import time_limit

# An entry as an object, or as the row that `entries_from` gives.
Entry = AuditEntry | Row[Any]

GENESIS_HASH = "0" * 64
_HEAD_ID = 1
_ADD = insert(AuditEntry.__table__)  # type: ignore[arg-type]
_BATCH_SIZE = 1_000
_PATIENCE_S = 5.0
# RFC 8785 has no form for longer ones.
_LONGEST_INTEGER = 2**53 - 1
# Time servers step a clock by fractions of a second.
_CLOCK_TOLERANCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verifying found: how many entries hold, the last hash, and the first fault with its place, or None.

    `clock_back` says where the clock was first set back. The entries hold all the same, so it is no fault.
    """

    entries: int
    head_hash: str
    fault: str | None
    clock_back: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFilter:
    """Which entries to read: of an actor, by how the action begins, about a subject, of a day in UTC, before a seq."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    day: date | None = None
    before: int | None = None


def append(
    session: Session, *, actor: str, action: str, subject: str, details: dict[str, Any] | None = None
) -> AuditEntry:
    """Add an entry in the caller's transaction; it counts only when that is committed.

    `details` holds JSON values and never the text of a post. The time is this machine's clock.
    """
    (entry,) = append_all(session, [(subject, details or {})], actor=actor, action=action)
    return entry


def append_all(
    session: Session, told: Iterable[tuple[str, dict[str, Any]]], *, actor: str, action: str
) -> list[AuditEntry]:
    """Add an entry for each subject with its details, in that order; as `append`."""
    head = _locked_head(session)
    entries = []
    for subject, details in told:
        entry = AuditEntry(
            seq=head.seq + 1,
            at=rfc3339(datetime.now(UTC)),
            actor=actor,
            action=action,
            subject=subject,
            details=details,
            prev_hash=head.hash,
        )
        entry.hash = entry_hash(as_record(entry))
        # Written with whatever is written next, at the latest by the commit.
        head.seq, head.hash = entry.seq, entry.hash
        entries.append(entry)
    if entries:
        head.mac = _head_mac(session, head.seq, head.hash)
        session.info["audit_end"] = head.seq, head.hash
        # Past the unit of work, for which each would be an object more to sort: they never change.
        session.execute(_ADD, [{**as_record(entry), "hash": entry.hash} for entry in entries])
    return entries


def remember_end(session: Session) -> None:
    """After a commit: write how far the chain has come into the witness file, and tell the notary, if there are any.

    A kill in between leaves an older end there, which still holds: the chain may only have grown since.
    """
    end, witness = session.info.pop("audit_end", None), session.info["audit_witness"]
    if end is None:
        return
    if witness is not None:
        part = witness.with_name(f".{witness.name}.{os.getpid()}.{threading.get_ident()}")
        part.write_text(" ".join(map(str, end)), encoding="ascii")
        part.replace(witness)
    if session.info["audit_notary"] is not None:
        session.info["audit_notary"](*end)


def require_key(session: Session) -> None:
    """Raise EvidenceError when the end of the chain was kept under another key than this session's."""
    head = session.get(AuditHead, _HEAD_ID)
    if head is not None:
        _refuse_altered_head(session, head)


def hold(session: Session) -> None:
    """Keep every other transaction from appending until this one ends."""
    _locked_head(session)


def as_record(entry: Entry) -> dict[str, Any]:
    """All columns of an entry but its hash: what the hash is taken over and what packs carry."""
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "prev_hash": entry.prev_hash,
    }


def entry_hash(record: dict[str, Any]) -> str:
    """SHA-256 in hex over the RFC 8785 form of `as_record`; CanonicalizationError for what has none."""
    return hashlib.sha256(_canonical(record)).hexdigest()


# Where nothing but these is in a value its RFC 8785 form is what this encoder in C writes, three times as fast as
# the library: names sort alike in ASCII, and only fractions and long integers are written in another way.
_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _canonical(value: Any) -> bytes:
    if _is_plain(value):
        with suppress(UnicodeEncodeError):
            return _encoded(value).encode()
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(inner) for name, inner in value.items())
    return (kind is int and abs(value) <= _LONGEST_INTEGER) or (kind is list and all(map(_is_plain, value)))


def verify_chain(session: Session) -> ChainReport:
    """Walk the whole chain and name the first entry that was edited, removed, reordered or cut off at the end."""
    # Read before the chain: what others append meanwhile must not seem to be missing.
    witnessed_seq, witnessed_hash = _witnessed_end(session)
    seq, prev_hash, clock = 0, GENESIS_HASH, _Clock()
    for entry in entries_from(session, 1):
        fault = _entry_fault(entry, seq + 1, prev_hash)
        if entry.seq == witnessed_seq and entry.hash != witnessed_hash:
            fault = f"Audit entry {entry.seq} was replaced: the installation's witness file names another hash."
        if fault:
            return ChainReport(seq, prev_hash, fault, clock.set_back)
        clock.see(entry)
        seq, prev_hash = entry.seq, entry.hash
    fault = _end_fault(session, seq, witnessed_seq) or _head_fault(session, seq, prev_hash)
    return ChainReport(seq, prev_hash, fault, clock.set_back)


def entries_about(session: Session, subjects: list[str]) -> list[AuditEntry]:
    """The entries whose subject is one of `subjects`, oldest first."""
    found: list[AuditEntry] = []
    for some in lots(sorted(set(subjects))):
        found += session.scalars(select(AuditEntry).where(AuditEntry.subject.in_(some)))
    return sorted(found, key=lambda entry: entry.seq)


def entries(session: Session, wanted: ChainFilter, *, limit: int) -> list[AuditEntry]:
    """Up to `limit` entries, the newest first; DataError when they are so rare that finding them takes too long."""
    with time_limit(session, _PATIENCE_S):
        found = select(AuditEntry).where(*_wanted(wanted)).order_by(AuditEntry.seq.desc()).limit(limit)
        return list(session.scalars(found))


def _wanted(wanted: ChainFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.actor:
        yield AuditEntry.actor == wanted.actor
    if wanted.action:
        yield AuditEntry.action.startswith(wanted.action, autoescape=True)
    if wanted.subject:
        yield AuditEntry.subject == wanted.subject
    if wanted.day is not None:
        # Instants are kept as RFC 3339 in UTC, whose order is that of their letters.
        yield AuditEntry.at.between(wanted.day.isoformat(), (wanted.day + timedelta(days=1)).isoformat())
    if wanted.before is not None:
        yield AuditEntry.seq < wanted.before


def entries_from(session: Session, seq: int) -> Iterator[Entry]:
    """The entries from that number on, one after the other, as rows: objects would take longer than all else."""
    statement = select(*AuditEntry.__table__.columns).where(AuditEntry.seq >= seq).order_by(AuditEntry.seq)
    with session.execute(statement.execution_options(yield_per=_BATCH_SIZE)) as entries:
        yield from entries


def hashes(session: Session, seqs: Iterable[int]) -> dict[int, str]:
    """The hashes of the entries with these numbers, as far as there are such."""
    found: dict[int, str] = {}
    for some in lots(sorted(set(seqs))):
        rows = session.execute(select(AuditEntry.seq, AuditEntry.hash).where(AuditEntry.seq.in_(some)))
        found |= dict(rows.all())
    return found


class _Clock:
    """Watches the times of entries, which are this machine's clock."""

    def __init__(self) -> None:
        self.set_back: str | None = None
        self._last = datetime.min.replace(tzinfo=UTC)

    def see(self, entry: Entry) -> None:
        try:
            at = datetime.fromisoformat(entry.at)
            is_back = at + _CLOCK_TOLERANCE < self._last
        except (ValueError, TypeError, OverflowError):
            # Whoever holds the key can write anything.
            self.set_back = self.set_back or f"Audit entry {entry.seq} has no time."
            return
        if is_back:
            told = f"it is of {entry.at}, the one before of {rfc3339(self._last)}"
            self.set_back = self.set_back or f"Before audit entry {entry.seq} the clock was set back: {told}."
        self._last = at


def _entry_fault(entry: Entry, expected_seq: int, prev_hash: str) -> str | None:
    if entry.seq != expected_seq:
        return f"Audit entry {expected_seq} is missing; the next one stored is {entry.seq}."
    if entry.prev_hash != prev_hash:
        return (
            f"Audit entry {entry.seq} does not follow entry {expected_seq - 1}: it was moved or its neighbour replaced."
        )
    if not _hash_holds(entry):
        return f"Audit entry {entry.seq} was altered: its content does not give its hash."
    return None


def _hash_holds(entry: Entry) -> bool:
    try:
        return hmac.compare_digest(entry_hash(as_record(entry)), entry.hash)
    except (rfc8785.CanonicalizationError, TypeError):
        return False


def _head_fault(session: Session, seq: int, last_hash: str) -> str | None:
    head = session.get(AuditHead, _HEAD_ID)
    if head is None:
        return f"The head of the audit chain is missing; {seq} entries stand without an end." if seq else None
    if not hmac.compare_digest(head.mac, _head_mac(session, head.seq, head.hash)):
        return (
            f"The head of the audit chain (entry {head.seq}) was altered: its MAC does not fit this installation's key."
        )
    if head.seq > seq:
        return f"Audit entry {seq + 1} is missing: the chain was cut off there, though its head names entry {head.seq}."
    if head.seq < seq:
        return f"Audit entry {head.seq + 1} was added behind the head of the chain."
    if head.hash != last_hash:
        return f"Audit entry {seq} was replaced: the head of the chain names another hash."
    return None


def _witnessed_end(session: Session) -> tuple[int, str]:
    witness = session.info["audit_witness"]
    if witness is None or not witness.exists():
        return 0, GENESIS_HASH
    seq, _, last_hash = witness.read_text(encoding="ascii", errors="replace").partition(" ")
    if not seq.isdecimal():
        raise EvidenceError(f"The witness file {witness} is damaged.", hint="Restore it from a backup.")
    return int(seq), last_hash


def _end_fault(session: Session, seq: int, witnessed_seq: int) -> str | None:
    if witnessed_seq <= seq:
        return None
    name = session.info["audit_witness"].name
    return f"Audit entry {seq + 1} is missing: the chain ends there, though {name} has seen entry {witnessed_seq}."


def _locked_head(session: Session) -> AuditHead:
    held: tuple[object, AuditHead] | None = session.info.get("audit_held")
    if held is not None and held[0] is session.get_transaction():
        return held[1]
    head = _stored_head(session) or _first_head(session)
    _refuse_altered_head(session, head)
    # Nobody else touches it before this transaction ends.
    session.info["audit_held"] = session.get_transaction(), head
    return head


def _stored_head(session: Session) -> AuditHead | None:
    return session.get(AuditHead, _HEAD_ID, with_for_update=True, populate_existing=True)


def _first_head(session: Session) -> AuditHead:
    head = AuditHead(id=_HEAD_ID, seq=0, hash=GENESIS_HASH, mac=_head_mac(session, 0, GENESIS_HASH))
    try:
        with session.begin_nested():
            session.add(head)
    except IntegrityError:
        # Another transaction has begun the chain at the same moment.
        return session.get_one(AuditHead, _HEAD_ID, with_for_update=True, populate_existing=True)
    if session.scalar(select(AuditEntry.seq).limit(1)) is not None:
        raise EvidenceError(
            "The head of the audit chain is missing though entries exist.",
            hint="Run `lurewatch audit verify` and restore the store from a backup.",
        )
    return head


def _refuse_altered_head(session: Session, head: AuditHead) -> None:
    # A new entry would put a valid end over a chain that was cut; so nothing is added before somebody has looked.
    if not hmac.compare_digest(head.mac, _head_mac(session, head.seq, head.hash)):
        raise EvidenceError(
            f"The head of the audit chain (entry {head.seq}) does not fit this installation's audit key.",
            hint="Run `lurewatch audit verify`; restore the key or the store from a backup.",
        )
    fault = _end_fault(session, head.seq, _witnessed_end(session)[0])
    if fault:
        raise EvidenceError(fault, hint="Run `lurewatch audit verify`; restore the store from a newer backup.")


def _head_mac(session: Session, seq: int, last_hash: str) -> bytes:
    return hmac.digest(session.info["audit_key"], f"{seq}:{last_hash}".encode(), "sha256")
