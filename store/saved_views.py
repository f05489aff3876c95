"""Searches that a person keeps under a name; a supervisor may share theirs with everybody here."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError, NotFoundError
from store import audit, roles
from store.tables import SavedView, User

MOST_VIEWS = 50


def save_view(session: Session, user: User, *, name: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """Keep a search; the same name again replaces the query. Sharing needs the right to `share_view`."""
    roles.require(user, "share_view" if is_shared else "view")
    if not name.strip():
        raise DataError("A saved view needs a name.", hint="Say in a word or two what it finds.")
    audit.hold(session)  # Of two views of one name saved at once, the second must see the first.
    own = list(session.scalars(select(SavedView).where(SavedView.user_id == user.id)))
    view = next((known for known in own if known.name == name.strip()), None)
    if view is None:
        if len(own) >= MOST_VIEWS:
            raise DataError(f"You have {len(own)} saved views already.", hint="Remove one that you no longer use.")
        view = SavedView(user_id=user.id, name=name.strip(), query="", is_shared=False, created_at=now)
        session.add(view)
    view.query, view.is_shared = query, is_shared
    session.flush()
    _audit(session, user, view, "view.saved")
    return view


def remove_view(session: Session, user: User, view_id: int) -> None:
    """Forget one of this person's views; NotFoundError for another's."""
    view = session.get(SavedView, view_id)
    if view is None or view.user_id != user.id:
        raise NotFoundError(f"You have no saved view {view_id}.", hint="Go back to the search.")
    _audit(session, user, view, "view.removed")
    session.delete(view)


def views_for(session: Session, user: User) -> list[SavedView]:
    """This person's views and the shared ones, by name."""
    mine = or_(SavedView.user_id == user.id, SavedView.is_shared)
    statement = select(SavedView).where(mine).order_by(SavedView.name, SavedView.id)
    return list(session.scalars(statement.options(joinedload(SavedView.user))))


def _audit(session: Session, user: User, view: SavedView, action: str) -> None:
    details = {"name": view.name, "query": view.query, "shared": view.is_shared}
    audit.append(session, actor=user.pseudonym, action=action, subject=f"view:{view.id}", details=details)
