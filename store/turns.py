"""Lets so many threads of this process write at a time, each in its turn.

SQLite has one writer, and those who find it busy would look again at odd moments: some of many would wait for seconds,
and fail. On PostgreSQL the end of the audit chain is what all wait for; there too, order costs less than a crowd.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """`at_once` turns, taken in the order in which they were asked for."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @contextmanager
    def turn(self, limit_s: float) -> Iterator[None]:
        """A block that has its turn; TimeoutError when it does not come within `limit_s`."""
        place = self._place()
        if not place.acquire(timeout=limit_s):
            self._give_up(place, limit_s)
        try:
            yield
        finally:
            self._pass_on()

    def _place(self) -> Lock:
        """A lock that is open as soon as it is its owner's turn."""
        place = Lock()
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                place.acquire()
                self._waiting.append(place)
        return place

    def _give_up(self, place: Lock, limit_s: float) -> None:
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
                raise TimeoutError(f"no turn at the store within {limit_s:g} s")
        # The turn came at the last moment: the lock is open, and the turn is ours.

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
