"""What was skipped and why, for whoever looks after the queue: a post that many pass on says something. Only reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.standing import stands
from store.tables import Decision, Post, QueueItem, Revision, Source, User, Verdict

MOST_SKIPS = 10_000


@dataclass(frozen=True, slots=True)
class SkippedItem:
    """One skip that was not taken back; `by` is a pseudonym, `reason` a code or "", `state` the item's now."""

    item_id: int
    state: str
    source: str
    lang: str
    reason: str
    snoozed_until: datetime | None
    needs_lang: str
    by: str
    at: datetime


def skipped_items(session: Session) -> list[SkippedItem]:
    """The last MOST_SKIPS, the newest first; neither notes nor lanes, which some may not know yet."""
    newest = select(Verdict.lang).where(Verdict.revision_id == QueueItem.revision_id).order_by(Verdict.id.desc())
    statement = (
        select(
            QueueItem.id,
            QueueItem.state,
            Source.name,
            func.coalesce(newest.limit(1).scalar_subquery(), "und"),
            func.coalesce(Decision.reason, ""),
            Decision.snoozed_until,
            func.coalesce(Decision.needs_lang, ""),
            User.pseudonym,
            Decision.decided_at,
        )
        .select_from(Decision)
        .join(QueueItem, QueueItem.id == Decision.item_id)
        .join(Revision, Revision.id == QueueItem.revision_id)
        .join(Post, Post.id == Revision.post_id)
        .join(Source, Source.id == Post.source_id)
        .join(User, User.id == Decision.user_id)
        .where(Decision.outcome == "skipped", stands())
        .order_by(Decision.id.desc())
        .limit(MOST_SKIPS)
    )
    return [SkippedItem(*row) for row in session.execute(statement)]
