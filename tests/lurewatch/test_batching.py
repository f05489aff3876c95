"""Batches beside `watch`, and once: sealed with or without an authority, stamped when one answers, renewed in time."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from evidence.timestamps import Authority, opinion_of
from lurewatch import batching
from lurewatch.batching import batching as running
from lurewatch.batching import seal_and_stamp
from store import audit, batches
from store.database import Store
from store.tables import Batch, BatchStamp
from tests.evidence.authorities import Stamper, give_certificate, make_stamper, serving
from tests.factories import make_capture

NO_FILE = Path("no checkpoints")


@pytest.fixture
def stamper(tmp_path: Path) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path / "one")) as stamper:
        yield stamper


def _capture(store: Store, count: int = 1) -> None:
    with store.transaction() as session:
        for _ in range(count):
            make_capture(session)


def _stamps(store: Store) -> list[BatchStamp]:
    with store.reading() as session:
        return list(session.scalars(select(BatchStamp).order_by(BatchStamp.id)))


def test_without_an_authority_captures_are_sealed_and_wait(sqlite_store: Store) -> None:
    _capture(sqlite_store, 3)
    assert seal_and_stamp(sqlite_store, [], NO_FILE).captures == 3
    with sqlite_store.reading() as session:
        assert (batches.unsealed(session), batches.unstamped(session)) == (0, 1)


def test_what_waited_is_stamped_when_an_authority_answers_again(sqlite_store: Store, stamper: Stamper) -> None:
    for _ in range(2):
        _capture(sqlite_store)
        done = seal_and_stamp(sqlite_store, [stamper.as_authority(url="http://127.0.0.1:9/")], NO_FILE)
        assert (done.captures, done.stamps) == (1, 0)
        assert "gave no answer" in done.problems[0]
    assert seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE) == batching.Sealed(0, 2, ())
    with sqlite_store.reading() as session:
        assert batches.unstamped(session) == 0
        assert audit.verify_chain(session).fault is None


def test_what_is_kept_is_a_stamp_of_the_root(sqlite_store: Store, stamper: Stamper) -> None:
    _capture(sqlite_store)
    seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE)
    (stamp,) = _stamps(sqlite_store)
    with sqlite_store.reading() as session:
        root = session.scalars(select(Batch.root)).one()
    opinion = opinion_of([stamper.as_authority()], now=datetime.now(UTC))
    assert opinion is not None
    assert opinion(stamp.response, bytes.fromhex(root)).startswith("signed by one")
    assert (stamp.query, stamp.good_until) == (stamper.queries[0], stamper.signer.not_valid_after_utc)


def test_an_authority_that_fails_does_not_keep_the_other_from_stamping(sqlite_store: Store, stamper: Stamper) -> None:
    _capture(sqlite_store)
    deaf = Authority(name="deaf", url="http://127.0.0.1:9/", roots=(stamper.root,))
    done = seal_and_stamp(sqlite_store, [deaf, stamper.as_authority()], NO_FILE)
    assert (done.stamps, len(done.problems)) == (1, 1)


def test_checkpoints_that_cannot_be_read_keep_no_authority_from_being_asked(
    sqlite_store: Store, stamper: Stamper, tmp_path: Path
) -> None:
    damaged = tmp_path / "checkpoints.jsonl"
    damaged.write_text("{torn\n")
    _capture(sqlite_store)
    deaf = Authority(name="deaf", url="http://127.0.0.1:9/", roots=(stamper.root,))
    done = seal_and_stamp(sqlite_store, [stamper.as_authority(), deaf], damaged)
    assert len(_stamps(sqlite_store)) == 1
    assert "checkpoints.jsonl" in done.problems[0]
    assert len(done.problems) == 2


def test_stamps_are_renewed_once_the_authority_has_a_certificate_that_lasts(
    sqlite_store: Store, stamper: Stamper
) -> None:
    give_certificate(stamper, ends=timedelta(days=30))
    for _ in range(2):
        _capture(sqlite_store)
        seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE)
    asked = len(stamper.queries)
    assert seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE).stamps == 0
    assert len(stamper.queries) == asked + 1
    give_certificate(stamper, ends=timedelta(days=3000))
    assert seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE).stamps == 2
    assert seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE).stamps == 0
    first, _, renewed, _ = _stamps(sqlite_store)
    opinion = opinion_of([stamper.as_authority()], now=datetime.now(UTC))
    assert opinion is not None
    assert opinion(renewed.response, first.response)


def test_one_round_asks_so_often_and_no_more(
    sqlite_store: Store, stamper: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_AT_ONCE", 2)
    for _ in range(3):
        _capture(sqlite_store)
        seal_and_stamp(sqlite_store, [], NO_FILE)
    assert [seal_and_stamp(sqlite_store, [stamper.as_authority()], NO_FILE).stamps for _ in range(3)] == [2, 1, 0]


def test_the_thread_seals_and_stamps_and_ends_with_everything_sealed(sqlite_store: Store, stamper: Stamper) -> None:
    with running(sqlite_store, [stamper.as_authority()], NO_FILE, every_s=0.05):
        _capture(sqlite_store)
        end = time.monotonic() + 20
        while not _stamps(sqlite_store) and time.monotonic() < end:
            time.sleep(0.05)
    assert len(_stamps(sqlite_store)) == 1
    assert "batches" not in {thread.name for thread in threading.enumerate()}
    with running(sqlite_store, [], NO_FILE, every_s=3600):
        _capture(sqlite_store)
    with sqlite_store.reading() as session:
        assert batches.unsealed(session) == 0
