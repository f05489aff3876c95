"""Sealed batches: every capture in one of them, once; their proofs; and what has to be stamped."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from evidence.verify_standalone import root_from_path
from lurewatch.errors import EvidenceError
from store import audit, batches
from store.database import Store
from store.tables import Batch
from tests.factories import NOW, make_capture, make_user

YEAR = timedelta(days=365)


def _seal(session: Session, captures: int) -> Batch:
    for _ in range(captures):
        make_capture(session)
    batch = batches.seal_batch(session, now=NOW)
    assert batch is not None
    return batch


def _stamp(session: Session, batch: Batch, authority: str = "one", good_until: timedelta = YEAR) -> None:
    about = {"query": b"q", "response": b"r", "chain": "", "stamped_at": NOW, "good_until": NOW + good_until}
    batches.record_stamp(session, batch.id, authority=authority, **about)


def test_nothing_captured_is_nothing_sealed(store: Store) -> None:
    with store.transaction() as session:
        make_user(session)
        assert batches.seal_batch(session, now=NOW) is None
        _seal(session, 1)
        assert batches.seal_batch(session, now=NOW) is None


def test_each_capture_is_in_one_batch_and_its_path_leads_to_the_root(store: Store) -> None:
    with store.transaction() as session:
        ids = [make_capture(session).id for _ in range(3)]
        make_user(session)
        first = _seal(session, 0)
        ids += [make_capture(session).id for _ in range(2)]
        second = _seal(session, 0)
        proofs = batches.inclusions(session, ids)
    assert [(proof.capture_id, proof.batch.id) for proof in proofs] == [
        (number, batch.id) for number, batch in zip(ids, [first] * 3 + [second] * 2, strict=True)
    ]
    for proof in proofs:
        path = [bytes.fromhex(one) for one in proof.path]
        root = root_from_path(bytes.fromhex(proof.entry_hash), proof.index, proof.batch.size, path)
        assert root is not None
        assert root.hex() == proof.batch.root


def test_a_batch_is_in_the_audit_chain(store: Store) -> None:
    with store.transaction() as session:
        batch = _seal(session, 2)
        (entry,) = audit.entries_about(session, [batches.subject_of(batch)])
        assert (entry.action, entry.details["root"], entry.details["size"]) == ("batch.sealed", batch.root, 2)
        assert (entry.details["first_seq"], entry.details["last_seq"]) == (batch.first_seq, batch.last_seq)
        assert audit.verify_chain(session).fault is None


def test_what_is_not_sealed_has_no_proof(store: Store) -> None:
    with store.transaction() as session:
        sealed = make_capture(session).id
        _seal(session, 0)
        fresh = make_capture(session).id
        assert [proof.capture_id for proof in batches.inclusions(session, [sealed, fresh])] == [sealed]
        assert batches.unsealed(session) == 1


def test_an_entry_that_was_changed_since_no_longer_gives_the_root(store: Store) -> None:
    with store.transaction() as session:
        batch = _seal(session, 2)
        number = int(audit.entries_about(session, ["capture:1"])[0].subject.split(":")[1])
        session.execute(
            text("UPDATE audit_entry SET hash = :other WHERE seq = :seq"), {"other": "0" * 64, "seq": batch.last_seq}
        )
        with pytest.raises(EvidenceError, match=rf"Batch {batch.id} \(audit entries .*\) no longer gives its root"):
            batches.inclusions(session, [number])


def test_batches_wait_for_each_authority_on_its_own(store: Store) -> None:
    with store.transaction() as session:
        first, second = _seal(session, 1), _seal(session, 1)
        _stamp(session, first)
        assert batches.newer_than_stamped(session, "one", limit=9) == [second]
        assert batches.unstamped(session) == 1


def test_an_authority_that_joins_begins_with_what_nobody_stamped(store: Store) -> None:
    with store.transaction() as session:
        _stamp(session, _seal(session, 1))
        second = _seal(session, 1)
        assert batches.newer_than_stamped(session, "two", limit=9) == [second]


def test_a_stamp_is_in_the_audit_chain(store: Store) -> None:
    with store.transaction() as session:
        batch = _seal(session, 1)
        _stamp(session, batch)
        entry = audit.entries_about(session, [batches.subject_of(batch)])[-1]
        assert (entry.action, entry.details["authority"]) == ("batch.stamped", "one")


def test_the_newest_stamp_of_a_batch_decides_when_it_is_renewed(store: Store) -> None:
    soon = timedelta(days=10)
    with store.transaction() as session:
        old, renewed, other = (_seal(session, 1) for _ in range(3))
        for batch in (old, renewed):
            _stamp(session, batch, good_until=soon)
        _stamp(session, renewed)
        _stamp(session, other, "two", good_until=soon)
        assert batches.ending_before(session, "one", NOW + soon * 2, limit=9) == [old]
        assert batches.ending_before(session, "one", NOW + soon, limit=9) == []
