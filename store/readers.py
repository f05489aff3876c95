"""Who reads which languages: an item that was handed on to readers of a language is offered to them alone."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store import audit, users
from store.roles import RIGHTS
from store.tables import QueueItem, User, UserLanguage

_DECIDING = [role for role, rights in RIGHTS.items() if "decide" in rights]


def languages_of(session: Session, user: User) -> frozenset[str]:
    """The languages that somebody reads, by their codes."""
    return frozenset(session.scalars(select(UserLanguage.lang).where(UserLanguage.user_id == user.id)))


def is_for(user_id: ColumnElement[int]) -> ColumnElement[bool]:
    """An item that needs no reader of a language, or one of a language that this person reads."""
    read = select(UserLanguage.lang).where(UserLanguage.user_id == user_id)
    return or_(QueueItem.needs_lang.is_(None), QueueItem.needs_lang.in_(read))


def set_languages(session: Session, user: User, langs: Collection[str]) -> None:
    """Replace what somebody reads by these."""
    users.lock(session, user)
    for row in session.scalars(select(UserLanguage).where(UserLanguage.user_id == user.id)):
        session.delete(row)
    session.flush()
    session.add_all(UserLanguage(user_id=user.id, lang=lang) for lang in sorted(set(langs)))
    details = {"languages": sorted(set(langs))}
    audit.append(session, actor=user.pseudonym, action="user.languages_set", subject=f"user:{user.id}", details=details)


def languages_read(session: Session) -> frozenset[str]:
    """Every language that somebody who may decide reads."""
    statement = (
        select(UserLanguage.lang)
        .join(User, User.id == UserLanguage.user_id)
        .where(~User.disabled, User.role.in_(_DECIDING))
        .distinct()
    )
    return frozenset(session.scalars(statement))
