"""Posts that stand confirmed, for statistics: when, in which language, as what, and naming which places. Only reads."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.figures import Period
from store.standing import is_last_word
from store.tables import Decision, Identifier, QueueItem, Revision, Verdict


@dataclass(frozen=True, slots=True)
class ConfirmedPost:
    """A post by its first confirmation that stands: the UTC day, the language ("" if unknown), labels and places."""

    on: date
    lang: str
    labels: tuple[str, ...]
    places: frozenset[str]


def confirmed_posts(session: Session, period: Period) -> list[ConfirmedPost]:
    """Posts that were first confirmed in the period; a later version that is confirmed too does not count again."""
    judged = (Verdict.revision_id == Revision.id) & (Verdict.release == Decision.release)
    statement = (
        select(Revision.post_id, Revision.id, Decision.decided_at, Decision.labels, Verdict.lang, Verdict.flagged)
        .select_from(Decision)
        .join(QueueItem, QueueItem.id == Decision.item_id)
        .join(Revision, Revision.id == QueueItem.revision_id)
        .outerjoin(Verdict, judged)
        .where(is_last_word(), Decision.outcome == "confirmed", QueueItem.state == "decided")
        .where(Decision.decided_at < period.until)
        .order_by(Decision.decided_at, Decision.id)
    )
    first = {row.post_id: row for row in reversed(session.execute(statement).all())}
    inside = [row for row in first.values() if row.decided_at >= period.since]
    places = _places(session, period)
    return [
        ConfirmedPost(
            on=row.decided_at.date(),
            lang=row.lang or "",
            labels=tuple(row.flagged or () if row.labels is None else row.labels),
            places=frozenset(places[row.id]),
        )
        for row in inside
    ]


def _places(session: Session, period: Period) -> dict[int, set[str]]:
    """The places that revisions name, by revision."""
    statement = (
        select(Identifier.revision_id, Identifier.normalized)
        .join(QueueItem, QueueItem.revision_id == Identifier.revision_id)
        .join(Decision, Decision.item_id == QueueItem.id)
        .where(Identifier.type == "place", Decision.outcome == "confirmed")
        .where(Decision.decided_at >= period.since, Decision.decided_at < period.until)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for revision_id, name in session.execute(statement):
        found[revision_id].add(name)
    return found
