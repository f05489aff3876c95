"""The directory of helplines. A number that nobody of this unit has called says so wherever it is shown."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, NotFoundError
from store import audit, roles
from store.tables import Helpline, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the directory says of a helpline: `country` is ISO 3166, `verified_on` the day this unit called it."""

    country: str
    name: str
    number: str
    source: str
    note: str = ""
    verified_on: str | None = None


def begin(session: Session, listings: Sequence[Listing], *, now: datetime) -> None:
    """Fill a directory that never had an entry; afterwards it is the unit's own."""
    if session.scalar(select(Helpline.id).limit(1)) is not None:
        return
    audit.hold(session)  # Of two that begin it at once, the second must see the first.
    if session.scalar(select(Helpline.id).limit(1)) is not None:
        return
    for listing in listings:
        session.add(Helpline(**asdict(listing), changed_by="bundled", changed_at=now))
    audit.append(
        session, actor="bundled", action="helplines.begun", subject="helplines", details={"entries": len(listings)}
    )


def add(session: Session, user: User, listing: Listing, *, now: datetime) -> Helpline:
    """A new entry."""
    roles.require(user, "helplines")
    _refuse_unsound(listing)
    row = Helpline(**asdict(listing), changed_by=user.pseudonym, changed_at=now)
    session.add(row)
    session.flush()
    _audit(session, user, row, "helpline.added")
    return row


def change(session: Session, user: User, helpline_id: int, listing: Listing, *, now: datetime) -> None:
    """Say something else of an entry."""
    roles.require(user, "helplines")
    row = _row(session, helpline_id)
    _refuse_unsound(listing)
    for name, value in asdict(listing).items():
        setattr(row, name, value)
    row.changed_by, row.changed_at = user.pseudonym, now
    _audit(session, user, row, "helpline.changed")


def retire(session: Session, user: User, helpline_id: int, *, now: datetime) -> None:
    """Show an entry no more."""
    roles.require(user, "helplines")
    row = _row(session, helpline_id)
    row.retired_at, row.changed_by, row.changed_at = now, user.pseudonym, now
    _audit(session, user, row, "helpline.retired")


def directory(session: Session) -> list[Helpline]:
    """Every entry that is shown, by country and name."""
    statement = select(Helpline).where(Helpline.retired_at.is_(None))
    return list(session.scalars(statement.order_by(Helpline.country, Helpline.name, Helpline.id)))


def of_countries(session: Session, countries: Collection[str]) -> list[Helpline]:
    """The entries of these countries."""
    return [row for row in directory(session) if row.country in countries]


def _row(session: Session, helpline_id: int) -> Helpline:
    row = session.get(Helpline, helpline_id)
    if row is None or row.retired_at is not None:
        raise NotFoundError(f"There is no helpline {helpline_id}.", hint="The list shows those that there are.")
    return row


def _refuse_unsound(listing: Listing) -> None:
    if not (len(listing.country) == 2 and listing.country.isascii() and listing.country.isupper()):
        raise DataError(f"{listing.country[:20]!r} is no country code.", hint="Write two capital letters, such as KH.")
    if listing.verified_on is not None:
        _refuse_no_day(listing.verified_on)


def _refuse_no_day(text: str) -> None:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day
    except ValueError as error:
        raise DataError(f"{text[:20]!r} is no day.", hint="Give it as 2026-01-31.") from error


def _audit(session: Session, user: User, row: Helpline, action: str) -> None:
    # Numbers of helplines are public: the chain may say which stood here when.
    details = {"country": row.country, "name": row.name, "number": row.number, "verified_on": row.verified_on}
    audit.append(session, actor=user.pseudonym, action=action, subject=f"helpline:{row.id}", details=details)
