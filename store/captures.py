"""Captures: the row that acknowledges a WARC record. What has no row here was never promised."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from store import audit
from store.accounting import CAPTURED
from store.parsed_post import rfc3339
from store.tables import Capture

# Made once: it is asked before every request.
_LATEST = (
    select(Capture)
    .where(Capture.url == bindparam("url"), Capture.status.is_(None) | (Capture.status == 200))
    .order_by(Capture.id.desc())
    .limit(1)
)
PROVENANCES = ("public_crawl", "platform_export", "handed_over", "seized")


def record_captures(session: Session, captures: Sequence[Capture]) -> None:
    """Acknowledge WARC records that are already on the disk, all of one provenance, and enter each in the chain."""
    (provenance,) = {capture.provenance for capture in captures}
    if provenance not in PROVENANCES:
        raise ValueError(f"Provenance {provenance!r} is not one of {', '.join(PROVENANCES)}.")
    session.add_all(captures)
    session.flush()
    actor = "crawler" if provenance == "public_crawl" else "importer"
    told = [(f"capture:{capture.id}", facts_of(capture)) for capture in captures]
    audit.append_all(session, told, actor=actor, action=CAPTURED)


def facts_of(capture: Capture) -> dict[str, Any]:
    """What the audit chain says of a capture, and packs after it."""
    return {
        "url": capture.url,
        "fetched_at": rfc3339(capture.fetched_at),
        "provenance": capture.provenance,
        "status": capture.status,
        "media_type": capture.media_type,
        "robots": capture.robots,
        "sha256": capture.sha256,
        "size_bytes": capture.size_bytes,
        "warc_record_id": capture.warc_record_id,
    }


def capture_of_record(session: Session, warc_record_id: str) -> Capture | None:
    """The capture that acknowledged a WARC record, by the record's id."""
    return session.scalar(select(Capture).where(Capture.warc_record_id == warc_record_id))


def handed_in_before(session: Session, sha256: str, *, source_id: int, provenance: str) -> Capture | None:
    """The capture of a file that was handed in with these bytes, from that source, in that class of provenance."""
    return session.scalar(
        select(Capture)
        .where(Capture.url == f"urn:sha256:{sha256}", Capture.source_id == source_id, Capture.provenance == provenance)
        .order_by(Capture.id)
        .limit(1)
    )


def record_rendering(session: Session, capture_id: int, records: Sequence[Mapping[str, Any]]) -> None:
    """Enter in the audit chain what a browser made of a capture: WARC records that are on the disk behind its own."""
    subject = f"capture:{capture_id}"
    audit.append(session, actor="crawler", action="capture.rendered", subject=subject, details={"records": records})


def latest_capture(session: Session, url: str) -> Capture | None:
    """The newest capture of `url` that holds a body (status 200 or none), for conditional requests."""
    return session.scalars(_LATEST, {"url": url}).first()
