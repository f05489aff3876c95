"""What was handed in: what hotlines, partners and returnees gave, who took it in, and from what kind of giver.

A name is kept only with the giver's consent; the audit chain never holds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, joinedload

from lurewatch.errors import DataError
from store import audit, roles
from store.holds import is_standing
from store.tables import HandedIn, HandedInRevision, QueueItem, Source, User

SOURCE_PREFIX = "intake:"
GIVERS = ("hotline", "partner", "returnee", "relative", "other")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Given:
    """What is handed over: the bytes as they came, and what is known of the giver."""

    content: bytes
    media_type: str
    giver: str
    giver_name: str | None = None
    has_consented: bool = False
    note: str = ""


def refuse_unsound(given: Given) -> None:
    """Raise DataError for nothing at all, an unknown kind of giver, or a name without consent."""
    if not given.content.strip():
        raise DataError("Nothing was handed over.", hint="Write a text, or choose a file that is not empty.")
    if given.giver not in GIVERS:
        raise DataError(f"{given.giver[:20]!r} is no kind of giver.", hint=f"Choose one of {', '.join(GIVERS)}.")
    if given.giver_name and not given.has_consented:
        raise DataError(
            "The giver's name is kept only if they consent.", hint="Tick their consent, or leave the name out."
        )


def record(
    session: Session, user: User, given: Given, *, capture_id: int | None, sha256: str, now: datetime
) -> HandedIn:
    """Enter what `user` took in; `capture_id` is None for an image, of which the hash is all that is kept."""
    roles.require(user, "intake")
    refuse_unsound(given)
    row = HandedIn(
        capture_id=capture_id,
        taken_by_id=user.id,
        taken_at=now,
        giver=given.giver,
        giver_name=given.giver_name or None,
        has_consented=given.has_consented,
        note=given.note,
        media_type=given.media_type,
        sha256=sha256,
        size_bytes=len(given.content),
    )
    session.add(row)
    session.flush()
    audit.append(
        session,
        actor=user.pseudonym,
        action="intake.taken",
        subject=f"handed_in:{row.id}",
        details={"capture": capture_id, "giver": given.giver, "sha256": sha256, "size_bytes": len(given.content)},
    )
    return row


def erase_images(session: Session, *, before: datetime, actor: str) -> int:
    """Erase the records of images that were taken in `before`; no capture takes them along. Returns how many."""
    gone = list(session.scalars(select(HandedIn.id).where(_is_old_image(before)).order_by(HandedIn.id)))
    if gone:
        session.execute(delete(HandedIn).where(HandedIn.id.in_(gone)))
        audit.append(session, actor=actor, action="intake.erased", subject="retention", details={"handed_in": gone})
    return len(gone)


def count_old_images(session: Session, *, before: datetime) -> int:
    """How many `erase_images` would erase."""
    return session.scalar(select(func.count()).select_from(HandedIn).where(_is_old_image(before))) or 0


def _is_old_image(before: datetime) -> ColumnElement[bool]:
    of_giver = Source.name == SOURCE_PREFIX + HandedIn.giver
    held = select(Source.id).where(of_giver, is_standing("source", Source.id)).correlate(HandedIn).exists()
    return HandedIn.capture_id.is_(None) & (HandedIn.taken_at < before) & ~held


def link_posts(session: Session, row: HandedIn, revision_ids: Iterable[int]) -> None:
    """Keep which posts, as they stood, were in it."""
    session.add_all(HandedInRevision(handed_in_id=row.id, revision_id=one) for one in sorted(set(revision_ids)))


def newest(session: Session) -> list[HandedIn]:
    """The last SHOWN, the newest first."""
    statement = select(HandedIn).options(joinedload(HandedIn.taken_by)).order_by(HandedIn.id.desc()).limit(SHOWN)
    return list(session.scalars(statement))


def items_of(session: Session, row: HandedIn) -> list[QueueItem]:
    """The queue items of its posts, those among them that were known before."""
    statement = select(QueueItem).join(HandedInRevision, HandedInRevision.revision_id == QueueItem.revision_id)
    statement = statement.where(HandedInRevision.handed_in_id == row.id)
    return list(session.scalars(statement.order_by(QueueItem.id)))
