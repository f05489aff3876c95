"""Golden items: decided items whose right answer a supervisor has fixed, and how reviewers did on them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError
from store import audit, queue, roles
from store.readings import GOLDEN
from store.standing import CLOSING_OUTCOMES, stands
from store.tables import Decision, GoldenItem, QueueItem, User


@dataclass(frozen=True, slots=True)
class GoldenScore:
    """How many golden items somebody answered, and how many of them rightly; unsure is an answer, a skip is none."""

    reviewer: str
    answered: int
    right: int


def mark(session: Session, user: User, item: QueueItem, outcome: str, *, now: datetime) -> GoldenItem:
    """Make a decided item golden, or change its answer; DataError for an open item or an answer that closes nothing."""
    roles.require(user, "mark_golden")
    queue.lock_item(session, item.id)
    if outcome not in CLOSING_OUTCOMES:
        raise DataError(f"{outcome[:20]!r} is no right answer.", hint=f"Give {' or '.join(CLOSING_OUTCOMES)}.")
    if item.state != "decided":
        raise DataError(f"Item {item.id} is not decided.", hint="Only decided items can be golden.")
    golden = session.merge(GoldenItem(item_id=item.id, outcome=outcome, marked_by_id=user.id, marked_at=now))
    _enter(session, user, item.id, "golden.marked", {"outcome": outcome})
    return golden


def unmark(session: Session, user: User, item: QueueItem) -> None:
    """Make a golden item an ordinary one again; what was answered stays on record."""
    roles.require(user, "mark_golden")
    golden = session.get(GoldenItem, item.id)
    if golden is not None:
        session.delete(golden)
        _enter(session, user, item.id, "golden.unmarked", {})


def answer_of(session: Session, item_id: int) -> str | None:
    """The right answer of a golden item, None for every other."""
    golden = session.get(GoldenItem, item_id)
    return golden.outcome if golden else None


def scores(session: Session) -> list[GoldenScore]:
    """How each reviewer did on the items that are golden now, by pseudonym."""
    statement = (
        select(User.pseudonym, Decision.outcome, GoldenItem.outcome)
        .join(Decision, Decision.user_id == User.id)
        .join(GoldenItem, GoldenItem.item_id == Decision.item_id)
        .where(stands(), Decision.purpose == GOLDEN, Decision.outcome != "skipped")
    )
    answered: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for reviewer, said, answer in session.execute(statement):
        answered[reviewer] += 1
        right[reviewer] += said == answer
    return [GoldenScore(reviewer, answered[reviewer], right[reviewer]) for reviewer in sorted(answered)]


def _enter(session: Session, user: User, item_id: int, action: str, details: dict[str, str]) -> None:
    audit.append(session, actor=user.pseudonym, action=action, subject=f"item:{item_id}", details=details)
