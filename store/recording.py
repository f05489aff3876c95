"""What the audit chain says of posts as they were kept: a digest of each new revision, in the entry of its capture.

So an edit of a post's address, or of a revision that nobody has decided on, shows as one of a decision does.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from store import audit
from store.posts import Reading, SavedPost, save_posts
from store.tables import Revision

CAPTURE_READ = "capture.read"


def keep_readings(
    session: Session, readings: Sequence[Reading], *, source_id: int, actor: str
) -> list[list[SavedPost]]:
    """Keep what captures of a source were read to hold, and enter it in the chain; returns the posts that are kept."""
    saved = save_posts(session, readings, source_id=source_id)
    told = [
        (f"capture:{reading.capture_id}", _on_record(session, of_one))
        for reading, of_one in zip(readings, saved, strict=True)
    ]
    audit.append_all(session, told, actor=actor, action=CAPTURE_READ)
    return [[post for post in of_one if post] for of_one in saved]


def _on_record(session: Session, read: list[SavedPost | None]) -> dict[str, Any]:
    """How many posts were read, erased ones counted, and the digests of what is new of them."""
    new = [post.revision_id for post in read if post and (post.is_new or post.is_edit)]
    digests = {str(number): revision_digest(session.get_one(Revision, number)) for number in new}
    return {"posts": len(read), "revisions": digests}


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
