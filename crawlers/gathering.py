"""Gathers what comes close together and writes it at once: a group commit, so that many wait for the disk as one.

Stands before the captures and the posts of a crawl. Whoever hands something over waits until it is on the disk.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store.database import Store

# Longer than a host on the same network takes for an answer, shorter than one elsewhere does.
WAIT_S = 0.02
# The host's next request, whose turn it is now, goes out before anything waits for the disk.
_HEAD_START_S = 0.002

Item = TypeVar("Item")
Written = TypeVar("Written")


class Gathering(Generic[Item, Written]):
    """Hands over to `write` what came within WAIT_S, or as soon as `most` wait.

    `write` gives for each item, in their order, what became of it or the exception that its owner is to have; what it
    raises itself they all have.
    """

    def __init__(self, write: Callable[[list[Item]], Sequence[Written | Exception]], *, most: int) -> None:
        self._write = write
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Written]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def add(self, item: Item, *, is_large: bool = False) -> Written:
        """What became of `item`; one that is large does not wait in memory for others."""
        written: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        is_enough = is_large or len(self._waiting) >= self._most
        if is_enough or len(self._waiting) == 1:
            self._write_in(_HEAD_START_S if is_enough else WAIT_S)
        return await written

    def _write_in(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._write_all)

    def _write_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for (_item, future), each in zip(waiting, self._written([item for item, _future in waiting]), strict=True):
            if future.done():
                continue
            if isinstance(each, Exception):
                future.set_exception(each)
            else:
                future.set_result(each)

    def _written(self, items: list[Item]) -> Sequence[Written | Exception]:
        try:
            return self._write(items)
        except Exception as error:  # noqa: BLE001 - theirs who wait
            return [error] * len(items)


def kept_together(
    store: Store, items: list[Item], keep: Callable[[Session, list[Item]], Sequence[Written]]
) -> list[Written | Exception]:
    """What `keep` gives in one transaction, or each item by itself and in its own if one of them spoils it."""
    try:
        with store.transaction() as session:
            return list(keep(session, items))
    except (OperationalError, TimeoutError):
        # The store is not there or others are writing: to ask again for each would take as long again.
        raise
    except Exception as error:  # noqa: BLE001 - its owner's
        if len(items) == 1:
            return [error]
        return [each for item in items for each in kept_together(store, [item], keep)]
