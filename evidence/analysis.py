"""What a pack tells of one post: where it comes from, what it said, what the releases and the reviewers made of it.

Reviewers appear under their pseudonyms alone. Offsets count code points of `scored_text`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lurewatch.errors import EvidenceError
from store.captures import facts_of
from store.case_contents import CaseContents
from store.parsed_post import ParsedPost, rfc3339
from store.posts import content_digest, full_text
from store.queue import circumstances
from store.tables import Capture, CaseItem, Decision, Post, QueueItem, Revision
from store.verdicts import identifier_records, verdict_record


def analysis_name(number: int) -> str:
    """The file of the post with that number in its pack, below data/."""
    return f"analysis/{number:04d}.json"


def post_documents(contents: CaseContents, capture_names: Mapping[int, str]) -> list[dict[str, Any]]:
    """The analysis document of each post with all its revisions; `capture_names` maps capture ids to file names.

    Raises EvidenceError when a revision is not what was kept when it was read.
    """
    return [_post(contents, post, capture_names) for post in contents.posts]


def capture_document(capture: Capture, name: str) -> dict[str, Any]:
    """What a pack tells of a capture; `name` is its file's."""
    return {"id": capture.id, "file": name, **facts_of(capture)}


def _post(contents: CaseContents, post: Post, capture_names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "post": {
            "id": post.id,
            "native_id": post.native_id,
            "url": post.url,
            "first_seen_at": rfc3339(post.first_seen_at),
            "last_seen_at": rfc3339(post.last_seen_at),
        },
        "source": {
            "name": post.source.name,
            "kind": post.source.kind,
            "url": post.source.url,
            "purpose": post.source.purpose,
            "legal_basis": post.source.legal_basis,
        },
        "revisions": [_revision(contents, revision, capture_names) for revision in post.revisions],
    }


def _revision(contents: CaseContents, revision: Revision, capture_names: Mapping[int, str]) -> dict[str, Any]:
    _must_be_unchanged(revision)
    item = contents.items.get(revision.id)
    return {
        "id": revision.id,
        "number": revision.number,
        "seen_at": rfc3339(revision.seen_at),
        "title": revision.title,
        "text": revision.text,
        "author": revision.author,
        "posted_at": _instant(revision.posted_at),
        "location": revision.location,
        "salary": revision.salary,
        "lang_hint": revision.lang_hint,
        "extra": revision.extra,
        "sha256": revision.sha256,
        "scored_text": full_text(revision),
        "capture": capture_document(revision.capture, capture_names[revision.capture_id]),
        "identifiers": identifier_records(revision),
        "verdicts": [verdict_record(verdict) for verdict in revision.verdicts],
        "item": _item(item, contents.entries.get(item.id)) if item else None,
    }


def _must_be_unchanged(revision: Revision) -> None:
    kept = ParsedPost(
        native_id="",
        title=revision.title,
        text=revision.text,
        author=revision.author,
        posted_at=revision.posted_at,
        location=revision.location,
        salary=revision.salary,
    )
    if content_digest(kept) != revision.sha256:
        raise EvidenceError(
            f"Revision {revision.id} was altered in the store: its content does not give its digest.",
            hint="No pack was made. Restore the store from a backup, and find out who changed it.",
        )


def _item(item: QueueItem, entry: CaseItem | None) -> dict[str, Any]:
    return {
        "id": item.id,
        "lane": item.lane,
        "queued_at": rfc3339(item.created_at),
        "in_case": entry is not None,
        "added_at": rfc3339(entry.added_at) if entry else None,
        "added_by": entry.added_by.pseudonym if entry else None,
        "decisions": [_decision(decision) for decision in item.decisions],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "reviewer": decision.user.pseudonym,
        "outcome": decision.outcome,
        "labels": decision.labels,
        "note": decision.note,
        "saw_score": decision.saw_score,
        "release": decision.release,
        "decided_at": rfc3339(decision.decided_at),
        "undoes": decision.undoes_id,
        **circumstances(decision),
    }


def _instant(value: datetime | None) -> str | None:
    return rfc3339(value) if value else None
