"""Erases posts with all that was made of them, in one transaction with the tombstones and the audit entry.

The captures that showed them are marked; `evidence.warc_erasing` takes them out of their files. What a deletion leaves
in the database's own files is `store.scrubbing`'s.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Delete, delete, select, update
from sqlalchemy.orm import Session, selectinload

from lurewatch.errors import AccessError, NotFoundError
from store import accounting, audit, retention, tombstones
from store.redaction_marks import erase_marks
from store.tables import (
    Campaign,
    CampaignMember,
    Capture,
    CaseItem,
    Decision,
    GoldenItem,
    HandedInRevision,
    Identifier,
    Indicator,
    Lease,
    Post,
    QueueItem,
    Revision,
    SearchLabel,
    SearchText,
    SevereExposure,
    Verdict,
)

# Whoever asked holds none of these rows.
_PLAIN = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Erased:
    """How many posts went, and how many captures may go with them; the audit chain says the same."""

    posts: int
    captures: int


def erase_due(session: Session, post_ids: Sequence[int], *, before: datetime, actor: str, now: datetime) -> Erased:
    """Of these posts, erase those that are still due once nobody else can touch their items."""
    lock_items(session, post_ids)
    due = retention.due_posts(session, before=before, now=now, limit=len(post_ids), among=post_ids)
    if not due:
        return Erased(0, 0)
    return _erase(session, due, reason="retention", subject="retention", actor=actor, now=now)


def erase_post(
    session: Session, post_id: int, *, because: str, request_id: int | None, actor: str, now: datetime
) -> Erased:
    """Erase one post on request. Whether one person may is the caller's to know; under hold nobody may."""
    lock_items(session, [post_id])
    refuse_held(session, post_id)
    told = {"because": because, "request": request_id}
    return _erase(session, [post_id], reason="request", subject=f"post:{post_id}", actor=actor, now=now, told=told)


def refuse_held(session: Session, post_id: int) -> None:
    """NotFoundError where there is no such post, AccessError where a legal hold stands on it."""
    if session.get(Post, post_id) is None:
        raise NotFoundError(f"There is no post {post_id}.", hint="Look its number up on its page.")
    if retention.is_under_hold(session, post_id):
        raise AccessError(f"Post {post_id} is under a legal hold.", hint="Have the hold lifted first.")


def _erase(
    session: Session,
    post_ids: Sequence[int],
    *,
    reason: str,
    subject: str,
    actor: str,
    now: datetime,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> Erased:
    found = select(Post).where(Post.id.in_(post_ids)).order_by(Post.id)
    posts = list(session.scalars(found.options(selectinload(Post.revisions))))
    stones = [tombstones.tombstone_of(session, post, reason=reason, actor=actor, now=now) for post in posts]
    captures = _captures_of(session, posts, whole=reason == "request")
    tombstones.mark_captures(session, captures, now=now)
    erase_marks(session, post_ids, actor=actor)
    numbers = [post.id for post in posts]
    _delete_all(session, numbers)
    details = {
        "reason": reason,
        "posts": numbers,
        "by_source": dict(Counter(str(post.source_id) for post in posts)),
        "captures": captures,
        "tombstones_sha256": accounting.tombstones_digest(stones),
        **told,
    }
    entry = audit.append(session, actor=actor, action=accounting.POSTS_ERASED, subject=subject, details=details)
    for stone in stones:
        stone.entry_seq = entry.seq
    session.add_all(stones)
    session.flush()
    return Erased(len(numbers), len(captures))


def lock_items(session: Session, post_ids: Sequence[int]) -> None:
    """Let nobody decide on these posts meanwhile. To be called before the first audit entry, as everybody does."""
    mine = select(Revision.id).where(Revision.post_id.in_(post_ids))
    locked = select(QueueItem.id).where(QueueItem.revision_id.in_(mine)).order_by(QueueItem.id)
    session.execute(locked.with_for_update()).all()


def _captures_of(session: Session, posts: Sequence[Post], *, whole: bool) -> list[int]:
    """The captures that revisions came from, and if `whole` those of the same addresses while the post was there."""
    own = {revision.capture_id for post in posts for revision in post.revisions}
    if whole:
        urls = select(Capture.url).where(Capture.id.in_(own))
        for post in posts:
            shown = Capture.fetched_at.between(post.first_seen_at, post.last_seen_at)
            same = Capture.source_id == post.source_id, Capture.url.in_(urls), shown
            own |= set(session.scalars(select(Capture.id).where(*same)))
    return sorted(own)


def _delete_all(session: Session, post_ids: Sequence[int]) -> None:
    """Every row that is about these posts, the ones that point to others first."""
    revisions = select(Revision.id).where(Revision.post_id.in_(post_ids))
    verdicts = select(Verdict.id).where(Verdict.revision_id.in_(revisions))
    items = select(QueueItem.id).where(QueueItem.revision_id.in_(revisions))
    campaigns = set(session.scalars(select(CampaignMember.campaign_id).where(CampaignMember.post_id.in_(post_ids))))
    decisions = select(Decision.id).where(Decision.item_id.in_(items))
    for statement in (
        update(Decision).where(Decision.source_decision_id.in_(decisions)).values(source_decision_id=None),
        *(delete(table).where(table.item_id.in_(items)) for table in (Lease, SevereExposure, GoldenItem, CaseItem)),
        delete(Decision).where(Decision.item_id.in_(items)),
        delete(QueueItem).where(QueueItem.revision_id.in_(revisions)),
        delete(HandedInRevision).where(HandedInRevision.revision_id.in_(revisions)),
        delete(SearchLabel).where(SearchLabel.revision_id.in_(revisions)),
        delete(SearchText).where(SearchText.revision_id.in_(revisions)),
        delete(Indicator).where(Indicator.verdict_id.in_(verdicts)),
        delete(Verdict).where(Verdict.revision_id.in_(revisions)),
        delete(Identifier).where(Identifier.revision_id.in_(revisions)),
        delete(CampaignMember).where(CampaignMember.post_id.in_(post_ids)),
        delete(Revision).where(Revision.post_id.in_(post_ids)),
        delete(Post).where(Post.id.in_(post_ids)),
        _empty_ones(campaigns),
    ):
        session.execute(statement, execution_options=_PLAIN)


def _empty_ones(campaign_ids: set[int]) -> Delete:
    has_members = select(CampaignMember.post_id).where(CampaignMember.campaign_id == Campaign.id).exists()
    return delete(Campaign).where(Campaign.id.in_(campaign_ids), ~has_members)
