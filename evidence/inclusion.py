"""What a pack tells of the sealed batches that its captures are in: the proof of each, and the batches' time stamps."""

from collections.abc import Sequence
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from evidence.pack_file import PackFile
from evidence.timestamps import TimeStamp, files_of
from evidence.verify_standalone import INCLUSION_FILE
from store.batches import Inclusion, inclusions, subject_of
from store.parsed_post import rfc3339
from store.tables import Batch, Capture

_FOLDER = "data/timestamps"


def inclusion_proofs(session: Session, captures: Sequence[Capture]) -> list[Inclusion]:
    """The proofs of captures that were sealed. EvidenceError when the audit chain no longer gives a batch's root."""
    return inclusions(session, [capture.id for capture in captures])


def inclusion_files(proofs: Sequence[Inclusion]) -> list[PackFile]:
    """data/inclusion.jsonl, one line a capture, and the time stamps of their batches."""
    batches = {proof.batch.id: proof.batch for proof in proofs}
    lines = b"".join(rfc8785.dumps(_line(proof)) + b"\n" for proof in proofs)
    stamps = [file for batch in batches.values() for file in _stamps(batch)]
    return [PackFile(INCLUSION_FILE, (lines,)), *stamps]


def batch_subjects(proofs: Sequence[Inclusion]) -> list[str]:
    """How the audit chain names the batches: what it tells of them belongs into the custody log."""
    return list(dict.fromkeys(subject_of(proof.batch) for proof in proofs))


def kept_stamps(batch: Batch) -> list[TimeStamp]:
    """The stamps of a batch, the oldest first."""
    return [
        TimeStamp(one.authority, one.query, one.response, one.chain, one.stamped_at, one.good_until)
        for one in batch.stamps
    ]


def _line(proof: Inclusion) -> dict[str, Any]:
    first = min((stamp.stamped_at for stamp in proof.batch.stamps), default=None)
    return {
        "capture": proof.capture_id,
        "entry_hash": proof.entry_hash,
        "batch": proof.batch.id,
        "index": proof.index,
        "size": proof.batch.size,
        "path": list(proof.path),
        "root": proof.batch.root,
        "stamped_at": rfc3339(first) if first else None,
    }


def _stamps(batch: Batch) -> list[PackFile]:
    return files_of(f"{_FOLDER}/batch-{batch.id:06d}-", kept_stamps(batch))
