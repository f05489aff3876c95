"""Cases: confirmed items that an investigator puts together, and the packs that were made of them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import audit, queue, roles
from store.parsed_post import rfc3339
from store.tables import Case, CaseItem, Pack, QueueItem, User


def open_case(session: Session, user: User, *, title: str, now: datetime) -> Case:
    """A new, empty case with the next number of its year."""
    roles.require(user, "open_case")
    if not title.strip():
        raise DataError("A case needs a title.", hint="Say in a few words what it is about.")
    case = Case(number=_next_number(session, now), title=title.strip(), opened_by_id=user.id, opened_at=now)
    session.add(case)
    session.flush()
    _audit_case(session, user, case, "case.opened", {"title": case.title, "opened_at": rfc3339(now)})
    return case


def add_item(session: Session, user: User, case: Case, item: QueueItem, *, now: datetime) -> CaseItem:
    """Put a confirmed item into a case; the same item again changes nothing."""
    roles.require(user, "open_case")
    queue.lock_item(session, item.id)  # Its confirmation must not be taken back meanwhile.
    known = session.scalar(select(CaseItem).where(CaseItem.case_id == case.id, CaseItem.item_id == item.id))
    if known is not None:
        return known
    standing = queue.standing_decision(session, item.id)
    if standing is None or standing.outcome != "confirmed":
        raise DataError(f"Item {item.id} is not confirmed.", hint="Only confirmed items go into a case.")
    entry = CaseItem(case_id=case.id, item_id=item.id, added_by_id=user.id, added_at=now)
    session.add(entry)
    session.flush()
    _audit_case(
        session, user, case, "case.item_added", {"item": item.id, "decision": standing.id, "added_at": rfc3339(now)}
    )
    return entry


def case_by_number(session: Session, number: str) -> Case:
    """The case of that number; NotFoundError when there is none."""
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFoundError(f"There is no case {number!r}.", hint="`lurewatch evidence cases` lists them.")
    return case


def all_cases(session: Session) -> list[Case]:
    """Every case, the newest first."""
    return list(session.scalars(select(Case).order_by(Case.id.desc())))


def cases_with(session: Session, item_id: int) -> list[Case]:
    """The cases that hold an item, the oldest first."""
    return list(session.scalars(select(Case).join(CaseItem).where(CaseItem.item_id == item_id).order_by(Case.id)))


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
) -> Pack:
    """Enter a pack that was made in the case's list and in the audit chain; `signer` is the key's fingerprint."""
    pack = Pack(
        case_id=case.id,
        file_name=file_name,
        sha256=sha256,
        size_bytes=size_bytes,
        signer=signer,
        exported_by=exported_by,
        exported_at=now,
    )
    session.add(pack)
    session.flush()
    audit.append(
        session,
        actor=exported_by,
        action="pack.exported",
        subject=f"case:{case.id}",
        details={"pack": pack.id, "sha256": sha256, "size_bytes": size_bytes, "signer": signer},
    )
    return pack


def _next_number(session: Session, now: datetime) -> str:
    prefix = f"CASE-{now.year}-"
    audit.hold(session)  # Two cases opened at once must not get one number: whoever holds the chain counts.
    count = session.scalar(select(func.count()).select_from(Case).where(Case.number.startswith(prefix))) or 0
    return f"{prefix}{count + 1:04d}"


def _audit_case(session: Session, user: User, case: Case, action: str, details: dict[str, int | str]) -> None:
    audit.append(
        session,
        actor=user.pseudonym,
        action=action,
        subject=f"case:{case.id}",
        details={"number": case.number, **details},
    )
