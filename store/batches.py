"""Sealed batches: what was captured, bound together soon after, so that a time stamp of one root covers all of it.

A batch is a Merkle tree over the hashes of the `capture.recorded` entries of the audit chain that no earlier batch
holds; root and range are an audit entry themselves. Its leaves are not kept: they are the chain's.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from lurewatch.errors import EvidenceError
from store import audit
from store.accounting import CAPTURED
from store.merkle import levels_of, path_of, root_of
from store.parsed_post import rfc3339
from store.tables import AuditEntry, Batch, BatchStamp

ACTOR = "sealer"
SEALED = "batch.sealed"
STAMPER = "time stamps"


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a capture's audit entry is the leaf at `index` of a batch; `path` leads to the root, lowest first."""

    capture_id: int
    entry_hash: str
    batch: Batch
    index: int
    path: tuple[str, ...]


def seal_batch(session: Session, *, now: datetime) -> Batch | None:
    """Seal what was captured since the last batch; None when that is nothing."""
    audit.hold(session)  # A capture that is being recorded must not slip in between two batches.
    last = session.scalar(select(func.max(Batch.last_seq))) or 0
    rows = session.execute(_captured(last + 1)).all()
    if not rows:
        return None
    root = root_of([bytes.fromhex(row.hash) for row in rows])
    batch = Batch(first_seq=rows[0].seq, last_seq=rows[-1].seq, size=len(rows), root=root.hex(), sealed_at=now)
    session.add(batch)
    session.flush()
    audit.append(session, actor=ACTOR, action=SEALED, subject=subject_of(batch), details=_on_record(batch))
    return batch


def subject_of(batch: Batch) -> str:
    """How the audit chain names a batch."""
    return f"batch:{batch.id}"


def inclusions(session: Session, capture_ids: Iterable[int]) -> list[Inclusion]:
    """The proofs of these captures, in the order of the audit chain; those that are not sealed yet are left out.

    Raises EvidenceError when the audit chain no longer gives a batch's root.
    """
    entries = audit.entries_about(session, [f"capture:{number}" for number in capture_ids])
    waiting = deque(entry for entry in entries if entry.action == CAPTURED)
    proofs: list[Inclusion] = []
    while waiting and (batch := _batch_at(session, waiting[0].seq)) is not None:
        held = {}
        while waiting and waiting[0].seq <= batch.last_seq:
            entry = waiting.popleft()
            held[entry.seq] = int(entry.subject.partition(":")[2])
        proofs.extend(_proofs(session, batch, held))
    return proofs


def _batch_at(session: Session, seq: int) -> Batch | None:
    """The batch that holds the capture entered at `seq`."""
    statement = select(Batch).where(Batch.last_seq >= seq).order_by(Batch.last_seq).options(selectinload(Batch.stamps))
    return session.scalars(statement.limit(1)).first()


def _proofs(session: Session, batch: Batch, held: dict[int, int]) -> Iterator[Inclusion]:
    """The proofs of the captures `held`, by the seq of their entries."""
    rows = session.execute(_captured(batch.first_seq, batch.last_seq)).all()
    levels = levels_of([bytes.fromhex(row.hash) for row in rows])
    if not rows or levels[-1][0].hex() != batch.root:
        raise EvidenceError(
            f"Batch {batch.id} (audit entries {batch.first_seq} to {batch.last_seq}) no longer gives its root.",
            hint="Run `lurewatch audit verify`, restore the store from a backup, and find out who changed it.",
        )
    for index, row in enumerate(rows):
        if row.seq in held:
            path = tuple(one.hex() for one in path_of(levels, index))
            yield Inclusion(held[row.seq], row.hash, batch, index, path)


def newer_than_stamped(session: Session, authority: str, *, limit: int) -> list[Batch]:
    """Batches that `authority` has yet to stamp, the oldest first.

    One that joins later begins with what nobody has stamped: what has a stamp needs no second, younger one.
    """
    last = session.scalar(select(func.max(BatchStamp.batch_id)).where(BatchStamp.authority == authority))
    waiting = Batch.id > last if last is not None else ~Batch.stamps.any()
    return list(session.scalars(select(Batch).where(waiting).order_by(Batch.id).limit(limit)))


def ending_before(session: Session, authority: str, until: datetime, *, limit: int) -> list[Batch]:
    """Batches whose newest stamp by `authority` is signed with a certificate that ends before `until`."""
    ending = Batch.id.in_(_ending(authority, until))
    statement = select(Batch).where(ending).order_by(Batch.id).options(selectinload(Batch.stamps))
    return list(session.scalars(statement.limit(limit)))


def count_ending_before(session: Session, authority: str, until: datetime) -> int:
    """How many batches `ending_before` would give without a limit."""
    return session.scalar(select(func.count()).select_from(_ending(authority, until).subquery())) or 0


def _ending(authority: str, until: datetime) -> Select[int]:
    return (
        select(BatchStamp.batch_id)
        .where(BatchStamp.authority == authority)
        .group_by(BatchStamp.batch_id)
        .having(func.max(BatchStamp.good_until) < until)
    )


def record_stamp(
    session: Session,
    batch_id: int,
    *,
    authority: str,
    query: bytes,
    response: bytes,
    chain: str,
    stamped_at: datetime,
    good_until: datetime,
) -> BatchStamp:
    """Keep a stamp that was verified, and enter it in the audit chain."""
    batch = session.get_one(Batch, batch_id)
    stamp = BatchStamp(
        batch_id=batch.id,
        authority=authority,
        query=query,
        response=response,
        chain=chain,
        stamped_at=stamped_at,
        good_until=good_until,
    )
    session.add(stamp)
    session.flush()
    details = {
        "authority": authority,
        "stamped_at": rfc3339(stamped_at),
        "response_sha256": hashlib.sha256(response).hexdigest(),
    }
    audit.append(session, actor=STAMPER, action="batch.stamped", subject=subject_of(batch), details=details)
    return stamp


def unstamped(session: Session) -> int:
    """How many batches have no stamp at all."""
    return session.scalar(select(func.count()).select_from(Batch).where(~Batch.stamps.any())) or 0


def unsealed(session: Session) -> int:
    """How many captures are in no batch yet."""
    last = session.scalar(select(func.max(Batch.last_seq))) or 0
    return session.scalar(select(func.count()).select_from(_captured(last + 1).subquery())) or 0


def _captured(first_seq: int, last_seq: int | None = None) -> Select[int, str]:
    """Seq and hash of the entries of captures in a range, oldest first."""
    statement = select(AuditEntry.seq, AuditEntry.hash).where(
        AuditEntry.action == CAPTURED, AuditEntry.seq >= first_seq
    )
    if last_seq is not None:
        statement = statement.where(AuditEntry.seq <= last_seq)
    return statement.order_by(AuditEntry.seq)


def _on_record(batch: Batch) -> dict[str, int | str]:
    return {
        "first_seq": batch.first_seq,
        "last_seq": batch.last_seq,
        "size": batch.size,
        "root": batch.root,
        "sealed_at": rfc3339(batch.sealed_at),
    }
