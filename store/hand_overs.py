"""Hand-overs: to whom a pack was given, when, by what way and for what. The pack is named by its SHA-256."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import roles
from store.cases import audit_case
from store.parsed_post import rfc3339
from store.tables import Case, HandOver, Pack, User

WAYS = ("in_person", "courier", "encrypted_mail", "portal", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverForm:
    """What is told of a hand-over: `sha256` is the pack's, `recipient` an office or person outside."""

    sha256: str
    recipient: str
    purpose: str
    way: str
    handed_at: datetime


def record_hand_over(session: Session, user: User, case: Case, form: HandOverForm, *, now: datetime) -> HandOver:
    """Put a hand-over on record; DataError when something is missing or it lies in the future."""
    roles.require(user, "export")
    _check(form, now)
    pack = session.scalar(select(Pack).where(Pack.case_id == case.id, Pack.sha256 == form.sha256).limit(1))
    if pack is None:
        raise NotFoundError(f"Case {case.number} has no pack {form.sha256[:16]!r}.", hint="Reload the case.")
    given = HandOver(
        pack_id=pack.id,
        recipient=form.recipient.strip(),
        purpose=form.purpose.strip(),
        way=form.way,
        handed_at=form.handed_at,
        recorded_by_id=user.id,
        recorded_at=now,
    )
    session.add(given)
    session.flush()
    audit_case(session, user, case, "pack.handed_over", _on_record(pack, given))
    return given


def _check(form: HandOverForm, now: datetime) -> None:
    if not (form.recipient.strip() and form.purpose.strip()):
        raise DataError("A hand-over needs a recipient and a purpose.", hint="Say who got the pack, and for what.")
    if form.way not in WAYS:
        raise DataError(f"Way {form.way[:20]!r} is not one of {', '.join(WAYS)}.", hint="Send one of these.")
    if form.handed_at > now:
        raise DataError(f"{rfc3339(form.handed_at)} is not past yet.", hint="Record a hand-over once it has happened.")


def _on_record(pack: Pack, given: HandOver) -> dict[str, int | str]:
    return {
        "hand_over": given.id,
        "pack": pack.id,
        "sha256": pack.sha256,
        "recipient": given.recipient,
        "purpose": given.purpose,
        "way": given.way,
        "handed_at": rfc3339(given.handed_at),
    }
