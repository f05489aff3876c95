"""Campaigns: which posts belong together, and why each one was put there."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import holds
from store.tables import Campaign, CampaignMember, Post, QueueItem, Revision


def join_posts(session: Session, post_id: int, other_post_id: int, *, reason: str, at: datetime) -> Campaign:
    """Put two posts into one campaign; where each has one already, the newer campaign goes into the older."""
    members = [session.get(CampaignMember, post_id), session.get(CampaignMember, other_post_id)]
    known = sorted({member.campaign_id for member in members if member})
    campaign = session.get_one(Campaign, known[0]) if known else _new_campaign(session, at)
    for campaign_id in known[1:]:
        _merge(session, campaign_id, campaign.id)
    for member_id, member in zip((post_id, other_post_id), members, strict=True):
        if member is None:
            session.add(CampaignMember(post_id=member_id, campaign_id=campaign.id, reason=reason, joined_at=at))
    session.flush()
    return campaign


def campaign_of(session: Session, post_id: int) -> Campaign | None:
    """The campaign of a post with its members, or None when the post stands alone."""
    statement = (
        select(Campaign)
        .join(CampaignMember)
        .where(CampaignMember.post_id == post_id)
        .options(selectinload(Campaign.members).selectinload(CampaignMember.post))
    )
    return session.scalars(statement).first()


def size_of(session: Session, post_id: int) -> int:
    """How many posts the campaign of a post has, itself included; 0 when it stands alone."""
    return session.scalar(select(func.count()).select_from(CampaignMember).where(_beside(post_id))) or 0


def other_members(session: Session, post_id: int, *, most: int) -> list[CampaignMember]:
    """Up to `most` other members of a post's campaign, the newest post first; revisions with their verdicts loaded."""
    to_verdicts = selectinload(Post.revisions).selectinload(Revision.verdicts)
    statement = (
        select(CampaignMember)
        .where(_beside(post_id), CampaignMember.post_id != post_id)
        .order_by(CampaignMember.post_id.desc())
        .limit(most)
        .options(joinedload(CampaignMember.post).options(joinedload(Post.source), to_verdicts))
    )
    return list(session.scalars(statement))


def campaign_count(session: Session) -> int:
    """How many campaigns there are."""
    return session.scalar(select(func.count()).select_from(Campaign)) or 0


def queued_revisions(session: Session) -> list[Revision]:
    """Every revision that was ever queued, oldest first, identifiers loaded: what gets linked."""
    statement = (
        select(Revision)
        .join(QueueItem, QueueItem.revision_id == Revision.id)
        .order_by(Revision.id)
        .options(selectinload(Revision.identifiers))
    )
    return list(session.scalars(statement))


def _beside(post_id: int) -> ColumnElement[bool]:
    own = select(CampaignMember.campaign_id).where(CampaignMember.post_id == post_id).scalar_subquery()
    return CampaignMember.campaign_id == own


def _new_campaign(session: Session, at: datetime) -> Campaign:
    campaign = Campaign(created_at=at)
    session.add(campaign)
    session.flush()
    return campaign


def _merge(session: Session, from_id: int, into_id: int) -> None:
    for member in session.scalars(select(CampaignMember).where(CampaignMember.campaign_id == from_id)):
        member.campaign_id = into_id
    holds.carry_over(session, from_id, into_id)
    session.flush()
    session.delete(session.get_one(Campaign, from_id))
