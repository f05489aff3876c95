"""What happens to a kept post: it is scored, put into a lane of the queue, and linked to those that are like it.

The same functions serve `crawl`, `import`, `watch` and the demo. Nothing here reads a network.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from classifier.campaigns import CampaignIndex, CampaignPost
from classifier.cleaning import clean
from classifier.identifiers import Identifier
from classifier.labels import DISTRESS, RISK
from classifier.verdict import Classifier, Verdict
from store import campaigns, posts, queue, search_index, verdicts
from store.database import Store
from store.tables import Revision

BATCH_SIZE = 32
# A verdict is uncertain when the risk, or a call for help, comes this near to its threshold and nothing is flagged.
NEARLY = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """What one run of `score_pending` did."""

    revisions: int
    flagged: int
    queued: int


def score_pending(
    store: Store,
    classifier: Classifier,
    *,
    audit_sample: float,
    on_progress: Callable[[int], None] = lambda _count: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Scored:
    """Judge every revision that this release has not judged, batch by batch, each in a transaction of its own.

    `is_stopped` is asked before each batch; what is left then waits for the next run.
    """
    total = Scored(0, 0, 0)
    while not is_stopped() and (batch := _score_batch(store, classifier, audit_sample)):
        total = Scored(total.revisions + batch.revisions, total.flagged + batch.flagged, total.queued + batch.queued)
        on_progress(batch.revisions)
    return total


def score_revisions(store: Store, classifier: Classifier, revision_ids: Iterable[int], *, audit_sample: float) -> None:
    """Judge these revisions now, whatever else waits; what this release has judged already stays as it is."""
    for batch in _batches(list(revision_ids)):
        with store.reading() as session:
            rows = posts.unjudged_among(session, classifier.name, batch)
            waiting = {row.id: posts.full_text(row) for row in rows}
        if waiting:
            _judge(store, classifier, waiting, audit_sample)


def lane_of(verdict: Verdict, thresholds: dict[str, float], *, sample_key: str, audit_sample: float) -> str | None:
    """The lane a verdict leads to, or None for a post that nobody needs to see.

    `sample_key` decides, the same way each time, whether an unflagged post is among the share `audit_sample` that is
    looked at all the same: without it nobody would know what the model misses.
    """
    if DISTRESS in verdict.flagged:
        return "urgent"
    if verdict.flagged:
        return "likely"
    if nearness(verdict, thresholds) >= NEARLY:
        return "uncertain"
    return "audit" if _lot(sample_key) < audit_sample else None


def priority_of(verdict: Verdict, lane: str, thresholds: dict[str, float], *, sample_key: str) -> float:
    """Where a post stands in its lane, the highest first.

    Uncertain posts stand by the margin that is left to a threshold. The audit lane has no order but the lot: whoever
    reads a part of it must have read a random one, or it says nothing of what the model misses.
    """
    if lane == "urgent":
        return verdict.labels[DISTRESS]
    if lane == "uncertain":
        return nearness(verdict, thresholds)
    return _lot(sample_key) if lane == "audit" else verdict.risk


def nearness(verdict: Verdict, thresholds: dict[str, float]) -> float:
    """How far the risk, or a call for help, has come to its threshold; from 1 on it is flagged."""
    return max(verdict.risk / thresholds[RISK], verdict.labels[DISTRESS] / thresholds[DISTRESS])


class Linker:
    """Puts queued posts that say the same, or share a rare contact, into campaigns; remembers those it has seen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index = CampaignIndex()
        self._linked: dict[str, int] = {}

    def link_pending(self) -> int:
        """Link what has been queued since the last call; returns how many posts were looked at."""
        # Compared before the write lock is taken: whoever reviews meanwhile must not wait for it.
        with self._store.reading() as session:
            queued = campaigns.queued_revisions(session)
            fresh = [(row.post_id, _campaign_post(row)) for row in queued if str(row.id) not in self._linked]
        links = [link for post_id, post in fresh for link in self._links(post_id, post)]
        if links:
            with self._store.transaction() as session:
                for first, second, reason in links:
                    campaigns.join_posts(session, first, second, reason=reason, at=datetime.now(UTC))
        return len(fresh)

    def _links(self, post_id: int, post: CampaignPost) -> Iterator[tuple[int, int, str]]:
        """The posts that belong together now that this one is known, and why."""
        self._linked[post.id] = post_id
        for edge in self._index.add(post):
            pair = self._linked[edge.a], self._linked[edge.b]
            if pair[0] != pair[1]:
                yield *pair, edge.reason


def _score_batch(store: Store, classifier: Classifier, audit_sample: float) -> Scored | None:
    # Judged before the write lock is taken: whoever reviews meanwhile must not wait for the model.
    with store.reading() as session:
        waiting = {
            row.id: posts.full_text(row) for row in posts.unjudged_revisions(session, classifier.name, BATCH_SIZE)
        }
    return _judge(store, classifier, waiting, audit_sample) if waiting else None


def _judge(store: Store, classifier: Classifier, waiting: dict[int, str], audit_sample: float) -> Scored:
    judged = dict(zip(waiting, classifier.score_many((str(id_), text) for id_, text in waiting.items()), strict=True))
    cleaned = {id_: clean(text[: search_index.INDEXED_CHARS]).text for id_, text in waiting.items()}
    with store.transaction() as session:
        claimed = posts.claim_unjudged(session, classifier.name, waiting)
        for row in claimed:
            search_index.index_cleaned(session, row, cleaned[row.id])
        queued = sum(_keep(session, row, judged[row.id], classifier, audit_sample) for row in claimed)
    return Scored(len(claimed), sum(bool(judged[row.id].flagged) for row in claimed), queued)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH_SIZE):
        yield ids[start : start + BATCH_SIZE]


def _keep(session: Session, revision: Revision, verdict: Verdict, classifier: Classifier, audit_sample: float) -> bool:
    """Keep a verdict; True when it puts the revision into the queue."""
    now = datetime.now(UTC)
    verdicts.save_verdict(session, revision_id=revision.id, verdict=_new_verdict(verdict), scored_at=now)
    thresholds = classifier.manifest.thresholds
    lane = lane_of(verdict, thresholds, sample_key=revision.sha256, audit_sample=audit_sample)
    if lane is None:
        return False
    priority = priority_of(verdict, lane, thresholds, sample_key=revision.sha256)
    queue.enqueue(session, revision_id=revision.id, lane=lane, priority=priority, at=now)
    return True


def _lot(sample_key: str) -> float:
    return int.from_bytes(hashlib.sha256(sample_key.encode()).digest()[:7]) / 2**56


def _new_verdict(verdict: Verdict) -> verdicts.NewVerdict:
    line = verdict.as_line()
    return verdicts.NewVerdict(**{name: line[name] for name in verdicts.NewVerdict.__dataclass_fields__})


def _campaign_post(revision: Revision) -> CampaignPost:
    found = (Identifier(row.type, row.value, row.normalized, row.start, row.end) for row in revision.identifiers)
    at = revision.posted_at or revision.seen_at
    return CampaignPost(id=str(revision.id), text=posts.full_text(revision), identifiers=tuple(found), at=at)
