"""What the audit chain says of posts as they were kept: a digest of each new revision, in the entry of its capture.

So an edit of a post's address, or of a revision that nobody has decided on, shows as one of a decision does.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from store import audit
from store.parsed_post import ParsedPost
from store.posts import SavedPost, save_post
from store.tables import Revision

CAPTURE_READ = "capture.read"


def keep_reading(
    session: Session,
    parsed: Iterable[ParsedPost],
    *,
    source_id: int,
    capture_id: int,
    seen_at: datetime,
    actor: str,
) -> list[SavedPost]:
    """Keep the posts that a capture was read to hold, and enter it in the chain; returns those that are kept."""
    saved = [
        save_post(session, source_id=source_id, capture_id=capture_id, post=post, seen_at=seen_at) for post in parsed
    ]
    return enter_reading(session, capture_id, saved, actor=actor)


def enter_reading(
    session: Session, capture_id: int, saved: Iterable[SavedPost | None], *, actor: str
) -> list[SavedPost]:
    """Enter in the chain that a capture was read, erased posts counted; returns the posts that are kept."""
    read = list(saved)
    kept = [post for post in read if post]
    new = [post.revision_id for post in kept if post.is_new or post.is_edit]
    digests = {str(number): revision_digest(session.get_one(Revision, number)) for number in new}
    details = {"posts": len(read), "revisions": digests}
    audit.append(session, actor=actor, action=CAPTURE_READ, subject=f"capture:{capture_id}", details=details)
    return kept


def revision_digest(revision: Revision) -> str:
    """SHA-256 in hex over the RFC 8785 form of whose revision it is, where the post stood, and its content's digest."""
    post = revision.post
    told: dict[str, Any] = {
        "source": post.source_id,
        "post": post.id,
        "native_id": post.native_id,
        "url": post.url,
        "number": revision.number,
        "content": revision.sha256,
    }
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest()
