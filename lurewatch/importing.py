"""Reads an export into the store: the file is captured first, then its posts are kept batch by batch."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.abandoned import close_abandoned
from crawlers.capture import capture_file
from crawlers.formats import FORMATS, files_of, with_each
from crawlers.importers.choices import NOTHING_SAID, Choices
from store import audit, captures, sources
from store.database import Store
from store.parsed_post import ParsedPost, storable
from store.posts import Reading
from store.recording import keep_readings
from store.warc_files import where

BATCH_SIZE = 200
# What the store's column takes; a file name alone may be longer.
LONGEST_SOURCE_NAME = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """How many posts an import read, and how many of them were new or edited."""

    seen: int
    new: int
    edited: int


def import_export(
    store: Store,
    captures_dir: Path,
    *,
    export_format: str,
    path: Path,
    provenance: str,
    choices: Choices = NOTHING_SAID,
    on_progress: Callable[[int], None] = lambda _count: None,
) -> Imported:
    """Capture the file at `path`, or each file of a folder that the format reads, and keep its posts.

    A broken export raises DataError; what was read before the break is kept.
    """
    files = files_of(FORMATS[export_format], path)
    close_abandoned(store, captures_dir)
    with store.transaction() as session:
        source_id = sources.ensure_source(
            session,
            name=storable(f"import:{export_format}:{path.name}")[:LONGEST_SOURCE_NAME],
            kind=export_format,
            url=None,
            purpose="Examine an export that was handed in",
            legal_basis="As recorded by whoever handed it in",
            owner="importer",
        ).id
    counted = [Imported(0, 0, 0)]

    def keep(file: Path) -> None:
        capture_id = _captured_before(store, captures_dir, file, source_id, provenance) or capture_file(
            file,
            source_id=source_id,
            source_name=f"import-{export_format}",
            provenance=provenance,
            store=store,
            captures_dir=captures_dir,
            clock=lambda: datetime.now(UTC),
        )
        for batch in _batches(FORMATS[export_format].read(file, choices)):
            counted.append(_keep(store, source_id, capture_id, batch, counted.pop()))
            on_progress(len(batch))

    with_each(files, keep)
    return counted[0]


def _captured_before(store: Store, captures_dir: Path, file: Path, source_id: int, provenance: str) -> int | None:
    """The capture of the same bytes from an import before, which may have been cut off; that goes on, on record."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    with store.transaction() as session:
        capture = captures.handed_in_before(session, digest, source_id=source_id, provenance=provenance)
        if capture is None or not where(captures_dir / capture.warc_path).exists():
            return None
        audit.append(session, actor="importer", action="import.repeated", subject=f"capture:{capture.id}")
        return capture.id


def _batches(parsed: Iterator[ParsedPost]) -> Iterator[list[ParsedPost]]:
    """Lists of up to BATCH_SIZE; what was read before an exception is handed over before it is raised."""
    batch: list[ParsedPost] = []
    try:
        for post in parsed:
            batch.append(post)
            if len(batch) == BATCH_SIZE:
                yield batch
                batch = []
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _keep(store: Store, source_id: int, capture_id: int, batch: list[ParsedPost], total: Imported) -> Imported:
    with store.transaction() as session:
        reading = Reading(capture_id, batch, datetime.now(UTC))
        (kept,) = keep_readings(session, [reading], source_id=source_id, actor="importer")
    return Imported(
        total.seen + len(batch),
        total.new + sum(post.is_new for post in kept),
        total.edited + sum(post.is_edit for post in kept),
    )
