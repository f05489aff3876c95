"""`python -m benchmarks.chain --entries N`: what it costs to walk the audit chain of an installation and to check it.

Of four entries three tell of a capture, of what was read from it and of a verdict's place in the queue, one of a
decision, with details as long as the application writes them. They are put into the tables together, hashed as they
are when they are appended. Seconds are given by the clock and of the processor.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from store import audit
from store.database import Store
from store.tables import AuditEntry, AuditHead

_BATCH = 10_000
_AT = "2026-03-01T12:00:00.000000Z"

_CAPTURE = {
    "url": "https://jobs.example.test/offers/1",
    "fetched_at": _AT,
    "status": 200,
    "media_type": "text/html",
    "provenance": "public_crawl",
    "robots": "allowed",
    "size_bytes": 16_000,
    "warc_record_id": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
    "warc_path": "crawl/0001.warc.gz",
}
_DECISION = {
    "outcome": "confirmed",
    "labels": ["scam_centre"],
    "release": "2026-01",
    "saw_score": True,
    "decided_at": _AT,
    "undoes": None,
}


def main() -> None:
    """Print seconds and the peak of resident memory."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=1_000_000)
    count = options.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'lurewatch.db'}", audit_key=b"k" * 32)
        store.upgrade()
        _fill(store, count)
        before = _peak_mb()
        began, busy = time.perf_counter(), time.process_time()
        with store.reading() as session:
            report = audit.verify_chain(session)
        seconds, busy_s = time.perf_counter() - began, time.process_time() - busy
        store.close()
    print(f"{report.entries:,} entries, fault: {report.fault}")
    print(f"verified in {seconds:.1f} s ({busy_s:.1f} of the processor)")
    print(f"peak resident memory {_peak_mb():.0f} MB, {before:.0f} MB of it before")


def _fill(store: Store, count: int) -> None:
    records = _chain(count)
    end: dict[str, Any] = {}
    while rows := list(islice(records, _BATCH)):
        with store.transaction() as session:
            session.execute(insert(AuditEntry), rows)
        end = rows[-1]
    with store.transaction() as session:
        mac = audit._head_mac(session, end["seq"], end["hash"])
        session.add(AuditHead(id=1, seq=end["seq"], hash=end["hash"], mac=mac))


def _chain(count: int) -> Iterator[dict[str, Any]]:
    last = audit.GENESIS_HASH
    for seq in range(1, count + 1):
        actor, action, subject, details = _told(seq)
        record = {"seq": seq, "at": _AT, "actor": actor, "action": action, "subject": subject, "details": details}
        record["prev_hash"] = last
        last = audit.entry_hash(record)
        yield {**record, "hash": last}


def _told(seq: int) -> tuple[str, str, str, dict[str, Any]]:
    number, digest = seq // 4, hashlib.sha256(str(seq).encode()).hexdigest()
    if seq % 4 == 0:
        return "spider", "capture.recorded", f"capture:{number}", _CAPTURE | {"sha256": digest, "warc_offset": seq}
    if seq % 4 == 1:
        return "spider", "capture.read", f"capture:{number}", {"revisions": {str(number): digest}}
    if seq % 4 == 2:
        return "pipeline", "item.queued", f"item:{number}", {"lane": "likely", "priority": number, "revision": number}
    judged = {"decision": number, "note_sha256": digest, "revision_sha256": digest, "judgement_sha256": digest}
    return "reviewer-0000aaaa", "decision.made", f"item:{number}", _DECISION | judged


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
