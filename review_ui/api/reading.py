"""Calls about what was collected: posts, verdicts and campaigns. Every page that holds text is an audit entry."""

from typing import Any

from fastapi import APIRouter

from review_ui import blinding
from review_ui.api import records
from review_ui.api.calls import CallerOf
from review_ui.api.shapes import After, CampaignShape, Id, Limit, Page, PostShape, VerdictRow, page_of
from store import pages

router = APIRouter()


@router.get("/posts", response_model=Page[PostShape])
def list_posts(caller: CallerOf, after: After = 0, limit: Limit = 50) -> Any:
    """Every post, flagged or not, with all its revisions."""
    with caller.at_work("view") as call:
        found = pages.posts_after(call.session, after, limit=limit)
        call.note("posts.listed", "posts", posts=[post.id for post in found])
        return page_of([(post.id, records.post_record(call.session, post)) for post in found], limit)


@router.get("/posts/{post_id}", response_model=PostShape)
def read_post(caller: CallerOf, post_id: Id) -> Any:
    """One post with all its revisions."""
    with caller.at_work("view") as call:
        post = pages.post_of(call.session, post_id)
        call.note("post.viewed", f"post:{post.id}")
        return records.post_record(call.session, post)


@router.get("/verdicts", response_model=Page[VerdictRow])
def list_verdicts(caller: CallerOf, after: After = 0, limit: Limit = 50) -> Any:
    """Every verdict of every release, in the order in which they were given, but of what is to be decided blind."""
    with caller.at_work("view") as call:
        apart = blinding.apart_verdicts(call)
        found = pages.verdicts_after(call.session, after, limit=limit, apart=apart)
        call.note("verdicts.listed", "verdicts", verdicts=[verdict.id for verdict in found])
        return page_of([(verdict.id, records.verdict_row(verdict)) for verdict in found], limit)


@router.get("/campaigns", response_model=Page[CampaignShape])
def list_campaigns(caller: CallerOf, after: After = 0, limit: Limit = 50) -> Any:
    """Every campaign with its members."""
    with caller.at_work("view") as call:
        found = pages.campaigns_after(call.session, after, limit=limit)
        call.note("campaigns.listed", "campaigns", campaigns=[campaign.id for campaign in found])
        return page_of([(campaign.id, records.campaign_record(campaign)) for campaign in found], limit)


@router.get("/campaigns/{campaign_id}", response_model=CampaignShape)
def read_campaign(caller: CallerOf, campaign_id: Id) -> Any:
    """One campaign with its members."""
    with caller.at_work("view") as call:
        campaign = pages.campaign_by_id(call.session, campaign_id)
        call.note("campaign.viewed", f"campaign:{campaign.id}")
        return records.campaign_record(campaign)
