"""What an installation holds about whom and why, counted: the figures of the data-protection report.

Nothing here names a post, an author or whoever handed something in. A file's name may name a person, so imports stand
under their numbers alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from store import holds, tombstones
from store.parsed_post import rfc3339
from store.roles import RIGHTS
from store.standing import is_decided_as
from store.tables import (
    AuditEntry,
    Capture,
    Case,
    ErasureRequest,
    HandedIn,
    LegalHold,
    Post,
    QueueItem,
    RedactionMark,
    Revision,
    SearchLabel,
    SearchText,
    Source,
    User,
)
from store.webhooks import TOLD

# What leaves the installation, as the audit chain calls it, and in words.
EXPORTS = {
    "pack.exported": "pack exported",
    "pack.handed_over": "pack handed over",
    "labels.exported": "labels exported",
    "skips.exported": "skips exported",
    "statistics.exported": "statistics exported",
    "report.exported": "report exported",
    "audit.exported": "audit chain copied",
}
# What programs are shown through the API, as pages show it to people; then the entry names the token.
_SHOWN = (
    *("queue.listed", "posts.listed", "verdicts.listed", "campaigns.listed", "cases.listed"),
    *("post.viewed", "campaign.viewed", "case.viewed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHolding:
    """What is kept of one source; `oldest` and `newest` are None where it gave no post that is kept."""

    name: str
    kind: str
    purpose: str
    legal_basis: str
    owner: str
    posts: int
    flagged: int
    confirmed: int
    captures: int
    capture_bytes: int
    oldest: datetime | None
    newest: datetime | None
    erased_by_age: int
    erased_on_request: int


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold that stands, without its reason; `target` is what people call the thing held."""

    number: int
    kind: str
    target: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class MarkLine:
    """How many words are marked to be masked in a case, without the words; `taken_back` no longer are."""

    case: str
    holding: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class ExportLine:
    """Something that left, and to whom; `by` is a pseudonym."""

    at: datetime
    what: str
    by: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The whole report; `readers` counts open accounts by those roles that read posts.

    `shown` counts calls of the API that were answered with posts, verdicts, campaigns or cases, `told` messages sent to
    webhooks, which hold numbers alone.
    """

    since: datetime
    sources: tuple[SourceHolding, ...]
    holds: tuple[HoldLine, ...]
    exports: tuple[ExportLine, ...]
    shown: int
    told: int
    readers: dict[str, int]
    requests: dict[str, int]
    handed_in: int
    named_givers: int
    images: int
    marks: tuple[MarkLine, ...]


def holdings(session: Session, *, since: datetime) -> Holdings:
    """What is kept now, and what was exported and erased since then."""
    return Holdings(
        since=since,
        sources=_sources(session, since),
        holds=tuple(
            HoldLine(one.id, one.kind, _held(session, one), one.set_by, one.set_at) for one in holds.standing(session)
        ),
        exports=_exports(session, since),
        shown=_entries(
            session, since, AuditEntry.action.in_(_SHOWN), AuditEntry.details["token"].as_string().is_not(None)
        ),
        told=_entries(session, since, AuditEntry.action == TOLD),
        readers=_readers(session),
        requests=_requests(session, since),
        handed_in=session.scalar(select(func.count()).select_from(HandedIn)) or 0,
        named_givers=session.scalar(select(func.count()).where(HandedIn.giver_name.is_not(None))) or 0,
        images=session.scalar(select(func.count()).where(HandedIn.capture_id.is_(None))) or 0,
        marks=_marks(session),
    )


def _sources(session: Session, since: datetime) -> tuple[SourceHolding, ...]:
    span = func.min(Post.first_seen_at), func.max(Post.last_seen_at)
    posts = _by_source(session, select(Post.source_id, func.count(), *span).group_by(Post.source_id))
    captures = _by_source(
        session,
        select(Capture.source_id, func.count(), func.sum(Capture.size_bytes)).group_by(Capture.source_id),
    )
    flagged = _by_source(session, _flagged())
    confirmed = _by_source(session, _confirmed())
    erased = tombstones.counts(session, since)
    return tuple(
        SourceHolding(
            name=_name(source),
            kind=source.kind,
            purpose=source.purpose,
            legal_basis=source.legal_basis,
            owner=source.owner,
            posts=posts.get(source.id, (0,))[0],
            flagged=flagged.get(source.id, (0,))[0],
            confirmed=confirmed.get(source.id, (0,))[0],
            captures=captures.get(source.id, (0,))[0],
            capture_bytes=captures.get(source.id, (0, 0))[1],
            oldest=posts.get(source.id, (0, None, None))[1],
            newest=posts.get(source.id, (0, None, None))[2],
            erased_by_age=erased.get((source.id, "retention"), 0),
            erased_on_request=erased.get((source.id, "request"), 0),
        )
        for source in session.scalars(select(Source).order_by(Source.id))
    )


def _by_source(session: Session, statement: Select[*tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in session.execute(statement)}


def _flagged() -> Select[int, int]:
    return (
        select(SearchText.source_id, func.count(Revision.post_id.distinct()))
        .join(SearchLabel, SearchLabel.revision_id == SearchText.revision_id)
        .join(Revision, Revision.id == SearchText.revision_id)
        .group_by(SearchText.source_id)
    )


def _confirmed() -> Select[int, int]:
    return (
        select(Post.source_id, func.count(Post.id.distinct()))
        .join(Revision, Revision.post_id == Post.id)
        .join(QueueItem, QueueItem.revision_id == Revision.id)
        .where(is_decided_as("confirmed"))
        .group_by(Post.source_id)
    )


def _name(source: Source) -> str:
    return f"import:{source.kind} ({source.id})" if source.name.startswith("import:") else source.name


def _held(session: Session, hold: LegalHold) -> str:
    return _name(session.get_one(Source, hold.target_id)) if hold.kind == "source" else holds.called(session, hold)


def _exports(session: Session, since: datetime) -> tuple[ExportLine, ...]:
    statement = select(AuditEntry).where(AuditEntry.action.in_(EXPORTS), AuditEntry.at >= rfc3339(since))
    return tuple(
        ExportLine(
            datetime.fromisoformat(entry.at),
            EXPORTS[entry.action],
            entry.actor,
            str(entry.details.get("recipient") or ""),
        )
        for entry in session.scalars(statement.order_by(AuditEntry.seq))
    )


def _marks(session: Session) -> tuple[MarkLine, ...]:
    holding = func.count().filter(RedactionMark.removed_at.is_(None))
    statement = select(Case.number, holding, func.count()).join(RedactionMark, RedactionMark.case_id == Case.id)
    rows = session.execute(statement.group_by(Case.number).order_by(Case.number))
    return tuple(MarkLine(number, held, every - held) for number, held, every in rows)


def _entries(session: Session, since: datetime, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).where(AuditEntry.at >= rfc3339(since), *conditions)
    return session.scalar(counted) or 0


def _readers(session: Session) -> dict[str, int]:
    statement = select(User.role, func.count()).where(~User.disabled).group_by(User.role)
    counted: dict[str, int] = dict(session.execute(statement).all())
    return {role: counted.get(role, 0) for role, rights in RIGHTS.items() if "view" in rights}


def _requests(session: Session, since: datetime) -> dict[str, int]:
    """By outcome, "waiting" among them, how many requests to erase were made since then."""
    statement = select(ErasureRequest.outcome, func.count()).where(ErasureRequest.asked_at >= since)
    counted = {outcome or "waiting": count for outcome, count in session.execute(statement.group_by("outcome"))}
    return {outcome: counted.get(outcome, 0) for outcome in ("waiting", "erased", "refused")}
