"""Words that people mark to be masked in redacted copies of a case. The audit chain is told that, never the words.

They are personal data themselves: they go with the post that they were marked for.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from urllib.parse import unquote

import regex
from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError, NotFoundError
from store import audit, roles
from store.cases import audit_case, lock_case, open_contents
from store.folding import fold, without_accents
from store.tables import Case, CaseItem, CaseNote, Decision, QueueItem, RedactionMark, Revision, User

KINDS = ("name", "number", "other")
_BETWEEN = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
# One number is written with and without the code of its country.
_LAST_DIGITS = 7


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


def erase_marks(session: Session, post_ids: Collection[int], *, actor: str) -> None:
    """Erase the marks of posts that are about to be erased: those whose words stand in nothing else of their cases.

    Where a case has no other post left, all of its marks go. Words that may stand elsewhere in another spelling stay: a
    mark too many hides what could be read, one too few shows whom it hid.
    """
    going = Revision.post_id.in_(post_ids)
    for case in session.scalars(select(Case).where(Case.id.in_(_entries().where(going))).order_by(Case.id)).all():
        own, others = _texts(session, case, going), _texts(session, case, ~going)
        besides = [*others, *_written(session, case, ~going)]
        marks = session.scalars(select(RedactionMark).where(RedactionMark.case_id == case.id)).all()
        gone = [mark.id for mark in marks if not others or (_stands(mark, own) and not _stands(mark, besides))]
        if gone:
            session.execute(delete(RedactionMark).where(RedactionMark.id.in_(gone)))
            details = {"number": case.number, "marks": gone}
            audit.append(session, actor=actor, action="case.marks_erased", subject=f"case:{case.id}", details=details)


def _entries() -> Select[int]:
    """The ids of cases, for each revision that ever was in one."""
    return (
        select(CaseItem.case_id)
        .join(QueueItem, QueueItem.id == CaseItem.item_id)
        .join(Revision, Revision.id == QueueItem.revision_id)
    )


def _texts(session: Session, case: Case, *of_posts: ColumnElement[bool]) -> list[str]:
    """What every revision says of those posts that ever were in a case."""
    inside = _entries().with_only_columns(Revision.post_id).where(CaseItem.case_id == case.id)
    revisions = select(Revision).where(Revision.post_id.in_(inside), *of_posts)
    return [_compared(text) for revision in session.scalars(revisions) for text in _said(revision)]


def _said(revision: Revision) -> Iterator[str]:
    said = (revision.title, revision.text, revision.author, revision.location, revision.post.url)
    yield from filter(None, said)
    yield json.dumps(revision.extra, ensure_ascii=False)


def _written(session: Session, case: Case, *of_posts: ColumnElement[bool]) -> list[str]:
    """What people wrote about a case, and of those posts as they decided on them."""
    items = _entries().with_only_columns(CaseItem.item_id).where(CaseItem.case_id == case.id, *of_posts)
    notes = session.scalars(select(CaseNote.text).where(CaseNote.case_id == case.id))
    decided = session.scalars(select(Decision.note).where(Decision.item_id.in_(items)))
    return [_compared(text) for text in (case.title, *notes, *decided)]


def _stands(mark: RedactionMark, texts: Collection[str]) -> bool:
    words = _compared(mark.words)
    digits = words if words.isdecimal() else ""
    return any((digits[-_LAST_DIGITS:] or words) in text for text in texts)


def _compared(text: str) -> str:
    """Letters and digits alone, without case and accents, addresses read."""
    return _BETWEEN.sub("", without_accents(fold(unquote(text))))
