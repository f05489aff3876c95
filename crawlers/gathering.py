"""Gathers what comes while the disk is busy and writes it at once: a group commit, so that many wait for it as one.

Stands before the captures and the posts of a crawl. Whoever hands something over waits until it is on the disk; the
crawl goes on meanwhile, for another thread writes.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lurewatch.errors import EvidenceError
from store.database import Store

Item = TypeVar("Item")
Written = TypeVar("Written")


class Gathering(Generic[Item, Written]):
    """Hands to `write`, in a thread of its own, all that waits, and what has come meanwhile when that is done.

    `write` gives for each item, in their order, what became of it or the exception that its owner is to have; what it
    raises itself they all have.
    """

    def __init__(self, write: Callable[[list[Item]], Sequence[Written | Exception]]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Written]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Written:
        """What became of `item`."""
        written: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_on())
        return await written

    async def _write_on(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            results = await self._written([item for item, _future in waiting])
            for (_item, future), each in zip(waiting, results, strict=True):
                _tell(future, each)
        self._writing = None

    async def _written(self, items: list[Item]) -> Sequence[Written | Exception]:
        try:
            return await asyncio.to_thread(self._write, items)
        except Exception as error:  # noqa: BLE001 - theirs who wait, be it that there is no thread
            return [error] * len(items)


def _tell(future: asyncio.Future[Written], result: Written | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


def kept_together(
    store: Store, items: list[Item], keep: Callable[[Session, list[Item]], Sequence[Written]]
) -> list[Written | Exception]:
    """What `keep` gives in one transaction, or each item by itself and in its own if one of them spoils it."""
    try:
        with store.transaction() as session:
            return list(keep(session, items))
    except (EvidenceError, OperationalError, OSError):
        # No item's doing: the store is not there, others are writing, or all of it was kept and the disk is full.
        raise
    except Exception as error:  # noqa: BLE001 - its owner's
        if len(items) == 1:
            return [error]
        return [each for item in items for each in kept_together(store, [item], keep)]
