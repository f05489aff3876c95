"""Rows of the store as the API hands them out."""

from typing import Any

from sqlalchemy.orm import Session

from review_ui import blinding
from review_ui.api.calls import Call
from store import pages, posts, verdicts
from store.tables import Campaign, Case, Decision, Post, QueueItem, Revision, Verdict


def item_line(call: Call, item: QueueItem, *, is_hidden: bool) -> dict[str, Any]:
    """`ItemLine`, without the lane of what its reader is to decide blind."""
    return {
        "item_id": item.id,
        "lane": blinding.HIDDEN if is_hidden else item.lane,
        "state": blinding.told_state(call, item),
        "queued_at": item.created_at,
        "snoozed_until": item.snoozed_until,
        "needs_lang": item.needs_lang,
    }


def item_record(call: Call, item: QueueItem) -> dict[str, Any]:
    """`ItemShape`, without what its reader is to decide without."""
    revision = item.revision
    is_hidden = blinding.is_hidden(call, item)
    judged = None if is_hidden else verdicts.latest_verdict(call.session, revision.id)
    return {
        **item_line(call, item, is_hidden=is_hidden),
        "post_id": revision.post_id,
        "source": revision.post.source.name,
        "url": revision.post.url,
        "revision": revision_record(revision),
        "verdict": verdicts.verdict_record(judged) if judged else None,
        "identifiers": verdicts.identifier_records(revision),
        "decisions": [_decision(decision) for decision in blinding.told_decisions(call, item)],
    }


def revision_record(revision: Revision) -> dict[str, Any]:
    """`RevisionShape`."""
    plain = ("number", "seen_at", "author", "posted_at", "location", "salary", "sha256")
    return {**{name: getattr(revision, name) for name in plain}, "text": posts.full_text(revision)}


def post_record(session: Session, post: Post) -> dict[str, Any]:
    """`PostShape`."""
    return {
        "post_id": post.id,
        "source": post.source.name,
        "native_id": post.native_id,
        "url": post.url,
        "first_seen_at": post.first_seen_at,
        "last_seen_at": post.last_seen_at,
        "revisions": [revision_record(revision) for revision in post.revisions],
        "items": [item.id for item in pages.items_of_post(session, post.id)],
    }


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """`VerdictRow`."""
    about = {
        "verdict_id": verdict.id,
        "post_id": verdict.revision.post_id,
        "revision": verdict.revision.number,
    }
    return {**verdicts.verdict_record(verdict), **about}


def campaign_record(campaign: Campaign) -> dict[str, Any]:
    """`CampaignShape`."""
    members = sorted(campaign.members, key=lambda member: member.post_id)
    return {
        "campaign_id": campaign.id,
        "created_at": campaign.created_at,
        "members": [
            {"post_id": member.post_id, "reason": member.reason, "joined_at": member.joined_at} for member in members
        ],
    }


def case_line(case: Case) -> dict[str, Any]:
    """`CaseLine`."""
    return {
        "case_id": case.id,
        "number": case.number,
        "title": case.title,
        "opened_by": case.opened_by.pseudonym,
        "opened_at": case.opened_at,
        "items": [entry.item_id for entry in case.items],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "decision_id": decision.id,
        "outcome": decision.outcome,
        "by": decision.user.pseudonym,
        "decided_at": decision.decided_at,
        "note": decision.note,
        "labels": decision.labels,
        "skip_reason": decision.reason,
        "skip_until": decision.snoozed_until,
        "skip_lang": decision.needs_lang,
    }
