"""What ties the posts of a case together: their campaigns, with members that are not in it yet, and shared contacts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from lurewatch.errors import NotFoundError
from store import queue, roles
from store.cases import add_item, lock_case
from store.standing import is_decided_as
from store.tables import CampaignMember, Case, CaseItem, Identifier, Post, QueueItem, Revision, User


@dataclass(frozen=True, slots=True)
class SharedIdentifier:
    """A contact or place that several posts of a case name; `elsewhere` counts posts outside of the case."""

    type: str
    value: str
    item_ids: tuple[int, ...]
    elsewhere: int


def offered_members(session: Session, case: Case) -> dict[int, list[QueueItem]]:
    """By campaign of the case's posts: its confirmed items that were never in the case, the oldest first.

    What was taken out of the case with a reason is not offered again.
    """
    campaign_ids = _of_posts_in(case, select(CampaignMember.campaign_id), CampaignMember.post_id)
    ever_in = select(CaseItem.item_id).where(CaseItem.case_id == case.id)
    statement = (
        select(CampaignMember.campaign_id, QueueItem)
        .join(Revision, Revision.post_id == CampaignMember.post_id)
        .join(QueueItem, QueueItem.revision_id == Revision.id)
        .where(CampaignMember.campaign_id.in_(campaign_ids), QueueItem.id.not_in(ever_in), is_decided_as("confirmed"))
        .order_by(QueueItem.id)
        .options(joinedload(QueueItem.revision).joinedload(Revision.post).joinedload(Post.source))
    )
    offered: dict[int, list[QueueItem]] = defaultdict(list)
    for campaign_id, item in session.execute(statement):
        offered[campaign_id].append(item)
    return dict(offered)


def add_campaign(session: Session, user: User, case: Case, campaign_id: int, *, now: datetime) -> list[CaseItem]:
    """Put all confirmed members of a campaign, of which one is in the case, into it."""
    roles.require(user, "open_case")
    items = offered_members(session, case).get(campaign_id, [])
    if not items:
        raise NotFoundError(
            f"Campaign {campaign_id} has no confirmed post to add to case {case.number}.", hint="Reload the case."
        )
    lock_case(session, case)
    for item in items:
        queue.lock_item(session, item.id)  # All before the first audit entry: whoever decides locks in that order.
    return [add_item(session, user, case, item, now=now) for item in items]


def shared_identifiers(session: Session, case: Case, *, limit: int = 100) -> list[SharedIdentifier]:
    """What two or more posts of the case name, the most shared first, `limit` of them."""
    named = {key: found for key, found in _named_in(session, case).items() if len(found.item_by_post) > 1}
    most = sorted(named, key=lambda key: (-len(named[key].item_by_post), key))[:limit]
    elsewhere = _named_elsewhere(session, case, most)
    return [
        SharedIdentifier(
            key[0], named[key].value, tuple(sorted(named[key].item_by_post.values())), elsewhere.get(key, 0)
        )
        for key in most
    ]


@dataclass(slots=True)
class _Named:
    value: str
    item_by_post: dict[int, int]


def _named_in(session: Session, case: Case) -> dict[tuple[str, str], _Named]:
    columns = Identifier.type, Identifier.normalized, Identifier.value, Revision.post_id, QueueItem.id
    statement = (
        select(*columns)
        .join(Revision, Revision.id == Identifier.revision_id)
        .join(QueueItem, QueueItem.revision_id == Revision.id)
        .join(CaseItem, CaseItem.item_id == QueueItem.id)
        .where(CaseItem.case_id == case.id, CaseItem.removed_at.is_(None))
        .order_by(QueueItem.id)
    )
    named: dict[tuple[str, str], _Named] = {}
    for kind, normalized, value, post_id, item_id in session.execute(statement):
        named.setdefault((kind, normalized), _Named(value, {})).item_by_post[post_id] = item_id
    return named


def _named_elsewhere(session: Session, case: Case, keys: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many posts outside of the case name each (type, normalized)."""
    inside = _of_posts_in(case, select(Post.id), Post.id)
    statement = (
        select(Identifier.type, Identifier.normalized, func.count(Revision.post_id.distinct()))
        .join(Revision, Revision.id == Identifier.revision_id)
        .where(tuple_(Identifier.type, Identifier.normalized).in_(keys), Revision.post_id.not_in(inside))
        .group_by(Identifier.type, Identifier.normalized)
    )
    return {(kind, normalized): count for kind, normalized, count in session.execute(statement)}


def _of_posts_in(case: Case, wanted: Select[int], post_id: InstrumentedAttribute[int]) -> Select[int]:
    """`wanted` for the posts that are in the case now; `post_id` is the column of it that names a post."""
    return (
        wanted.join(Revision, Revision.post_id == post_id)
        .join(QueueItem, QueueItem.revision_id == Revision.id)
        .join(CaseItem, CaseItem.item_id == QueueItem.id)
        .where(CaseItem.case_id == case.id, CaseItem.removed_at.is_(None))
    )
