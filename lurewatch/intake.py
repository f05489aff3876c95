"""Takes in what was handed over: sealed like a crawl's answer before it is read, kept, and scored at once.

It runs outside of any transaction of its caller. What cannot be read stays sealed and on record; of an image neither
a capture nor anything but its hash is kept.
"""

import hashlib
import logging
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from classifier.verdict import Classifier
from crawlers.capture import capture_file
from crawlers.importers import handed_over
from lurewatch.errors import DataError, ModelError
from lurewatch.pipeline import score_revisions
from store import handed_in, roles, sources
from store.database import Store
from store.handed_in import Given
from store.parsed_post import ParsedPost
from store.posts import Reading
from store.recording import keep_readings
from store.tables import HandedIn, User

logger = logging.getLogger(__name__)

_SUFFIX = {handed_over.TEXT: ".txt", handed_over.LINES: ".jsonl"}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of what was handed in: its id, how many posts it held, and the queue items they have."""

    handed_in_id: int
    posts: int
    items: tuple[int, ...]


class Intake:
    """The intake of one installation; the classifier is loaded when it is first needed."""

    def __init__(
        self, store: Store, captures_dir: Path, *, load_classifier: Callable[[], Classifier], audit_sample: float
    ) -> None:
        self._store = store
        self._captures_dir = captures_dir
        self._load = load_classifier
        self._audit_sample = audit_sample
        self._classifier: Classifier | None = None
        # One at a time: scoring takes a core, and people review meanwhile.
        self._turn = threading.Lock()

    def take_in(self, user: User, given: Given, *, now: datetime) -> TakenIn:
        """Keep and score it.

        Raises AccessError and, for nothing or no known giver, DataError before anything is kept; DataError for what
        is neither text, JSON lines nor an image once it is sealed and on record.
        """
        roles.require(user, "intake")
        handed_in.refuse_unsound(given)
        image = handed_over.image_type(given.content)
        # An image belongs to it too: a hold on it stops the age of both.
        source_id = self._source(given.giver)
        if image is not None:
            return self._keep_hash(user, replace(given, media_type=image), now)
        capture_id = self._seal(source_id, given)
        try:
            parsed = handed_over.read(given.content, given.media_type)
        except DataError:
            self._keep(user, given, source_id, capture_id, [], now)
            raise
        kept, revision_ids = self._keep(user, given, source_id, capture_id, parsed, now)
        self._score(revision_ids)
        with self._store.reading() as session:
            items = tuple(item.id for item in handed_in.items_of(session, kept))
        return TakenIn(kept.id, len(parsed), items)

    def _keep_hash(self, user: User, given: Given, now: datetime) -> TakenIn:
        with self._store.transaction() as session:
            kept = handed_in.record(session, user, given, capture_id=None, sha256=_digest(given), now=now)
        return TakenIn(kept.id, 0, ())

    def _source(self, giver: str) -> int:
        with self._store.transaction() as session:
            return sources.ensure_source(
                session,
                name=f"{handed_in.SOURCE_PREFIX}{giver}",
                kind="handed_over",
                url=None,
                purpose="Examine what was handed over",
                legal_basis="As recorded by whoever took it in",
                owner="intake",
            ).id

    def _seal(self, source_id: int, given: Given) -> int:
        with tempfile.TemporaryDirectory(prefix="lurewatch-intake-") as folder:
            path = Path(folder) / f"handed-over{_SUFFIX[given.media_type]}"
            path.write_bytes(given.content)
            return capture_file(
                path,
                source_id=source_id,
                source_name=f"intake-{given.giver}",
                provenance="handed_over",
                store=self._store,
                captures_dir=self._captures_dir,
                clock=lambda: datetime.now(UTC),
            )

    def _keep(
        self, user: User, given: Given, source_id: int, capture_id: int, parsed: list[ParsedPost], now: datetime
    ) -> tuple[HandedIn, list[int]]:
        """The record and its posts, in one transaction: neither is there without the other."""
        with self._store.transaction() as session:
            row = handed_in.record(session, user, given, capture_id=capture_id, sha256=_digest(given), now=now)
            reading = Reading(capture_id, parsed, now)
            (kept,) = keep_readings(session, [reading], source_id=source_id, actor="importer")
            revision_ids = [post.revision_id for post in kept]
            handed_in.link_posts(session, row, revision_ids)
        return row, revision_ids

    def _score(self, revision_ids: list[int]) -> None:
        with self._turn:
            try:
                self._classifier = self._classifier or self._load()
            except ModelError as broken:
                # Kept all the same: `watch` scores it once there is a release.
                logger.error("Nothing that was handed over can be scored: %s", broken)
                return
            score_revisions(self._store, self._classifier, revision_ids, audit_sample=self._audit_sample)


def _digest(given: Given) -> str:
    return hashlib.sha256(given.content).hexdigest()
