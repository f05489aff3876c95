"""Tombstones: what is left of an erased post, so that it is known again when its source still shows it.

A post that somebody had erased does not come back, whatever it says now. One that merely became too old comes back
when it says something else: an old, harmless post may be edited into a lure.
"""

import hmac
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from store.lots import lots
from store.tables import CaptureErasure, Post, Tombstone

# Made once: it is asked for every page.
_STONES = select(Tombstone).where(
    Tombstone.source_id == bindparam("source_id"), Tombstone.native_id_mac.in_(bindparam("macs", expanding=True))
)


def tombstone_of(session: Session, post: Post, *, reason: str, actor: str, now: datetime) -> Tombstone:
    """The tombstone of a post that is about to be erased."""
    return Tombstone(
        post_id=post.id,
        source_id=post.source_id,
        native_id_mac=_mac(session, post.source_id, post.native_id),
        revisions=[revision.sha256 for revision in post.revisions],
        reason=reason,
        erased_at=now,
        erased_by=actor,
    )


def buried(session: Session, source_id: int, told: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of what was read, as native ids and digests of content, what was erased and stays so."""
    by_mac = {_mac(session, source_id, native_id): native_id for native_id, _digest in told}
    stones: dict[str, list[Tombstone]] = defaultdict(list)
    for some in lots(sorted(by_mac)):
        for stone in session.scalars(_STONES, {"source_id": source_id, "macs": some}):
            stones[by_mac[stone.native_id_mac]].append(stone)
    return {
        (native_id, digest)
        for native_id, digest in told
        if any(stone.reason == "request" or digest in stone.revisions for stone in stones.get(native_id, ()))
    }


def mark_captures(session: Session, capture_ids: Collection[int], *, now: datetime) -> None:
    """Have captures erased as soon as no revision needs them."""
    known = select(CaptureErasure.capture_id).where(CaptureErasure.capture_id.in_(capture_ids))
    unmarked = set(capture_ids) - set(session.scalars(known))
    session.add_all(CaptureErasure(capture_id=capture_id, due_since=now) for capture_id in sorted(unmarked))
    session.flush()


def counts(session: Session, since: datetime) -> dict[tuple[int, str], int]:
    """By source and reason, how many posts were erased since then."""
    statement = (
        select(Tombstone.source_id, Tombstone.reason, func.count())
        .where(Tombstone.erased_at >= since)
        .group_by(Tombstone.source_id, Tombstone.reason)
    )
    return {(source_id, reason): count for source_id, reason, count in session.execute(statement)}


def _mac(session: Session, source_id: int, native_id: str) -> str:
    # The key of the audit chain, bound to this use by what stands before.
    return hmac.digest(session.info["audit_key"], f"tombstone\0{source_id}\0{native_id}".encode(), "sha256").hex()
