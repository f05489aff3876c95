"""Verdicts with their indicators and identifiers; a verdict of an older release stays on record."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, selectinload

from store import search_index
from store.parsed_post import rfc3339
from store.tables import Identifier, Indicator, QueueItem, Revision, Verdict


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """What the classifier said, in the fields of a `lurewatch score` line."""

    release: str
    lang: str
    risk: float
    labels: Mapping[str, float]
    flagged: Iterable[str]
    indicators: Iterable[Mapping[str, str | int]]
    identifiers: Iterable[Mapping[str, str | int]]
    answer: str | None = None
    reasons: Iterable[Mapping[str, str | float]] | None = None


def save_verdict(session: Session, *, revision_id: int, verdict: NewVerdict, scored_at: datetime) -> Verdict:
    """Keep a release's verdict on a revision; identifiers are of the revision and kept once."""
    row = Verdict(
        revision_id=revision_id,
        release=verdict.release,
        scored_at=scored_at,
        lang=verdict.lang,
        risk=verdict.risk,
        labels=dict(verdict.labels),
        flagged=list(verdict.flagged),
        answer=verdict.answer,
        reasons=None if verdict.reasons is None else [dict(reason) for reason in verdict.reasons],
        indicators=[Indicator(**found) for found in verdict.indicators],
    )
    session.add(row)
    known = select(Identifier.id).where(Identifier.revision_id == revision_id).limit(1)
    if session.scalar(known) is None:
        session.add_all(Identifier(revision_id=revision_id, **found) for found in verdict.identifiers)
    session.flush()
    search_index.index_verdict(session, row)
    return row


def latest_verdict(session: Session, revision_id: int) -> Verdict | None:
    """The newest verdict on a revision, indicators loaded."""
    statement = (
        select(Verdict)
        .where(Verdict.revision_id == revision_id)
        .order_by(Verdict.id.desc())
        .options(selectinload(Verdict.indicators))
    )
    return session.scalars(statement.limit(1)).first()


def newest_on_item() -> ScalarSelect[int]:
    """The id of the newest verdict on the revision of the statement's QueueItem."""
    newest = select(func.max(Verdict.id)).where(Verdict.revision_id == QueueItem.revision_id)
    return newest.correlate(QueueItem).scalar_subquery()


def releases(session: Session, revision_id: int) -> list[str]:
    """The names of the releases that have judged a revision, in the order in which they did."""
    return list(session.scalars(select(Verdict.release).where(Verdict.revision_id == revision_id).order_by(Verdict.id)))


def judgement(revision: Revision, release: str) -> dict[str, Any] | None:
    """What `release` said of a revision and whom the revision names, as packs carry it; None when it said nothing."""
    verdict = next((judged for judged in revision.verdicts if judged.release == release), None)
    if verdict is None:
        return None
    return {"verdict": verdict_record(verdict), "identifiers": identifier_records(revision)}


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its indicators, in the order of the text, as JSON values.

    Answer and reasons are left out where they were not kept: the audit chain holds the digest without them.
    """
    found = sorted(verdict.indicators, key=lambda one: (one.start, one.end, one.code))
    later = {"answer": verdict.answer, "reasons": verdict.reasons}
    return {
        "release": verdict.release,
        "scored_at": rfc3339(verdict.scored_at),
        "lang": verdict.lang,
        "risk": verdict.risk,
        "labels": verdict.labels,
        "flagged": verdict.flagged,
        "indicators": [{"code": one.code, "start": one.start, "end": one.end, "text": one.text} for one in found],
        **{name: value for name, value in later.items() if value is not None},
    }


def identifier_records(revision: Revision) -> list[dict[str, Any]]:
    """The identifiers of a revision, in the order of the text, as JSON values."""
    found = sorted(revision.identifiers, key=lambda one: (one.start, one.end, one.type, one.normalized))
    return [
        {
            "type": one.type,
            "value": one.value,
            "normalized": one.normalized,
            "start": one.start,
            "end": one.end,
        }
        for one in found
    ]


def digest(judged: dict[str, Any]) -> str:
    """SHA-256 in hex over the RFC 8785 form of a `judgement`."""
    return hashlib.sha256(rfc8785.dumps(judged)).hexdigest()
