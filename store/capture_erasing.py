"""Captures that may go: those that are marked, or old, and that no revision needs; and the change of their WARC files.

The files themselves are `evidence.warc_erasing`'s. A rewriting is announced before the new file is begun, so that after
a crash one of the two is known to be in use and the other can be removed.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, literal, or_, select
from sqlalchemy.orm import Session, aliased

from lurewatch.errors import EvidenceError
from store import audit
from store.accounting import CAPTURES_ERASED
from store.holds import is_held, is_standing
from store.tables import Capture, CaptureErasure, HandedIn, HandedInRevision, Post, Revision, WarcRewrite


def mark_old(session: Session, *, before: datetime, now: datetime) -> int:
    """Mark what was fetched `before` and holds nothing that is kept; returns how many captures that were."""
    old = select(Capture.id, literal(now, type_=CaptureErasure.due_since.type)).where(
        Capture.fetched_at < before, ~_is_marked(), _is_free()
    )
    found = session.scalars(
        insert(CaptureErasure).from_select(["capture_id", "due_since"], old).returning(CaptureErasure.capture_id)
    )
    return len(found.all())


def files(session: Session) -> list[str]:
    """The WARC files that hold captures which may go now."""
    return list(session.scalars(select(Capture.warc_path).where(_may_go()).distinct().order_by(Capture.warc_path)))


def captures_in(session: Session, path: str) -> list[Capture]:
    """The captures in a WARC file, in their order."""
    return list(session.scalars(select(Capture).where(Capture.warc_path == path).order_by(Capture.warc_offset)))


def going(session: Session, path: str) -> set[int]:
    """The captures in a WARC file that may go now."""
    return set(session.scalars(select(Capture.id).where(Capture.warc_path == path, _may_go())))


def announce(session: Session, old: str, new: str | None) -> WarcRewrite:
    """Say that `old` is about to be replaced by `new`, or removed where nothing in it is kept."""
    rewrite = WarcRewrite(old_path=old, new_path=new)
    session.add(rewrite)
    session.flush()
    return rewrite


def replace(
    session: Session, old: str, new: str | None, *, places: Mapping[int, int], gone: Collection[int], actor: str
) -> None:
    """Let the captures kept lie in `new` at these offsets, and erase the others' rows.

    EvidenceError, which changes nothing, when the file's captures are not the same any more.
    """
    locked = select(Capture).where(Capture.warc_path == old).order_by(Capture.id).with_for_update()
    captures = session.scalars(locked.execution_options(populate_existing=True)).all()
    if {one.id for one in captures} != {*places, *gone} or not set(gone) <= going(session, old):
        raise EvidenceError(f"The captures in {old} changed meanwhile.", hint="Run the retention again.")
    for capture in captures:
        if capture.id in places and new is not None:
            capture.warc_path, capture.warc_offset = new, places[capture.id]
    session.flush()
    session.execute(delete(HandedIn).where(HandedIn.capture_id.in_(gone)))
    session.execute(delete(CaptureErasure).where(CaptureErasure.capture_id.in_(gone)))
    session.execute(delete(Capture).where(Capture.id.in_(gone)))
    details = {"captures": sorted(gone), "file": old, "kept": len(places), "kept_in": new}
    audit.append(session, actor=actor, action=CAPTURES_ERASED, subject="retention", details=details)


def unfinished(session: Session) -> list[WarcRewrite]:
    """The rewritings of which a file may still have to go."""
    return list(session.scalars(select(WarcRewrite).order_by(WarcRewrite.id)))


def is_used(session: Session, path: str) -> bool:
    """Whether any capture is in the file."""
    return session.scalar(select(Capture.id).where(Capture.warc_path == path).limit(1)) is not None


def close(session: Session, rewrite_id: int) -> None:
    """Forget a rewriting whose superfluous file is gone."""
    session.execute(delete(WarcRewrite).where(WarcRewrite.id == rewrite_id))


def _may_go() -> ColumnElement[bool]:
    return _is_marked() & _is_free()


def _is_marked() -> ColumnElement[bool]:
    return select(CaptureErasure.capture_id).where(CaptureErasure.capture_id == Capture.id).exists()


def _is_free() -> ColumnElement[bool]:
    needed = select(Revision.id).where(Revision.capture_id == Capture.id).exists()
    # The same words handed over again are a revision of an earlier capture.
    handed_in = (
        select(HandedIn.id)
        .join(HandedInRevision, HandedInRevision.handed_in_id == HandedIn.id)
        .where(HandedIn.capture_id == Capture.id)
        .exists()
    )
    # It names nobody, and says under which rules the pages that are kept were fetched.
    is_rules = Capture.url.endswith("/robots.txt")
    return ~or_(needed, handed_in, is_rules, is_standing("source", Capture.source_id), _shows_held())


def _shows_held() -> ColumnElement[bool]:
    """It is of an address from which a held post came: that the post was still there later is evidence too."""
    first = aliased(Capture)
    return (
        select(Post.id)
        .join(Revision, Revision.post_id == Post.id)
        .join(first, first.id == Revision.capture_id)
        .where(first.url == Capture.url, first.source_id == Capture.source_id, is_held())
        .correlate(Capture)
        .exists()
    )
