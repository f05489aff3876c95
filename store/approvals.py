"""Four eyes: a case leaves the house once a second person, who had no hand in it, has approved of its contents.

Somebody asks; somebody else approves or returns it with a reason; either may cancel, which says neither right nor
wrong. The rules stand here, and as far as a database can know them, in the table's CHECKs.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError
from store import audit, roles
from store.cases import change_state, lock_case
from store.tables import Approval, Case, CaseItem, User

RULINGS = ("approved", "returned")
# Outcome -> the case's state after it, and what the audit chain calls it.
_AFTER = {
    "approved": ("approved", "approved"),
    "returned": ("open", "returned"),
    "cancelled": ("open", "approval_cancelled"),
}


def ask(session: Session, user: User, case: Case, *, purpose: str, now: datetime) -> Approval:
    """Ask that a case may be handed out for `purpose`; until it is ruled on, its contents stay as they are."""
    roles.require(user, "open_case")
    lock_case(session, case)
    if not purpose.strip():
        raise DataError("A request for approval needs a purpose.", hint="Say what the pack is for, and for whom.")
    if case.state != "open" or not case.items:
        raise DataError(
            f"Case {case.number} is {case.state.replace('_', ' ')} with {len(case.items)} posts.",
            hint="Approval can be asked for an open case that holds posts.",
        )
    approval = Approval(case_id=case.id, asked_by_id=user.id, asked_at=now, purpose=purpose.strip())
    session.add(approval)
    session.flush()
    items = sorted(entry.item_id for entry in case.items)
    details = {"approval": approval.id, "purpose": approval.purpose, "items": items}
    change_state(session, user, case, "in_review", "approval_asked", details)
    return approval


def rule(session: Session, user: User, case: Case, outcome: str, *, reason: str = "", now: datetime) -> Approval:
    """A second person's word on the request that waits: approved, or returned with a reason.

    Raises AccessError for whoever put something in, took something out or asked.
    """
    roles.require(user, "approve")
    if outcome not in RULINGS:
        raise DataError(f"Ruling {outcome[:20]!r} is not one of {', '.join(RULINGS)}.", hint="Send one of these.")
    if outcome == "returned" and not reason.strip():
        raise DataError("Returning a case needs a reason.", hint="Say what has to be changed.")
    approval = _locked(session, case)
    if user.id in hands_in(session, case) | {approval.asked_by_id}:
        raise AccessError(
            f"Case {case.number} needs a second person: you have worked on it yourself.",
            hint="Ask somebody who put nothing into it.",
        )
    _settle(session, user, case, approval, outcome, reason, now)
    return approval


def cancel(session: Session, user: User, case: Case, *, reason: str = "", now: datetime) -> Approval:
    """Withdraw the request that waits, by whoever asked or by somebody who may approve."""
    approval = _locked(session, case)
    roles.require(user, "open_case" if approval.asked_by_id == user.id else "approve")
    _settle(session, user, case, approval, "cancelled", reason, now)
    return approval


def waiting(session: Session, case: Case) -> Approval | None:
    """The request that nobody has ruled on yet."""
    return session.scalar(select(Approval).where(Approval.case_id == case.id, Approval.outcome.is_(None)))


def standing(session: Session, case: Case) -> Approval | None:
    """The approval of the contents as they are now; None when there is none, or something changed since."""
    if case.state != "approved":
        return None
    given = select(Approval).where(Approval.case_id == case.id, Approval.outcome == "approved")
    return session.scalars(given.order_by(Approval.id.desc()).limit(1)).first()


def require(session: Session, case: Case) -> Approval:
    """The standing approval; AccessError when there is none."""
    approval = standing(session, case)
    if approval is None:
        raise AccessError(
            f"Case {case.number} is not approved for export.",
            hint="Ask a second person to approve it; an operator of the machine may give `--without-approval REASON`.",
        )
    return approval


def do_without(session: Session, case: Case, *, actor: str, reason: str) -> None:
    """Put on record, before the pack is made, that a case goes out without a second person's approval, and why."""
    if not reason.strip():
        raise DataError("Doing without approval needs a reason.", hint="Give it after --without-approval.")
    details = {"number": case.number, "because": reason.strip(), "state": case.state}
    audit.append(session, actor=actor, action="case.approval_waived", subject=f"case:{case.id}", details=details)


def hands_in(session: Session, case: Case) -> set[int]:
    """The ids of all who ever put something into a case or took something out."""
    people = select(CaseItem.added_by_id, CaseItem.removed_by_id).where(CaseItem.case_id == case.id)
    return {id_ for row in session.execute(people) for id_ in row if id_ is not None}


def _locked(session: Session, case: Case) -> Approval:
    lock_case(session, case)
    approval = waiting(session, case)
    if approval is None:
        raise DataError(f"Nobody has asked for an approval of case {case.number}.", hint="Reload the case.")
    return approval


def _settle(
    session: Session, user: User, case: Case, approval: Approval, outcome: str, reason: str, now: datetime
) -> None:
    approval.outcome, approval.ruled_by_id, approval.ruled_at, approval.reason = outcome, user.id, now, reason.strip()
    session.flush()
    details = {"approval": approval.id, "reason": approval.reason}
    state, action = _AFTER[outcome]
    change_state(session, user, case, state, action, details)
