"""Seals what was captured, and has batches and checkpoints of the audit chain stamped: once, or beside `watch`.

No authority is asked inside a transaction. Where none answers, batches wait: they are sealed, and not yet stamped.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from evidence.checkpoint_stamps import MOST_AT_ONCE, stamp_checkpoints
from evidence.inclusion import kept_stamps
from evidence.timestamps import RENEWED_BEFORE, Authority, TimeStamp, ask
from lurewatch.beside import beside
from lurewatch.errors import EvidenceError
from store import batches
from store.database import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one round did: captures sealed, stamps had, and why there are not more."""

    captures: int
    stamps: int
    problems: tuple[str, ...]


def batching(
    store: Store, authorities: Sequence[Authority], checkpoints: Path, *, every_s: float
) -> AbstractContextManager[None]:
    """Seal and stamp every `every_s` seconds, from a thread of its own, and seal once more when the block ends."""
    return beside(partial(_work, store, authorities, checkpoints, every_s), name="batches")


def seal_and_stamp(
    store: Store,
    authorities: Sequence[Authority],
    checkpoints: Path,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Sealed:
    """Seal what is not sealed, then ask each authority for the stamps that are missing or end soon.

    `checkpoints` is the file of the audit chain's checkpoints.
    """
    with store.transaction() as session:
        batch = batches.seal_batch(session, now=clock())

    def ask_for_all(authority: Authority) -> int:
        stamps = _stamp_new(store, authority) + _renew(store, authority, clock())
        return stamps + stamp_checkpoints(checkpoints, authority, now=clock())

    stamps, problems = stamps_by(authorities, ask_for_all)
    return Sealed(batch.size if batch else 0, stamps, tuple(problems))


def stamps_by(authorities: Iterable[Authority], ask_for: Callable[[Authority], int]) -> tuple[int, list[str]]:
    """How many stamps `ask_for` had of the authorities, and what went wrong with which: one does not hinder another."""
    stamps, problems = 0, []
    for authority in authorities:
        try:
            stamps += ask_for(authority)
        except EvidenceError as error:
            problems.append(str(error))
    return stamps, problems


def _work(
    store: Store, authorities: Sequence[Authority], checkpoints: Path, every_s: float, stop: threading.Event
) -> None:
    is_last = False
    while not is_last:
        is_last = stop.wait(every_s)
        try:
            for problem in seal_and_stamp(store, () if is_last else authorities, checkpoints).problems:
                logger.warning("Not yet stamped: %s", problem)
        except Exception:  # the boundary of the thread: the next round may go well
            logger.exception("What was captured could not be sealed.")


def _stamp_new(store: Store, authority: Authority) -> int:
    with store.reading() as session:
        waiting = batches.newer_than_stamped(session, authority.name, limit=MOST_AT_ONCE)
    for batch in waiting:
        _keep(store, batch.id, ask(authority, bytes.fromhex(batch.root)))
    return len(waiting)


def _renew(store: Store, authority: Authority, now: datetime) -> int:
    with store.reading() as session:
        ending = batches.ending_before(session, authority.name, now + RENEWED_BEFORE, limit=MOST_AT_ONCE)
    for count, batch in enumerate(ending):
        earlier = [stamp for stamp in kept_stamps(batch) if stamp.authority == authority.name]
        stamp = ask(authority, earlier[-1].response)
        if stamp.good_until <= earlier[-1].good_until:
            return count  # It still signs with the certificate that ends soon, so it would for all the others.
        _keep(store, batch.id, stamp)
    return len(ending)


def _keep(store: Store, batch_id: int, stamp: TimeStamp) -> None:
    with store.transaction() as session:
        batches.record_stamp(
            session,
            batch_id,
            authority=stamp.authority,
            query=stamp.query,
            response=stamp.response,
            chain=stamp.chain,
            stamped_at=stamp.stamped_at,
            good_until=stamp.good_until,
        )
