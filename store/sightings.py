"""Where else an identifier stands: how many other posts name it, and which.

A hotline or an agency's number may stand in every post there is, so nothing here counts or lists further than it is
asked to.
"""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import NotFoundError
from store.tables import Identifier, Post, Revision


@dataclass(frozen=True, slots=True)
class Count:
    """A number of posts; `is_more` says that the counting stopped there."""

    posts: int
    is_more: bool


def identifier_of(session: Session, identifier_id: int) -> Identifier:
    """The identifier; NotFoundError when there is none."""
    found = session.get(Identifier, identifier_id)
    if found is None:
        raise NotFoundError(f"There is no identifier {identifier_id}.", hint="Go back to the post.")
    return found


def others_naming(session: Session, identifier: Identifier, *, post_id: int, most: int) -> Count:
    """How many posts but `post_id` name the same, counted up to `most`."""
    posts = _post_ids(identifier).where(Revision.post_id != post_id).limit(most + 1)
    count = session.scalar(select(func.count()).select_from(posts.subquery())) or 0
    return Count(min(count, most), count > most)


def posts_naming(session: Session, identifier: Identifier, *, most: int) -> list[Post]:
    """Up to `most` posts that name it, the newest first, with sources loaded."""
    newest = _post_ids(identifier).order_by(Revision.post_id.desc()).limit(most)
    statement = select(Post).where(Post.id.in_(newest)).order_by(Post.id.desc()).options(joinedload(Post.source))
    return list(session.scalars(statement))


def _post_ids(identifier: Identifier) -> Select[int]:
    return (
        select(Revision.post_id)
        .join(Identifier, Identifier.revision_id == Revision.id)
        .where(Identifier.type == identifier.type, Identifier.normalized == identifier.normalized)
        .distinct()
    )
