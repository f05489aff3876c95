"""Cases: confirmed items that an investigator puts together, and the packs that were made of them.

What a second person approved is what was in the case then: once the contents change, the approval no longer stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from lurewatch.errors import DataError, NotFoundError
from store import audit, queue, roles
from store.folding import fold
from store.parsed_post import rfc3339
from store.standing import standing_decision
from store.tables import Case, CaseItem, Pack, QueueItem, User

STATES = ("open", "in_review", "approved", "closed")
CHANGEABLE_STATES = ("open", "approved")


def open_case(session: Session, user: User, *, title: str, now: datetime) -> Case:
    """A new, empty case with the next number of its year."""
    roles.require(user, "open_case")
    if not title.strip():
        raise DataError("A case needs a title.", hint="Say in a few words what it is about.")
    case = Case(number=_next_number(session, now), title=title.strip(), opened_by_id=user.id, opened_at=now)
    session.add(case)
    session.flush()
    audit_case(session, user, case, "case.opened", {"title": case.title, "opened_at": rfc3339(now)})
    return case


def add_item(session: Session, user: User, case: Case, item: QueueItem, *, now: datetime) -> CaseItem:
    """Put a confirmed item into a case; the same item again changes nothing."""
    roles.require(user, "open_case")
    lock_case(session, case)
    item = queue.lock_item(session, item.id)  # Its confirmation must not be taken back meanwhile.
    known = _entry_of(session, case, item.id)
    if known is not None:
        return known
    standing = standing_decision(session, item.id)
    if item.state != "decided" or standing is None or standing.outcome != "confirmed":
        raise DataError(f"Item {item.id} is not confirmed.", hint="Only confirmed items go into a case.")
    open_contents(session, user, case)
    entry = CaseItem(case_id=case.id, item_id=item.id, added_by_id=user.id, added_at=now)
    session.add(entry)
    session.flush()
    audit_case(
        session, user, case, "case.item_added", {"item": item.id, "decision": standing.id, "added_at": rfc3339(now)}
    )
    return entry


def remove_item(session: Session, user: User, case: Case, item_id: int, *, reason: str, now: datetime) -> CaseItem:
    """Take an item out of a case. The row stays, with the reason: packs made before still hold the item."""
    roles.require(user, "open_case")
    if not reason.strip():
        raise DataError("Taking an item out of a case needs a reason.", hint="Say why it does not belong there.")
    lock_case(session, case)
    entry = _entry_of(session, case, item_id)
    if entry is None:
        raise NotFoundError(f"Item {item_id} is not in case {case.number}.", hint="Reload the case.")
    open_contents(session, user, case)
    entry.removed_by_id, entry.removed_at, entry.removed_because = user.id, now, reason.strip()
    session.flush()
    audit_case(session, user, case, "case.item_removed", {"item": item_id, "because": entry.removed_because})
    return entry


def close_case(session: Session, user: User, case: Case, *, reason: str) -> None:
    """Close a case: nothing more goes in or out of it."""
    _turn(session, user, case, "closed", "closed", reason)


def reopen_case(session: Session, user: User, case: Case, *, reason: str) -> None:
    """Open a closed case again; to hand it out it needs a new approval."""
    _turn(session, user, case, "open", "reopened", reason)


def change_state(session: Session, user: User, case: Case, state: str, action: str, details: dict[str, Any]) -> None:
    """Set the state of a locked case and say in the chain why. Which change is allowed is the caller's to know."""
    case.state = state
    session.flush()
    audit_case(session, user, case, f"case.{action}", details)


def lock_case(session: Session, case: Case) -> Case:
    """The case as it is now, and nobody else's change of it until this transaction ends."""
    return session.get_one(Case, case.id, with_for_update=True, populate_existing=True)


def case_by_number(session: Session, number: str) -> Case:
    """The case of that number; NotFoundError when there is none."""
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFoundError(f"There is no case {number!r}.", hint="`lurewatch evidence cases` lists them.")
    return case


def all_cases(session: Session) -> list[Case]:
    """Every case, the newest first."""
    return list(session.scalars(select(Case).order_by(Case.id.desc())))


def open_cases(session: Session, *, limit: int) -> list[Case]:
    """The newest cases that take items."""
    taking = select(Case).where(Case.state.in_(CHANGEABLE_STATES))
    return list(session.scalars(taking.order_by(Case.id.desc()).limit(limit)))


def find_cases(
    session: Session, *, state: str | None = None, words: str = "", opened_by: str = "", limit: int = 200
) -> list[Case]:
    """Cases by state, by words of their number or title, and by the opener's pseudonym; the newest first."""
    statement = select(Case.id, Case.number, Case.title).join(Case.opened_by).order_by(Case.id.desc())
    if state:
        statement = statement.where(Case.state == state)
    if opened_by:
        statement = statement.where(User.pseudonym == opened_by)
    # Compared here: SQLite knows no letters but English ones, and cases are few.
    wanted = fold(words).split()
    found = [row.id for row in session.execute(statement) if _holds(fold(f"{row.number} {row.title}"), wanted)]
    loaded = joinedload(Case.opened_by), selectinload(Case.items), selectinload(Case.packs)
    named = select(Case).where(Case.id.in_(found[:limit])).order_by(Case.id.desc())
    return list(session.scalars(named.options(*loaded)))


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def openers(session: Session) -> list[str]:
    """The pseudonyms of all who have opened a case."""
    return list(session.scalars(select(User.pseudonym).where(User.id.in_(select(Case.opened_by_id))).order_by(User.id)))


def cases_with(session: Session, item_id: int) -> list[Case]:
    """The cases that an item is in now, the oldest first."""
    inside = CaseItem.item_id == item_id, CaseItem.removed_at.is_(None)
    return list(session.scalars(select(Case).join(Case.entries).where(*inside).order_by(Case.id)))


def record_pack(
    session: Session,
    case: Case,
    *,
    file_name: str,
    sha256: str,
    size_bytes: int,
    signer: str,
    exported_by: str,
    now: datetime,
    recipient: str = "",
    purpose: str = "",
    approval_id: int | None = None,
    unapproved_because: str | None = None,
    manner: Mapping[str, Any] | None = None,
) -> Pack:
    """Enter a pack that was made in the case's list and in the audit chain; `signer` is the key's fingerprint.

    Where no other purpose is named it is the one that was approved, or the reason for doing without. `manner` is what
    the chain is told besides of how it leaves: its variant, and for whom it is encrypted.
    """
    pack = Pack(
        case_id=case.id,
        file_name=file_name,
        sha256=sha256,
        size_bytes=size_bytes,
        signer=signer,
        exported_by=exported_by,
        exported_at=now,
        approval_id=approval_id,
        unapproved_because=unapproved_because,
    )
    session.add(pack)
    session.flush()
    approved_for = pack.approval.purpose if pack.approval else ""
    audit.append(
        session,
        actor=exported_by,
        action="pack.exported",
        subject=f"case:{case.id}",
        details={
            "pack": pack.id,
            "sha256": sha256,
            "size_bytes": size_bytes,
            "signer": signer,
            "recipient": recipient,
            "purpose": purpose or approved_for or unapproved_because or "",
            "approval": approval_id,
            "without_approval": unapproved_because,
            **(manner or {}),
        },
    )
    return pack


def record_stamped_pack(session: Session, pack: Pack, *, sha256: str, size_bytes: int, actor: str, stamps: int) -> Pack:
    """Enter what became of a pack when time stamps were added to it: another file, under the same approval."""
    stamped = Pack(
        case_id=pack.case_id,
        file_name=pack.file_name,
        sha256=sha256,
        size_bytes=size_bytes,
        signer=pack.signer,
        exported_by=pack.exported_by,
        exported_at=pack.exported_at,
        approval_id=pack.approval_id,
        unapproved_because=pack.unapproved_because,
    )
    session.add(stamped)
    session.flush()
    details = {"pack": stamped.id, "of": pack.id, "sha256": sha256, "size_bytes": size_bytes, "stamps": stamps}
    audit.append(session, actor=actor, action="pack.stamped", subject=f"case:{pack.case_id}", details=details)
    return stamped


def stamps_of(session: Session, case: Case) -> dict[int, int]:
    """How many time stamps each pack of a case has, by its id; not of packs that left before that was on record."""
    found: dict[int, int] = {}
    for entry in audit.entries_about(session, [f"case:{case.id}"]):
        if entry.action in ("pack.exported", "pack.stamped") and "stamps" in entry.details:
            found[entry.details["pack"]] = entry.details["stamps"] + found.get(entry.details.get("of", 0), 0)
    return found


def pack_by_sha256(session: Session, sha256: str) -> Pack | None:
    """The pack of this digest in the books, if it is there."""
    return session.scalar(select(Pack).where(Pack.sha256 == sha256).order_by(Pack.id.desc()).limit(1))


def last_signer(session: Session) -> str | None:
    """The fingerprint of the key that sealed the newest pack; None where no pack was ever made."""
    return session.scalar(select(Pack.signer).order_by(Pack.id.desc()).limit(1))


def _next_number(session: Session, now: datetime) -> str:
    prefix = f"CASE-{now.year}-"
    audit.hold(session)  # Two cases opened at once must not get one number: whoever holds the chain counts.
    count = session.scalar(select(func.count()).select_from(Case).where(Case.number.startswith(prefix))) or 0
    return f"{prefix}{count + 1:04d}"


def audit_case(session: Session, user: User, case: Case, action: str, details: dict[str, Any]) -> None:
    """An entry about a case, by the person's pseudonym."""
    audit.append(
        session,
        actor=user.pseudonym,
        action=action,
        subject=f"case:{case.id}",
        details={"number": case.number, **details},
    )


def _entry_of(session: Session, case: Case, item_id: int) -> CaseItem | None:
    inside = CaseItem.case_id == case.id, CaseItem.item_id == item_id, CaseItem.removed_at.is_(None)
    return session.scalar(select(CaseItem).where(*inside))


def open_contents(session: Session, user: User, case: Case) -> None:
    """Let the contents of a locked case change: what was approved before is no longer what stands there."""
    if case.state not in CHANGEABLE_STATES:
        raise DataError(
            f"Case {case.number} is {case.state.replace('_', ' ')}: its contents stay as they are.",
            hint="Cancel the request for approval first, or open the case again.",
        )
    if case.state == "approved":
        change_state(session, user, case, "open", "approval_lapsed", {})


def _turn(session: Session, user: User, case: Case, state: str, action: str, reason: str) -> None:
    roles.require(user, "open_case")
    if not reason.strip():
        raise DataError(f"To have case {case.number} {action} needs a reason.", hint="Say why in a few words.")
    lock_case(session, case)
    if (case.state, state) not in {("open", "closed"), ("approved", "closed"), ("closed", "open")}:
        raise DataError(
            f"Case {case.number} is {case.state.replace('_', ' ')} and cannot be {action}.", hint="Reload the case."
        )
    change_state(session, user, case, state, action, {"because": reason.strip()})
