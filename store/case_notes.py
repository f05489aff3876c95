"""Notes about a case: only ever added. A note is corrected by a further one that names it."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError, NotFoundError
from store import roles
from store.cases import audit_case
from store.tables import Case, CaseNote, User


def write_note(
    session: Session, user: User, case: Case, *, text: str, corrects_id: int | None = None, now: datetime
) -> CaseNote:
    """Keep a note; the chain holds its digest. `corrects_id` is a note of the same case."""
    roles.require(user, "open_case")
    if not text.strip():
        raise DataError("The note is empty.", hint="Write something into it.")
    if corrects_id is not None:
        _require_note(session, case, corrects_id)
    note = CaseNote(case_id=case.id, author_id=user.id, written_at=now, text=text.strip(), corrects_id=corrects_id)
    session.add(note)
    session.flush()
    digest = hashlib.sha256(note.text.encode()).hexdigest()
    audit_case(session, user, case, "case.note_written", {"note": note.id, "corrects": corrects_id, "sha256": digest})
    return note


def notes_of(session: Session, case: Case) -> list[CaseNote]:
    """Every note of a case, the oldest first, authors loaded."""
    statement = select(CaseNote).where(CaseNote.case_id == case.id).order_by(CaseNote.id)
    return list(session.scalars(statement.options(joinedload(CaseNote.author))))


def _require_note(session: Session, case: Case, note_id: int) -> None:
    note = session.get(CaseNote, note_id)
    if note is None or note.case_id != case.id:
        raise NotFoundError(f"Case {case.number} has no note {note_id}.", hint="Reload the case.")
