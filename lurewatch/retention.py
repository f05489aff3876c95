"""The retention of an installation: posts batch by batch, captures, images, what is left in the database's files."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from evidence.warc_erasing import erase_captures
from lurewatch.installation import Installation
from store import erasing, handed_in, retention, tombstones
from store.database import Store
from store.scrubbing import scrub

ACTOR = "retention"
# Others wait meanwhile to write.
_BATCH_SIZE = 200
_LATELY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Run:
    """How many posts, captures and records of images went, and what could not be erased yet."""

    posts: int
    captures: int
    images: int
    faults: tuple[str, ...] = ()

    def as_line(self) -> dict[str, Any]:
        """What the command prints."""
        return asdict(self)


def count_due(installation: Installation, store: Store, now: datetime) -> dict[str, int]:
    """How many posts and records of images a run would erase now."""
    before = _cutoff(installation, now)
    if before is None:
        return {"posts": 0, "images": 0}
    with store.reading() as session:
        posts = retention.count_due(session, before=before, now=now)
        return {"posts": posts, "images": handed_in.count_old_images(session, before=before)}


def run_retention(installation: Installation, store: Store, now: datetime) -> Run:
    """Erase what has been kept long enough, and what somebody asked to have erased."""
    before = _cutoff(installation, now)
    # Without that SQLite reads all captures of a source for each of them.
    store.analyse()
    posts = _erase_posts(store, before, now) if before else 0
    erasure = erase_captures(store, installation.captures_dir, actor=ACTOR, before=before, now=now)
    images = _erase_images(store, before) if before else 0
    if posts or erasure.captures or images or _has_erased_lately(store, now):
        scrub(store)
    return Run(posts, erasure.captures, images, erasure.faults)


def _erase_images(store: Store, before: datetime) -> int:
    with store.transaction() as session:
        return handed_in.erase_images(session, before=before, actor=ACTOR)


def _has_erased_lately(store: Store, now: datetime) -> bool:
    # What people erase from the page leaves its traces to the next run.
    with store.reading() as session:
        return bool(tombstones.counts(session, now - _LATELY))


def _cutoff(installation: Installation, now: datetime) -> datetime | None:
    days = installation.settings.retention_days
    return now - timedelta(days=days) if days else None


def _erase_posts(store: Store, before: datetime, now: datetime) -> int:
    count = last = 0
    while True:
        with store.reading() as session:
            batch = retention.due_posts(session, before=before, now=now, after=last, limit=_BATCH_SIZE)
        if not batch:
            return count
        with store.transaction() as session:
            count += erasing.erase_due(session, batch, before=before, actor=ACTOR, now=now).posts
        last = batch[-1]
