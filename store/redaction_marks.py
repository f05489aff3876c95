"""Words that people mark to be masked in redacted copies of a case. The audit chain is told that, never the words."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError, NotFoundError
from store import roles
from store.cases import audit_case, lock_case, open_contents
from store.tables import Case, RedactionMark, User

KINDS = ("name", "number", "other")


def add_mark(session: Session, user: User, case: Case, *, kind: str, words: str, now: datetime) -> RedactionMark:
    """Have words masked; the same again changes nothing. It only takes away, so an approval stands."""
    roles.require(user, "open_case")
    if kind not in KINDS:
        raise DataError(f"Kind {kind[:20]!r} is not one of {', '.join(KINDS)}.", hint="Send one of these.")
    if not any(map(str.isalnum, words)):
        raise DataError("There is no letter or digit to mask.", hint="Copy the words from the text.")
    lock_case(session, case)
    known = next((mark for mark in marks_of(session, case) if mark.words == words.strip()), None)
    if known is not None:
        return known
    mark = RedactionMark(case_id=case.id, kind=kind, words=words.strip(), added_by_id=user.id, added_at=now)
    session.add(mark)
    session.flush()
    audit_case(session, user, case, "case.mark_added", {"mark": mark.id, "kind": kind})
    return mark


def remove_mark(session: Session, user: User, case: Case, mark_id: int, *, now: datetime) -> RedactionMark:
    """Take a mark back: more goes out than was approved, so the case has to be approved anew."""
    roles.require(user, "open_case")
    lock_case(session, case)
    mark = next((mark for mark in marks_of(session, case) if mark.id == mark_id), None)
    if mark is None:
        raise NotFoundError(f"Case {case.number} has no mark {mark_id}.", hint="Reload the case.")
    open_contents(session, user, case)
    mark.removed_by_id, mark.removed_at = user.id, now
    session.flush()
    audit_case(session, user, case, "case.mark_removed", {"mark": mark.id})
    return mark


def marks_of(session: Session, case: Case) -> list[RedactionMark]:
    """The marks that hold, the oldest first."""
    holding = RedactionMark.case_id == case.id, RedactionMark.removed_at.is_(None)
    statement = select(RedactionMark).where(*holding).order_by(RedactionMark.id)
    return list(session.scalars(statement.options(joinedload(RedactionMark.added_by))))
