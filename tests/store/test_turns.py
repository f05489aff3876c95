"""Turns at the store: in the order of asking, so many at a time, and given up after a while."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock

import pytest

from store import users
from store.database import Store
from store.turns import Turns
from tests.factories import make_user

PATIENCE_S = 30


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order, leave = Turns(1), [], Event()

    def ask(number: int) -> None:
        with turns.turn(PATIENCE_S):
            order.append(number)
            leave.wait(PATIENCE_S)

    with ThreadPoolExecutor(6) as pool:
        for number in range(6):
            pool.submit(ask, number)
            _until(lambda number=number: len(order) + len(turns._waiting) > number)
        leave.set()
    assert order == list(range(6))


@pytest.mark.parametrize("at_once", [1, 3])
def test_so_many_have_their_turn_at_a_time(at_once: int) -> None:
    turns, lock, inside, most = Turns(at_once), Lock(), [0], [0]

    def work(_number: int) -> None:
        with turns.turn(PATIENCE_S):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.002)
            with lock:
                inside[0] -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(60)))
    assert most[0] == at_once


def test_whoever_waits_too_long_gives_up_and_holds_nobody_up() -> None:
    turns = Turns(1)
    with turns.turn(PATIENCE_S), pytest.raises(TimeoutError, match=r"within 0\.01 s"), turns.turn(0.01):
        pass
    with turns.turn(0.01):
        pass


def test_a_turn_ends_with_an_error() -> None:
    turns = Turns(1)
    with pytest.raises(RuntimeError), turns.turn(PATIENCE_S):
        raise RuntimeError
    with turns.turn(0.01):
        pass


def test_many_writers_never_find_the_store_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # SQLite itself would not wait at all.
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_MS", 0)
    with Store(f"sqlite:///{tmp_path / 'lurewatch.db'}", audit_key=b"k" * 32) as store:
        store.upgrade()

        def write(number: int) -> None:
            with store.transaction() as session:
                make_user(session, f"an-{number}")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(40)))
        with store.reading() as session:
            assert users.user_count(session) == 40


def _until(holds: object) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.001)
