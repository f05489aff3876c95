"""Posts and their revisions: the same post seen twice is one post, an edit is a further revision."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import rfc8785
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from lurewatch.errors import NotFoundError
from store import search_index, tombstones
from store.lots import lots
from store.parsed_post import ParsedPost, rfc3339
from store.tables import Post, Revision, Verdict

_OF_POST = aliased(Revision)
_NEWEST = select(func.max(_OF_POST.number)).where(_OF_POST.post_id == Revision.post_id).scalar_subquery()
# Made once: it is asked for every page.
_STANDING = (
    select(Revision)
    .join(Revision.post)
    .where(
        Post.source_id == bindparam("source_id"),
        Post.native_id.in_(bindparam("native_ids", expanding=True)),
        Revision.number == _NEWEST,
    )
    .options(contains_eager(Revision.post))
)


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


@dataclass(frozen=True, slots=True)
class Reading:
    """The posts that one capture was read to hold."""

    capture_id: int
    posts: Sequence[ParsedPost]
    seen_at: datetime


def save_posts(session: Session, readings: Sequence[Reading], *, source_id: int) -> list[list[SavedPost | None]]:
    """Keep what captures of a source were read to hold; a revision only when what makes one has changed.

    That is title, text, author, time, place and salary. None stands for a post that was erased and stays so: its
    capture goes too unless something else in it is kept.
    """
    told = [(reading, post, content_digest(post)) for reading in readings for post in reading.posts]
    buried = tombstones.buried(session, source_id, [(post.native_id, digest) for _reading, post, digest in told])
    standing = _standing(session, source_id, {post.native_id for _reading, post, _digest in told})
    kept: list[_Kept | None] = []
    for reading, post, digest in told:
        if (post.native_id, digest) in buried:
            kept.append(None)
            continue
        latest = standing.get(post.native_id)
        revision = _revision_of(reading, post, digest, latest, source_id=source_id)
        if revision is not latest:
            session.add(search_index.entry_of(revision, source_id=source_id))
        standing[post.native_id] = revision
        kept.append(_Kept(reading, post, revision, is_new=latest is None, is_repeat=revision is latest))
    # Numbers are given to all of them at once.
    session.flush()
    each_saved = iter([each and each.saved() for each in kept])
    saved = [list(islice(each_saved, len(reading.posts))) for reading in readings]
    for reading, of_one in zip(readings, saved, strict=True):
        if None in of_one:
            tombstones.mark_captures(session, [reading.capture_id], now=reading.seen_at)
    return saved


class _Kept(NamedTuple):
    reading: Reading
    post: ParsedPost
    revision: Revision
    is_new: bool
    is_repeat: bool

    def saved(self) -> SavedPost:
        # A capture that is read once more, after a kill, brought what it brought.
        is_reread = self.is_repeat and self.revision.capture_id == self.reading.capture_id and self.revision.number == 1
        return SavedPost(
            self.revision.post_id,
            self.revision.id,
            is_new=self.is_new,
            is_edit=not self.is_new and not self.is_repeat,
            is_first_here=self.is_new or is_reread,
            is_deleted=bool(self.post.extra.get("deleted")),
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


def newest_revision(session: Session, post_id: int) -> Revision:
    """The revision that stands now; NotFoundError when there is no such post."""
    statement = select(Revision).where(Revision.post_id == post_id).order_by(Revision.number.desc())
    revision = session.scalars(statement.limit(1)).first()
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


def _standing(session: Session, source_id: int, native_ids: set[str]) -> dict[str, Revision]:
    """The revisions that stand now, with their posts, of those that are known."""
    found: dict[str, Revision] = {}
    for some in lots(sorted(native_ids)):
        revisions = session.scalars(_STANDING, {"source_id": source_id, "native_ids": some})
        found |= {revision.post.native_id: revision for revision in revisions}
    return found


def _revision_of(
    reading: Reading, post: ParsedPost, digest: str, latest: Revision | None, *, source_id: int
) -> Revision:
    """The revision that says what was read: the latest, or a further one, of a new post if need be."""
    row = latest.post if latest else _new_post(reading, post, source_id=source_id)
    row.last_seen_at = max(row.last_seen_at, reading.seen_at)
    if latest and latest.sha256 == digest:
        return latest
    return Revision(
        post=row,
        number=latest.number + 1 if latest else 1,
        capture_id=reading.capture_id,
        seen_at=reading.seen_at,
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


def _new_post(reading: Reading, post: ParsedPost, *, source_id: int) -> Post:
    return Post(
        source_id=source_id,
        native_id=post.native_id,
        url=post.url,
        first_seen_at=reading.seen_at,
        last_seen_at=reading.seen_at,
    )
