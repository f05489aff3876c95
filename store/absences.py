"""Posts that their source shows no longer: since when, and whether they came back. What was kept of them stays.

"Gone" is what was seen: the address answered that there is nothing, showed the post no more, or called it deleted.
Why it went, and who took it away, nobody here knows.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store import audit
from store.lots import lots
from store.parsed_post import rfc3339
from store.tables import Post

GONE, BACK = "post.gone", "post.back"
# A post that was seen a day ago is not looked for, nor one that is older than any source's usual adverts.
SEEN_LATELY, LOOKED_FOR = timedelta(days=1), timedelta(days=90)


def mark_gone(
    session: Session, post_ids: Iterable[int], *, capture_id: int, seen_at: datetime, reason: str, actor: str
) -> int:
    """Note that posts are gone, each in the audit chain with the capture that showed it; how many were not before.

    `reason` is "status 404", "status 410", "not shown" or "called deleted".
    """
    gone = list(_among(session, post_ids, Post.gone_since.is_(None)))
    for post in gone:
        post.gone_since = seen_at
        _enter(session, post, GONE, actor, {"capture": capture_id, "reason": reason, "since": rfc3339(seen_at)})
    return len(gone)


def mark_back(session: Session, post_ids: Iterable[int], *, capture_id: int, actor: str) -> None:
    """Note that posts which were gone are shown again."""
    for post in _among(session, post_ids, Post.gone_since.is_not(None)):
        post.gone_since = None
        _enter(session, post, BACK, actor, {"capture": capture_id})


def _among(session: Session, post_ids: Iterable[int], condition: ColumnElement[bool]) -> Iterator[Post]:
    for some in lots(sorted(set(post_ids))):
        yield from session.scalars(select(Post).where(Post.id.in_(some), condition).order_by(Post.id)).all()


def _enter(session: Session, post: Post, action: str, actor: str, details: dict[str, object]) -> None:
    audit.append(session, actor=actor, action=action, subject=f"post:{post.id}", details=details)


def posts_at(session: Session, source_id: int, urls: Iterable[str]) -> list[int]:
    """The posts of a source whose own address is one of `urls`."""
    statement = select(Post.id).where(Post.source_id == source_id, Post.url.in_(sorted(set(urls))))
    return list(session.scalars(statement))


def to_look_for(session: Session, source_id: int, *, now: datetime, limit: int) -> list[Post]:
    """Posts of a source that were not seen for a day, longest unseen first; neither gone ones nor very old ones."""
    statement = select(Post).where(
        Post.source_id == source_id,
        Post.gone_since.is_(None),
        Post.url.is_not(None),
        Post.last_seen_at < now - SEEN_LATELY,
        Post.first_seen_at > now - LOOKED_FOR,
    )
    return list(session.scalars(statement.order_by(Post.last_seen_at, Post.id).limit(limit)))
