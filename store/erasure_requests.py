"""Requests to erase a post: at once where one person may, by a second person's word where more hangs on it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import audit, cases, erasing, retention, roles
from store.erasing import Erased
from store.tables import Case, CaseItem, ErasureRequest, QueueItem, Revision, User


def ask(session: Session, post_id: int, *, reason: str, actor: str, now: datetime) -> Erased | ErasureRequest:
    """Erase a post, or ask for it where it is confirmed, was in a case, is golden or waits in the queue.

    AccessError for a post under a legal hold.
    """
    if not reason.strip():
        raise DataError("Erasing a post needs a reason.", hint="Say who asked for it, and on what ground.")
    erasing.refuse_held(session, post_id)
    protection = retention.protection(session, post_id)
    if not protection:
        return erasing.erase_post(session, post_id, because=reason.strip(), request_id=None, actor=actor, now=now)
    known = select(ErasureRequest).where(ErasureRequest.post_id == post_id, ErasureRequest.outcome.is_(None))
    request = session.scalar(known)
    if request is None:
        request = ErasureRequest(post_id=post_id, reason=reason.strip(), asked_by=actor, asked_at=now)
        session.add(request)
        session.flush()
        details = {"request": request.id, "because": request.reason, "protected": protection}
        audit.append(session, actor=actor, action="erasure.asked", subject=f"post:{post_id}", details=details)
    return request


def approve(session: Session, user: User, request_id: int, *, now: datetime) -> Erased:
    """A second person's yes: the post leaves its cases and is erased."""
    roles.require(user, "approve")
    request = _waiting(session, request_id)
    if request.asked_by == user.pseudonym:
        raise AccessError(
            f"Request {request_id} needs a second person: it is your own.", hint="Ask another supervisor."
        )
    erasing.lock_items(session, [request.post_id])
    _leave_cases(session, user, request, now)
    _rule(session, user, request, "erased", now)
    return erasing.erase_post(
        session, request.post_id, because=request.reason, request_id=request.id, actor=user.pseudonym, now=now
    )


def refuse(session: Session, user: User, request_id: int, *, now: datetime) -> None:
    """A no, by anybody who may approve: the post stays."""
    roles.require(user, "approve")
    request = _waiting(session, request_id)
    _rule(session, user, request, "refused", now)
    details = {"request": request.id}
    audit.append(
        session, actor=user.pseudonym, action="erasure.refused", subject=f"post:{request.post_id}", details=details
    )


def waiting(session: Session) -> list[ErasureRequest]:
    """The requests that nobody has ruled on, the oldest first."""
    statement = select(ErasureRequest).where(ErasureRequest.outcome.is_(None)).order_by(ErasureRequest.id)
    return list(session.scalars(statement))


def _waiting(session: Session, request_id: int) -> ErasureRequest:
    request = session.get(ErasureRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.outcome is not None:
        raise NotFoundError(f"No request {request_id} waits.", hint="Reload the page.")
    return request


def _leave_cases(session: Session, user: User, request: ErasureRequest, now: datetime) -> None:
    inside = (
        select(Case, CaseItem.item_id)
        .join(CaseItem, CaseItem.case_id == Case.id)
        .join(QueueItem, QueueItem.id == CaseItem.item_id)
        .join(Revision, Revision.id == QueueItem.revision_id)
        .where(Revision.post_id == request.post_id, CaseItem.removed_at.is_(None))
        .order_by(Case.id)
    )
    for case, item_id in session.execute(inside).all():
        cases.remove_item(session, user, case, item_id, reason=f"Erased on request {request.id}.", now=now)


def _rule(session: Session, user: User, request: ErasureRequest, outcome: str, now: datetime) -> None:
    request.outcome, request.ruled_by, request.ruled_at = outcome, user.pseudonym, now
    session.flush()
