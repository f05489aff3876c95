"""Those for whom originals may be encrypted, by name. Whether a key is one is for `evidence.encryption` to say."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import audit
from store.tables import PackRecipient


def add(session: Session, *, name: str, key: str, actor: str, now: datetime) -> PackRecipient:
    """Keep a recipient; a name stands for one key at a time."""
    if not name.strip():
        raise DataError("A recipient needs a name.", hint="Give the court's or unit's.")
    if any(known.name == name.strip() for known in listed(session)):
        raise DataError(f"There is a recipient {name!r} already.", hint="Remove it first, or give another name.")
    row = PackRecipient(name=name.strip(), key=key, added_by=actor, added_at=now)
    session.add(row)
    session.flush()
    _tell(session, row, actor, "recipient.added")
    return row


def remove(session: Session, name: str, *, actor: str, now: datetime) -> None:
    """Encrypt nothing more for this recipient; what they have they keep."""
    row = by_name(session, name)
    row.removed_at = now
    session.flush()
    _tell(session, row, actor, "recipient.removed")


def listed(session: Session) -> list[PackRecipient]:
    """The recipients there are, by name."""
    there = select(PackRecipient).where(PackRecipient.removed_at.is_(None))
    return list(session.scalars(there.order_by(PackRecipient.name, PackRecipient.id)))


def by_name(session: Session, name: str) -> PackRecipient:
    """The recipient of that name; NotFoundError when there is none."""
    found = next((known for known in listed(session) if known.name == name), None)
    if found is None:
        raise NotFoundError(f"There is no recipient {name!r}.", hint="`lurewatch evidence recipients list` names them.")
    return found


def numbered(session: Session, recipient_id: int) -> PackRecipient:
    """The recipient of that id; NotFoundError when there is none, or none any more."""
    found = next((known for known in listed(session) if known.id == recipient_id), None)
    if found is None:
        raise NotFoundError(f"There is no recipient {recipient_id}.", hint="Reload the page of the case.")
    return found


def _tell(session: Session, row: PackRecipient, actor: str, action: str) -> None:
    details = {"name": row.name, "key": row.key}
    audit.append(session, actor=actor, action=action, subject=f"recipient:{row.id}", details=details)
