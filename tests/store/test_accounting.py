"""What was captured is there, or the audit chain tells of its erasure: nothing else passes for one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from store import accounting, audit, capture_erasing, erasing
from store.database import Store
from store.tables import AuditEntry, Capture, Post, Tombstone
from tests.factories import NOW, make_capture, make_revision

LATER = NOW + timedelta(days=200)


@pytest.fixture
def erased(store: Store) -> Store:
    """A store of which posts 1 and 2 were erased, the first with its capture; post 3 and one more capture stay."""
    with store.transaction() as session:
        for number in range(3):
            make_revision(session, f"Cook wanted {number}")
        make_capture(session, "https://jobs.example/else")
    with store.transaction() as session:
        for post_id in (1, 2):
            erasing.erase_post(session, post_id, because="Asked", request_id=None, actor="sup", now=LATER)
        session.execute(update(Capture).where(Capture.id == 2).values(warc_path="other.warc.gz"))
        places = dict.fromkeys((3, 4), 0)
        capture_erasing.replace(session, "board.warc.gz", "b.warc.gz", places=places, gone=[1], actor="retention")
    return store


def gap(store: Store) -> str | None:
    with store.reading() as session:
        assert audit.verify_chain(session).fault is None
        return accounting.gap(session)


def test_what_is_there_or_erased_leaves_no_gap(erased: Store) -> None:
    assert gap(erased) is None


def test_an_empty_store_has_no_gap(store: Store) -> None:
    assert gap(store) is None


def _slip_in(session: Session) -> None:
    session.execute(update(Capture).where(Capture.id == 4).values(id=50))


def _set_up_a_tombstone(session: Session) -> None:
    """As whoever deletes post 3 by hand would: it names the entry of an erasure that was one."""
    stone = session.get_one(Tombstone, 2)
    values = {column.key: getattr(stone, column.key) for column in Tombstone.__mapper__.columns}
    session.execute(insert(Tombstone).values(values | {"post_id": 3}))


def _of_no_erasure(session: Session) -> None:
    _set_up_a_tombstone(session)
    session.execute(update(Tombstone).where(Tombstone.post_id == 3).values(entry_seq=1))


def _raise(session: Session) -> None:
    session.add(Post(id=2, source_id=1, native_id="x", url=None, first_seen_at=NOW, last_seen_at=NOW))


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        pytest.param(
            lambda session: session.execute(delete(Capture).where(Capture.id == 4)),
            "Capture 4 is gone, though no audit entry says that it was erased.",
            id="a capture deleted",
        ),
        pytest.param(_slip_in, "Capture 50 is in the store, though no audit entry says", id="a capture slipped in"),
        pytest.param(_set_up_a_tombstone, "says that other posts were erased than", id="a tombstone set up"),
        pytest.param(_of_no_erasure, "No audit entry says that post 3 was erased", id="one that names another entry"),
        pytest.param(
            lambda session: session.execute(update(Tombstone).values(entry_seq=None)),
            "No audit entry says that post 1 was erased",
            id="tombstones that name no entry",
        ),
        pytest.param(
            lambda session: session.execute(delete(Tombstone).where(Tombstone.post_id == 2)),
            "The tombstones of the posts that audit entry",
            id="a tombstone deleted",
        ),
        pytest.param(
            lambda session: session.execute(update(Tombstone).where(Tombstone.post_id == 1).values(revisions=[])),
            "A tombstone of those that audit entry",
            id="a tombstone altered",
        ),
        pytest.param(
            _raise,
            "Post 2 is in the store, though it has a tombstone.",
            id="a post that was said to be erased",
        ),
    ],
)
def test_a_gap_is_named(erased: Store, tamper: Callable[[Session], object], told: str) -> None:
    with erased.transaction() as session:
        tamper(session)
    found = gap(erased)
    assert found is not None
    assert told in found


def test_of_older_erasures_the_posts_alone_are_compared(erased: Store) -> None:
    with erased.transaction() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == accounting.POSTS_ERASED)).all()
        for entry in entries:
            entry.details = {name: told for name, told in entry.details.items() if name != "tombstones_sha256"}
        session.execute(update(Tombstone).values(revisions=[]))
    with erased.reading() as session:
        assert accounting.gap(session) is None
