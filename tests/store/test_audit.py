"""The chain names the first entry that was edited, removed, reordered or cut off at the end."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lurewatch.errors import EvidenceError
from store import audit
from store.database import Store
from store.tables import AuditEntry, AuditHead


def _grow(store: Store, count: int = 6) -> None:
    for number in range(1, count + 1):
        with store.transaction() as session:
            audit.append(session, actor="tester", action="test", subject=f"thing:{number}", details={"n": number})


def test_what_is_taken_back_leaves_no_gap(store: Store) -> None:
    with store.transaction() as session:
        audit.append(session, actor="tester", action="test", subject="thing:1")
        inner = session.begin_nested()
        audit.append(session, actor="tester", action="test", subject="thing:2")
        inner.rollback()
        audit.append(session, actor="tester", action="test", subject="thing:3")
    with store.reading() as session:
        report = audit.verify_chain(session)
        assert (report.entries, report.fault) == (2, None)


def _fault_after(store: Store, tamper: Callable[[Session], object]) -> str | None:
    with store.transaction() as session:
        tamper(session)
    with store.reading() as session:
        return audit.verify_chain(session).fault


def _swap(session: Session) -> None:
    third, fourth = session.get_one(AuditEntry, 3), session.get_one(AuditEntry, 4)
    third.seq = 100
    session.flush()
    fourth.seq = 3
    session.flush()
    third.seq = 4


def _rewrite_without_key(session: Session) -> None:
    previous = audit.GENESIS_HASH
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        entry.actor = "somebody else"
        entry.prev_hash = previous
        entry.hash = previous = audit.entry_hash(audit.as_record(entry))
    session.execute(update(AuditHead).values(hash=previous))


def _edit(**values: object) -> Callable[[Session], object]:
    return lambda session: session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(**values))


def _remove(*seqs: int) -> Callable[[Session], object]:
    return lambda session: session.execute(delete(AuditEntry).where(AuditEntry.seq.in_(seqs)))


def _cut_with_head(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.seq > 4))
    session.execute(update(AuditHead).values(seq=4, hash=session.get_one(AuditEntry, 4).hash))


def test_an_untouched_chain_holds(store: Store) -> None:
    _grow(store)
    with store.reading() as session:
        report = audit.verify_chain(session)
        assert (report.entries, report.fault) == (6, None)
        assert report.head_hash == session.get_one(AuditEntry, 6).hash


def test_an_empty_chain_holds(store: Store) -> None:
    with store.reading() as session:
        assert audit.verify_chain(session).fault is None


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        pytest.param(_edit(actor="somebody"), "entry 3 was altered", id="actor edited"),
        pytest.param(_edit(details={"n": 4}), "entry 3 was altered", id="details edited"),
        pytest.param(_edit(at="2020-01-01T00:00:00Z"), "entry 3 was altered", id="clock set back"),
        pytest.param(_edit(hash="f" * 64), "entry 3 was altered", id="hash edited"),
        pytest.param(_edit(prev_hash="f" * 64), "entry 3 does not follow", id="link edited"),
        pytest.param(_remove(3), "entry 3 is missing", id="removed from the middle"),
        pytest.param(_remove(1), "entry 1 is missing", id="removed from the start"),
        pytest.param(_remove(5, 6), "entry 5 is missing", id="cut off at the end"),
        pytest.param(_cut_with_head, "head of the audit chain .* altered", id="cut off with a forged head"),
        pytest.param(_swap, "entry 3 does not follow", id="reordered"),
        pytest.param(_rewrite_without_key, "head of the audit chain .* altered", id="rewritten without the key"),
        pytest.param(_remove(*range(1, 7)), "entry 1 is missing", id="emptied"),
        pytest.param(lambda session: session.execute(delete(AuditHead)), "head .* is missing", id="head removed"),
    ],
)
def test_tampering_is_found_and_placed(store: Store, tamper: Callable[[Session], object], named: str) -> None:
    import re

    _grow(store)
    fault = _fault_after(store, tamper)
    assert fault is not None
    assert re.search(named, fault)


def test_nothing_is_added_over_a_forged_head(store: Store) -> None:
    _grow(store)
    with store.transaction() as session:
        _cut_with_head(session)
    with pytest.raises(EvidenceError, match="does not fit"), store.transaction() as session:
        audit.append(session, actor="tester", action="test", subject="thing:7")


def test_nothing_is_added_to_entries_without_a_head(store: Store) -> None:
    _grow(store)
    with store.transaction() as session:
        session.execute(delete(AuditHead))
    with pytest.raises(EvidenceError, match="missing though entries exist"), store.transaction() as session:
        audit.append(session, actor="tester", action="test", subject="thing:7")


def test_a_rolled_back_entry_leaves_no_gap(store: Store) -> None:
    _grow(store, 2)
    with pytest.raises(RuntimeError), store.transaction() as session:  # noqa: PT012
        audit.append(session, actor="tester", action="test", subject="lost")
        raise RuntimeError
    _grow(store, 1)
    with store.reading() as session:
        assert audit.verify_chain(session) == audit.ChainReport(3, session.get_one(AuditEntry, 3).hash, None)


_DETAILS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(_DETAILS)
@example({"\U0001f600": 1, "\ufb33": 2})
@example([2**53 - 1, -(2**53) + 1])
@example(2**53)
@example('\x00\x1f\x7f\u2028"\\/')
@example("\ud800")
def test_an_entry_hash_is_taken_over_the_canonical_form(details: Any) -> None:
    record = {"seq": 1, "details": details}
    try:
        expected = hashlib.sha256(rfc8785.dumps(record)).hexdigest()
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            audit.entry_hash(record)
    else:
        assert audit.entry_hash(record) == expected


def test_entries_about_gives_the_slice_in_order(store: Store) -> None:
    _grow(store)
    with store.reading() as session:
        found = audit.entries_about(session, ["thing:5", "thing:2"])
        assert [entry.seq for entry in found] == [2, 5]


def test_the_chain_begins_once_whoever_is_first(store: Store) -> None:
    barrier = Barrier(4)

    def begin(number: int) -> None:
        barrier.wait()
        with store.transaction() as session:
            audit.append(session, actor="tester", action="test", subject=f"thing:{number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(4)))
    with store.reading() as session:
        report = audit.verify_chain(session)
    assert (report.entries, report.fault) == (4, None)


def test_verifying_while_others_write_finds_no_fault(store: Store) -> None:
    _grow(store, 3)
    is_over = Event()

    def write() -> None:
        while not is_over.is_set():
            _grow(store, 1)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        faults = []
        for _ in range(20):
            with store.reading() as session:
                faults.append(audit.verify_chain(session).fault)
        is_over.set()
        writing.result()
    assert faults == [None] * 20


def test_a_database_put_back_to_an_older_state_is_found(empty_store: Store, tmp_path: Path) -> None:
    witness = tmp_path / "audit.witness"
    url = empty_store.engine.url.render_as_string(hide_password=False)
    store = Store(url, audit_key=b"k" * 32, witness=witness)
    store.upgrade()
    _grow(store, 3)
    with store.reading() as session:
        head = session.get_one(AuditHead, 1)
        old = {"seq": head.seq, "hash": head.hash, "mac": head.mac}
    _grow(store, 3)
    assert witness.read_text().startswith("6 ")
    fault = _fault_after(
        store,
        lambda session: (
            session.execute(delete(AuditEntry).where(AuditEntry.seq > 3)),
            session.execute(update(AuditHead).values(**old)),
        ),
    )
    assert fault == "Audit entry 4 is missing: the chain ends there, though audit.witness has seen entry 6."
    with pytest.raises(EvidenceError, match="has seen entry 6"):
        _grow(store, 1)
    store.close()


def test_a_rolled_back_entry_is_not_witnessed(tmp_path: Path) -> None:
    witness = tmp_path / "audit.witness"
    store = Store(f"sqlite:///{tmp_path / 'x.db'}", audit_key=b"k" * 32, witness=witness)
    store.upgrade()
    with pytest.raises(RuntimeError), store.transaction() as session:  # noqa: PT012
        audit.append(session, actor="tester", action="test", subject="lost")
        raise RuntimeError
    assert not witness.exists()
    store.close()
