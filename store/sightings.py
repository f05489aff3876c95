"""Where else an identifier stands: how many other posts name it, and which.

A hotline or an agency's number may stand in every post there is, so nothing here counts or lists further than it is
asked to.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import NotFoundError
from store.tables import Identifier, Post, Revision

_NAMING = (
    select(Revision.post_id)
    .join(Identifier, Identifier.revision_id == Revision.id)
    .where(Identifier.type == bindparam("type"), Identifier.normalized == bindparam("normalized"))
)
# Made once: the page of every post asks it of each contact.
_OTHERS = select(func.count()).select_from(
    _NAMING.where(Revision.post_id != bindparam("post_id")).distinct().limit(bindparam("most")).subquery()
)


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
    same = {"type": identifier.type, "normalized": identifier.normalized}
    count = session.scalar(_OTHERS, {**same, "post_id": post_id, "most": most + 1}) or 0
    return Count(min(count, most), count > most)


def posts_naming(session: Session, identifier: Identifier, *, most: int) -> list[Post]:
    """Up to `most` posts that name it, the newest first, with sources loaded."""
    newest = _NAMING.distinct().order_by(Revision.post_id.desc()).limit(most)
    statement = select(Post).where(Post.id.in_(newest)).order_by(Post.id.desc()).options(joinedload(Post.source))
    return list(session.scalars(statement, {"type": identifier.type, "normalized": identifier.normalized}))
