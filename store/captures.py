"""Captures: the row that acknowledges a WARC record. What has no row here was never promised."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit
from store.accounting import CAPTURED
from store.parsed_post import rfc3339
from store.tables import Capture

PROVENANCES = ("public_crawl", "platform_export", "handed_over", "seized")


def record_capture(
    session: Session,
    *,
    source_id: int,
    url: str,
    fetched_at: datetime,
    provenance: str,
    status: int | None,
    media_type: str | None,
    sha256: str,
    size_bytes: int,
    robots: str,
    etag: str | None,
    last_modified: str | None,
    warc_path: str,
    warc_offset: int,
    warc_length: int,
    warc_record_id: str,
) -> Capture:
    """Acknowledge a WARC record that is already on the disk, and enter it in the audit chain.

    `sha256` and `size_bytes` are of the payload as it came over the wire; `warc_path` is relative to the captures
    folder.
    """
    if provenance not in PROVENANCES:
        raise ValueError(f"Provenance {provenance!r} is not one of {', '.join(PROVENANCES)}.")
    capture = Capture(
        source_id=source_id,
        url=url,
        fetched_at=fetched_at,
        provenance=provenance,
        status=status,
        media_type=media_type,
        sha256=sha256,
        size_bytes=size_bytes,
        robots=robots,
        etag=etag,
        last_modified=last_modified,
        warc_path=warc_path,
        warc_offset=warc_offset,
        warc_length=warc_length,
        warc_record_id=warc_record_id,
    )
    session.add(capture)
    session.flush()
    audit.append(
        session,
        actor="importer" if provenance != "public_crawl" else "crawler",
        action=CAPTURED,
        subject=f"capture:{capture.id}",
        details={
            "url": url,
            "fetched_at": rfc3339(fetched_at),
            "provenance": provenance,
            "status": status,
            "media_type": media_type,
            "robots": robots,
            "sha256": sha256,
            "size_bytes": size_bytes,
            "warc_record_id": warc_record_id,
        },
    )
    return capture


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
    statement = (
        select(Capture)
        .where(Capture.url == url, Capture.status.is_(None) | (Capture.status == 200))
        .order_by(Capture.id.desc())
    )
    return session.scalars(statement.limit(1)).first()
