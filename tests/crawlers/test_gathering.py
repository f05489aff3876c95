"""What comes close together is written at once, and what spoils a writing harms nobody else."""

import asyncio
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from crawlers.gathering import Gathering, kept_together
from lurewatch.errors import EvidenceError
from store.database import Store
from tests.factories import make_source


def _gather(*items: int) -> tuple[list[list[int]], list[object]]:
    """The lots in which they were written, and what each of their owners got: ten times it, or an error for 13."""
    lots: list[list[int]] = []

    def write(lot: list[int]) -> list[int | Exception]:
        lots.append(lot)
        return [ValueError("unlucky") if item == 13 else item * 10 for item in lot]

    async def hand_over() -> list[object]:
        gathering = Gathering(write)
        return list(await asyncio.gather(*map(gathering.add, items), return_exceptions=True))

    return lots, asyncio.run(hand_over())


def test_what_comes_together_is_written_at_once_and_each_gets_its_own() -> None:
    assert _gather(1, 2, 3) == ([[1, 2, 3]], [10, 20, 30])


def test_an_error_goes_to_its_owner_alone() -> None:
    _lots, got = _gather(1, 13, 3)
    assert (got[0], got[2]) == (10, 30)
    assert isinstance(got[1], ValueError)


def test_what_comes_while_others_are_written_is_written_next() -> None:
    lots: list[list[int]] = []
    is_writing, may_end = threading.Event(), threading.Event()

    def write(lot: list[int]) -> list[int | Exception]:
        lots.append(lot)
        is_writing.set()
        assert may_end.wait(60)
        return list(lot)

    async def hand_over() -> list[int]:
        gathering = Gathering(write)
        first = asyncio.ensure_future(gathering.add(1))
        await asyncio.to_thread(is_writing.wait, 60)
        others = [asyncio.ensure_future(gathering.add(item)) for item in (2, 3)]
        await asyncio.sleep(0)
        may_end.set()
        return [await each for each in (first, *others)]

    assert asyncio.run(hand_over()) == [1, 2, 3]
    assert lots == [[1], [2, 3]]


def test_what_the_writing_raises_they_all_have() -> None:
    def fail(_lot: list[int]) -> list[int | Exception]:
        raise OSError("No space left.")

    async def hand_over() -> list[object]:
        gathering = Gathering(fail)
        return list(await asyncio.gather(gathering.add(1), gathering.add(2), return_exceptions=True))

    assert [type(each) for each in asyncio.run(hand_over())] == [OSError, OSError]


def test_where_there_is_no_thread_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_thread(*_told: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("crawlers.gathering.asyncio.to_thread", no_thread)
    _lots, got = _gather(1, 2)
    assert [type(each) for each in got] == [RuntimeError, RuntimeError]


def test_one_who_is_gone_does_not_keep_the_others_from_theirs() -> None:
    async def hand_over() -> int:
        gathering: Gathering[int, int] = Gathering(lambda lot: [item * 10 for item in lot])
        leaving = asyncio.ensure_future(gathering.add(1))
        staying = asyncio.ensure_future(gathering.add(2))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(hand_over()) == 20


def _add_sources(session: Session, names: list[str]) -> list[str]:
    for name in names:
        if name == "spoilt":
            session.execute(text("INSERT INTO post (id) VALUES (1)"))
        make_source(session, name)
    return names


def test_one_that_spoils_a_transaction_is_told_and_the_others_are_kept(store: Store) -> None:
    kept = kept_together(store, ["first", "spoilt", "last"], _add_sources)
    assert (kept[0], kept[2]) == ("first", "last")
    assert isinstance(kept[1], IntegrityError)
    with store.reading() as session:
        assert set(session.scalars(text("SELECT name FROM source"))) == {"first", "last"}


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("", {}, Exception("the server went away")),
        TimeoutError("no turn"),
        OSError("The witness file could not be written, after the commit."),
        EvidenceError("The head of the chain was altered.", hint="Restore it."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_items_doing_is_tried_once(sqlite_store: Store, error: Exception) -> None:
    asked: list[list[str]] = []

    def keep(_session: Session, names: list[str]) -> list[str]:
        asked.append(names)
        raise error

    with pytest.raises(type(error)):
        kept_together(sqlite_store, ["first", "last"], keep)
    assert asked == [["first", "last"]]
