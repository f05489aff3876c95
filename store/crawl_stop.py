"""The stop switch of all crawling, on every machine that works with this store: the audit chain's last word on it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit
from store.tables import AuditEntry

SUBJECT = "crawling"
STOPPED = "crawling.stopped"
ALLOWED = "crawling.allowed"


def stop(session: Session, *, actor: str, reason: str) -> None:
    """Let nothing be fetched any more."""
    audit.append(session, actor=actor, action=STOPPED, subject=SUBJECT, details={"reason": reason})


def allow(session: Session, *, actor: str, reason: str) -> None:
    """Let crawls begin again."""
    audit.append(session, actor=actor, action=ALLOWED, subject=SUBJECT, details={"reason": reason})


def stopped_because(session: Session) -> str | None:
    """Why nothing may be fetched; None when crawls may run."""
    last = select(AuditEntry).where(AuditEntry.subject == SUBJECT).order_by(AuditEntry.seq.desc()).limit(1)
    entry = session.scalars(last).first()
    return str(entry.details.get("reason", "")) if entry and entry.action == STOPPED else None
