"""Whether what was captured is either still there, or gone by an erasure that the audit chain tells of.

So nobody can delete a capture or a post, set up a tombstone and call it an erasure. It is asked of a chain that holds.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.parsed_post import rfc3339
from store.tables import AuditEntry, Capture, Post, Tombstone

CAPTURED = "capture.recorded"
CAPTURES_ERASED = "captures.erased"
POSTS_ERASED = "posts.erased"
_BATCH_SIZE = 1_000


def tombstones_digest(stones: Iterable[Tombstone]) -> str:
    """SHA-256 in hex over the RFC 8785 form of the tombstones of one erasure, in the order of their posts.

    Of each the post, source, MAC of the native id, digests of revisions, reason, when and by whom.
    """
    return hashlib.sha256(rfc8785.dumps([_told(stone) for stone in stones])).hexdigest()


def gap(session: Session) -> str | None:
    """The first capture, post or tombstone that the audit chain does not account for, or None."""
    return _capture_gap(session) or next(_tombstone_gaps(session), None) or _post_gap(session)


def _capture_gap(session: Session) -> str | None:
    captured = select(AuditEntry.subject).where(AuditEntry.action == CAPTURED)
    there = {int(subject.partition(":")[2]) for subject in _stream(session, captured)}
    for details in _stream(session, select(AuditEntry.details).where(AuditEntry.action == CAPTURES_ERASED)):
        there.difference_update(details["captures"])
    for capture_id in _stream(session, select(Capture.id)):
        if capture_id not in there:
            return f"Capture {capture_id} is in the store, though no audit entry says that it was captured and is kept."
        there.discard(capture_id)
    return f"Capture {min(there)} is gone, though no audit entry says that it was erased." if there else None


def _tombstone_gaps(session: Session) -> Iterator[str]:
    erasures = select(AuditEntry.seq, AuditEntry.details).where(AuditEntry.action == POSTS_ERASED)
    told: dict[int | None, dict[str, Any]] = dict(session.execute(erasures).all())
    ordered = select(Tombstone).order_by(Tombstone.entry_seq, Tombstone.post_id)
    for seq, group in groupby(_stream(session, ordered), key=lambda stone: stone.entry_seq):
        stones, details = list(group), told.pop(seq, None)
        numbers = [stone.post_id for stone in stones]
        if details is None:
            yield f"No audit entry says that post {numbers[0]} was erased, as its tombstone has it."
        elif numbers != details["posts"]:
            yield f"Audit entry {seq} says that other posts were erased than the tombstones that name it."
        # Before there were such digests the entry names the posts alone.
        elif details.get("tombstones_sha256", digest := tombstones_digest(stones)) != digest:
            yield f"A tombstone of those that audit entry {seq} tells of was altered (posts {numbers[0]} and further)."
    if told:
        yield f"The tombstones of the posts that audit entry {min(filter(None, told))} tells of are gone."


def _post_gap(session: Session) -> str | None:
    risen = session.scalar(select(func.min(Post.id)).join(Tombstone, Tombstone.post_id == Post.id))
    return f"Post {risen} is in the store, though it has a tombstone." if risen is not None else None


def _stream(session: Session, statement: Any) -> Iterator[Any]:
    with session.scalars(statement.execution_options(yield_per=_BATCH_SIZE)) as rows:
        yield from rows


def _told(stone: Tombstone) -> list[Any]:
    erased = rfc3339(stone.erased_at), stone.erased_by
    return [stone.post_id, stone.source_id, stone.native_id_mac, stone.revisions, stone.reason, *erased]
