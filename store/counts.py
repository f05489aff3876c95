"""Figures about what is stored: for the demo's summary, `doctor`, and later the dashboards."""

from collections import Counter
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.tables import Capture, Decision, Post, Revision, Source, Verdict

T = TypeVar("T")


def captures(session: Session) -> int:
    """Captures kept."""
    return _count(session, Capture.id)


def posts(session: Session) -> int:
    """Posts kept, each once whatever its revisions."""
    return _count(session, Post.id)


def revisions(session: Session) -> int:
    """Revisions kept."""
    return _count(session, Revision.id)


def sources(session: Session) -> int:
    """Sources ever read."""
    return _count(session, Source.id)


def decisions(session: Session, outcome: str) -> int:
    """Decisions of that outcome that were not taken back."""
    undone = select(Decision.undoes_id).where(Decision.undoes_id.is_not(None))
    statement = select(func.count()).where(Decision.outcome == outcome, Decision.id.not_in(undone))
    return session.scalar(statement) or 0


def posts_by_language(session: Session) -> dict[str, int]:
    """Judged revisions by language, by each one's newest verdict."""
    return dict(Counter(session.scalars(_newest_verdicts(Verdict.lang))))


def flagged_by_label(session: Session) -> dict[str, int]:
    """Flagged revisions by label, by each one's newest verdict."""
    return dict(Counter(label for flagged in session.scalars(_newest_verdicts(Verdict.flagged)) for label in flagged))


def _newest_verdicts(column: InstrumentedAttribute[T]) -> Select[T]:
    newest = select(func.max(Verdict.id)).group_by(Verdict.revision_id)
    return select(column).where(Verdict.id.in_(newest))


def _count(session: Session, column: InstrumentedAttribute[int]) -> int:
    return session.scalar(select(func.count(column))) or 0
