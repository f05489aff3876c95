"""Legal holds on a case, post, source or campaign: nothing of it is erased before somebody lifts it with a reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import audit
from store.tables import (
    Campaign,
    CampaignMember,
    Case,
    CaseItem,
    LegalHold,
    Post,
    QueueItem,
    Revision,
    Source,
    row_id_in,
)

KINDS = ("case", "post", "source", "campaign")
_TABLES: dict[str, Any] = {"case": Case, "post": Post, "source": Source, "campaign": Campaign}
# By what people call them; posts and campaigns have numbers alone.
_NAMES = {"case": Case.number, "source": Source.name}


def place(session: Session, kind: str, name: str, *, reason: str, actor: str, now: datetime) -> LegalHold:
    """Hold what `name` names: a case's number, a source's name, the number of a post or campaign."""
    if not reason.strip():
        raise DataError("A legal hold needs a reason.", hint="Say who asked for it, and why.")
    hold = LegalHold(kind=kind, target_id=_target(session, kind, name), reason=reason.strip(), set_by=actor, set_at=now)
    session.add(hold)
    session.flush()
    _enter(session, hold, "hold.placed", actor, hold.reason)
    return hold


def lift(session: Session, hold_id: int, *, reason: str, actor: str, now: datetime) -> LegalHold:
    """Lift a hold; whatever else holds the same posts goes on."""
    if not reason.strip():
        raise DataError("Lifting a legal hold needs a reason.", hint="Say who decided it, and why.")
    hold = session.get(LegalHold, hold_id, with_for_update=True, populate_existing=True)
    if hold is None or hold.lifted_at is not None:
        raise NotFoundError(f"There is no hold {hold_id} that stands.", hint="List the holds again.")
    hold.lifted_by, hold.lifted_at, hold.lifted_because = actor, now, reason.strip()
    session.flush()
    _enter(session, hold, "hold.lifted", actor, hold.lifted_because)
    return hold


def standing(session: Session) -> list[LegalHold]:
    """Every hold that was not lifted, the oldest first."""
    return list(session.scalars(select(LegalHold).where(LegalHold.lifted_at.is_(None)).order_by(LegalHold.id)))


def called(session: Session, hold: LegalHold) -> str:
    """What people call the thing held: a case's number, a source's name, the number of a post or campaign."""
    if hold.kind not in _NAMES:
        return str(hold.target_id)
    table = _TABLES[hold.kind]
    return str(session.scalar(select(_NAMES[hold.kind]).where(table.id == hold.target_id)))


def carry_over(session: Session, from_campaign_id: int, into_campaign_id: int) -> None:
    """Let holds on a campaign follow its posts into another one."""
    of_campaign = LegalHold.kind == "campaign", LegalHold.target_id == from_campaign_id
    session.execute(update(LegalHold).where(*of_campaign).values(target_id=into_campaign_id))


def is_held() -> ColumnElement[bool]:
    """Whether a hold stands on the statement's Post, or on its source, its campaign or a case that it ever was in."""
    campaigns = select(CampaignMember.campaign_id).where(CampaignMember.post_id == Post.id).correlate(Post)
    cases = (
        select(CaseItem.case_id)
        .join(QueueItem, QueueItem.id == CaseItem.item_id)
        .join(Revision, Revision.id == QueueItem.revision_id)
        .where(Revision.post_id == Post.id)
        .correlate(Post)
    )
    return (
        is_standing("post", Post.id)
        | is_standing("source", Post.source_id)
        | _on_any("campaign", campaigns)
        | _on_any("case", cases)
    )


def is_standing(kind: str, target_id: Any) -> ColumnElement[bool]:
    """Whether a hold stands on the thing of that kind whose id is in the column."""
    return _standing_on(kind).where(LegalHold.target_id == target_id).exists()


def _on_any(kind: str, ids: Select[Any]) -> ColumnElement[bool]:
    return _standing_on(kind).where(LegalHold.target_id.in_(ids)).exists()


def _standing_on(kind: str) -> Select[Any]:
    return select(LegalHold.id).where(LegalHold.kind == kind, LegalHold.lifted_at.is_(None))


def _target(session: Session, kind: str, name: str) -> int:
    if kind not in KINDS:
        raise DataError(f"{kind[:20]!r} cannot be held.", hint=f"Choose one of {', '.join(KINDS)}.")
    table = _TABLES[kind]
    if kind in _NAMES:
        found = session.scalar(select(table.id).where(_NAMES[kind] == name))
    else:
        found = session.scalar(select(table.id).where(table.id == row_id_in(name)))
    if found is None:
        raise NotFoundError(f"There is no {kind} {name[:100]!r}.", hint="Look its number or name up and try again.")
    return int(found)


def _enter(session: Session, hold: LegalHold, action: str, actor: str, because: str) -> None:
    details = {"hold": hold.id, "because": because}
    audit.append(session, actor=actor, action=action, subject=f"{hold.kind}:{hold.target_id}", details=details)
