"""Long lists in pages by key: what comes after a given id, in the order of ids, so that nothing is missed or twice."""

from typing import TypeVar

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from lurewatch.errors import NotFoundError
from store.tables import Campaign, Case, Post, QueueItem, Revision, Verdict

T = TypeVar("T")
_NONE = false()


def open_items_after(
    session: Session, after: int, *, limit: int, lane: str | None = None, apart: ColumnElement[bool] = _NONE
) -> list[QueueItem]:
    """Open queue items, of one lane where one is named; those `apart` are of none."""
    statement = select(QueueItem).where(QueueItem.state == "open")
    if lane is not None:
        statement = statement.where(QueueItem.lane == lane, ~apart)
    return _page(session, statement, QueueItem.id, after, limit)


def posts_after(session: Session, after: int, *, limit: int) -> list[Post]:
    """Posts with their source and revisions."""
    statement = select(Post).options(joinedload(Post.source), selectinload(Post.revisions))
    return _page(session, statement, Post.id, after, limit)


def verdicts_after(session: Session, after: int, *, limit: int, apart: ColumnElement[bool] = _NONE) -> list[Verdict]:
    """Verdicts of every release but those `apart`, with their indicators."""
    statement = select(Verdict).where(~apart).options(selectinload(Verdict.indicators), joinedload(Verdict.revision))
    return _page(session, statement, Verdict.id, after, limit)


def campaigns_after(session: Session, after: int, *, limit: int) -> list[Campaign]:
    """Campaigns with their members."""
    return _page(session, select(Campaign).options(selectinload(Campaign.members)), Campaign.id, after, limit)


def cases_after(session: Session, after: int, *, limit: int) -> list[Case]:
    """Cases with their items."""
    return _page(session, select(Case).options(selectinload(Case.items)), Case.id, after, limit)


def items_of_post(session: Session, post_id: int) -> list[QueueItem]:
    """The queue items of a post's revisions, oldest first."""
    statement = select(QueueItem).join(Revision).where(Revision.post_id == post_id).order_by(QueueItem.id)
    return list(session.scalars(statement))


def post_of(session: Session, post_id: int) -> Post:
    """One post; NotFoundError when there is none."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFoundError(f"There is no post {post_id}.", hint="GET /posts lists them.")
    return post


def campaign_by_id(session: Session, campaign_id: int) -> Campaign:
    """One campaign; NotFoundError when there is none."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFoundError(f"There is no campaign {campaign_id}.", hint="GET /campaigns lists them.")
    return campaign


def _page(session: Session, statement: Select[T], key: InstrumentedAttribute[int], after: int, limit: int) -> list[T]:
    return list(session.scalars(statement.where(key > after).order_by(key).limit(limit)))
