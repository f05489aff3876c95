"""Who somebody is: the person behind a pseudonym, and the account of an OpenID provider that stands for a person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError
from store import audit, roles
from store.tables import OutsideIdentity, User


def reveal(session: Session, asker: User, pseudonym: str, *, purpose: str) -> User | None:
    """The person behind a pseudonym; that somebody asked, and why, is an audit entry, found or not."""
    roles.require(asker, "identities")
    if not purpose:
        raise DataError("A look at who somebody is needs a purpose.", hint="Say what you need the name for.")
    user = session.scalar(select(User).where(User.pseudonym == pseudonym))
    audit.append(
        session,
        actor=asker.pseudonym,
        action="identity.revealed" if user else "identity.not_found",
        subject=f"user:{user.id}" if user else "user:none",
        details={"pseudonym": pseudonym, "purpose": purpose},
    )
    return user


def person_of(session: Session, issuer: str, subject: str) -> User | None:
    """The person whom a provider's account signs in as."""
    statement = select(User).join(OutsideIdentity, OutsideIdentity.user_id == User.id)
    return session.scalar(statement.where(OutsideIdentity.issuer == issuer, OutsideIdentity.subject == subject))


def is_bound(session: Session, user: User) -> bool:
    """Whether some provider's account signs in as this person already."""
    return session.get(OutsideIdentity, user.id) is not None


def bind(session: Session, user: User, *, issuer: str, subject: str, now: datetime) -> None:
    """From now on the provider's account signs in as this person."""
    session.add(OutsideIdentity(user_id=user.id, issuer=issuer, subject=subject, bound_at=now))
    audit.append(
        session, actor=user.pseudonym, action="user.bound", subject=f"user:{user.id}", details={"issuer": issuer}
    )
