"""Posts and their revisions: the same post seen twice is one post, an edit is a further revision."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import rfc8785
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import NotFoundError
from store import search_index, tombstones
from store.parsed_post import ParsedPost, rfc3339
from store.tables import Post, Revision, Verdict


@dataclass(frozen=True, slots=True)
class SavedPost:
    """Where a parsed post went: `is_new` for a first sight, `is_edit` for a changed one, neither for a repeat.

    `is_first_here` when the post was first seen in this capture, which may have been read before; `is_deleted` when
    its source calls it deleted.
    """

    post_id: int
    revision_id: int
    is_new: bool
    is_edit: bool
    is_first_here: bool
    is_deleted: bool = False


def save_post(
    session: Session, *, source_id: int, capture_id: int, post: ParsedPost, seen_at: datetime
) -> SavedPost | None:
    """Keep a parsed post; a new revision only when title, text, author, time, place or salary changed.

    None for one that was erased and stays so; the capture goes too unless something else in it is kept.
    """
    digest, is_deleted = content_digest(post), bool(post.extra.get("deleted"))
    if tombstones.is_buried(session, source_id, post.native_id, digest):
        tombstones.mark_captures(session, [capture_id], now=seen_at)
        return None
    row = session.scalar(select(Post).where(Post.source_id == source_id, Post.native_id == post.native_id))
    is_new = row is None
    if row is None:
        row = Post(
            source_id=source_id,
            native_id=post.native_id,
            url=post.url,
            first_seen_at=seen_at,
            last_seen_at=seen_at,
        )
        session.add(row)
        session.flush()
    row.last_seen_at = max(row.last_seen_at, seen_at)
    latest = latest_revision(session, row.id)
    if latest is not None and latest.sha256 == digest:
        # A capture that is read once more, after a kill, brought what it brought.
        is_first = latest.capture_id == capture_id and latest.number == 1
        return SavedPost(row.id, latest.id, is_new=False, is_edit=False, is_first_here=is_first, is_deleted=is_deleted)
    revision = _new_revision(row.id, (latest.number if latest else 0) + 1, capture_id, seen_at, post, digest)
    session.add(revision)
    session.flush()
    search_index.index_revision(session, revision, source_id=source_id)
    return SavedPost(
        row.id, revision.id, is_new=is_new, is_edit=not is_new, is_first_here=is_new, is_deleted=is_deleted
    )


def content_digest(post: ParsedPost) -> str:
    """SHA-256 over what makes a revision; `extra` (views, replies) is left out, it changes all the time."""
    content = {
        "title": post.title,
        "text": post.text,
        "author": post.author,
        "posted_at": rfc3339(post.posted_at) if post.posted_at else None,
        "location": post.location,
        "salary": post.salary,
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def latest_revision(session: Session, post_id: int) -> Revision | None:
    """The revision that stands now."""
    statement = select(Revision).where(Revision.post_id == post_id).order_by(Revision.number.desc())
    return session.scalars(statement.limit(1)).first()


def newest_revision(session: Session, post_id: int) -> Revision:
    """The revision that stands now; NotFoundError when there is no such post."""
    revision = latest_revision(session, post_id)
    if revision is None:
        raise NotFoundError(f"There is no post {post_id}.", hint="Go back to the search.")
    return revision


def unjudged_revisions(session: Session, release: str, limit: int) -> list[Revision]:
    """Up to `limit` revisions that `release` has not judged, oldest first."""
    return list(session.scalars(_unjudged(release).limit(limit)))


def unjudged_among(session: Session, release: str, revision_ids: Iterable[int]) -> list[Revision]:
    """Those of the revisions that `release` has not judged, oldest first."""
    return list(session.scalars(_unjudged(release).where(Revision.id.in_(revision_ids))))


def claim_unjudged(session: Session, release: str, revision_ids: Iterable[int]) -> list[Revision]:
    """Those of the revisions that nobody has judged meanwhile, held until the end of the transaction.

    On PostgreSQL what another worker holds is skipped, so that each is judged once.
    """
    statement = _unjudged(release).where(Revision.id.in_(revision_ids))
    return list(session.scalars(statement.with_for_update(skip_locked=True, of=Revision)))


def full_text(revision: Revision) -> str:
    """The text that is scored and shown; offsets of indicators and identifiers count in it."""
    return ParsedPost(native_id="", title=revision.title, text=revision.text).full_text()


def revision_with_provenance(session: Session, revision_id: int) -> Revision | None:
    """A revision with its post, source, capture, verdicts and identifiers loaded."""
    return session.get(
        Revision,
        revision_id,
        options=[joinedload(Revision.post).joinedload(Post.source), joinedload(Revision.capture)],
    )


def _unjudged(release: str) -> Select[Revision]:
    judged = select(Verdict.id).where(Verdict.revision_id == Revision.id, Verdict.release == release)
    return select(Revision).where(~judged.exists()).order_by(Revision.id)


def _new_revision(
    post_id: int, number: int, capture_id: int, seen_at: datetime, post: ParsedPost, digest: str
) -> Revision:
    return Revision(
        post_id=post_id,
        number=number,
        capture_id=capture_id,
        seen_at=seen_at,
        title=post.title,
        text=post.text,
        author=post.author,
        posted_at=post.posted_at,
        location=post.location,
        salary=post.salary,
        lang_hint=post.lang_hint,
        extra=post.extra,
        sha256=digest,
    )
