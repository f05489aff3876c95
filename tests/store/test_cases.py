"""Cases take confirmed items alone, and their packs are on record."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from lurewatch.errors import AccessError, DataError, LeaseError, NotFoundError
from store import audit, cases, queue
from store.database import Store
from store.tables import QueueItem
from tests.factories import NOW, make_form, make_item, make_user


def test_numbers_go_up_within_the_year(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        opened = [cases.open_case(session, user, title="Typing work", now=NOW).number for _ in range(2)]
        assert opened == ["CASE-2026-0001", "CASE-2026-0002"]
        assert [case.number for case in cases.all_cases(session)] == opened[::-1]


def test_a_case_needs_a_title_and_a_right(store: Store) -> None:
    with store.transaction() as session:
        with pytest.raises(DataError, match="needs a title"):
            cases.open_case(session, make_user(session), title="  ", now=NOW)
        with pytest.raises(AccessError, match="viewer"):
            cases.open_case(session, make_user(session, "vi", "viewer"), title="x", now=NOW)


@pytest.mark.parametrize("outcome", ["benign", "unsure", "escalated"])
def test_what_is_not_confirmed_stays_out(store: Store, outcome: str) -> None:
    with store.transaction() as session:
        user, item = make_user(session), make_item(session)
        queue.decide(session, user, make_form(item, outcome), now=NOW)
        case = cases.open_case(session, user, title="x", now=NOW)
        with pytest.raises(DataError, match="is not confirmed"):
            cases.add_item(session, user, case, item, now=NOW)


def test_adding_twice_is_adding_once(store: Store) -> None:
    with store.transaction() as session:
        user, item = make_user(session), make_item(session)
        queue.decide(session, user, make_form(item), now=NOW)
        case = cases.open_case(session, user, title="x", now=NOW)
        first, second = (cases.add_item(session, user, case, item, now=NOW) for _ in range(2))
        assert first.id == second.id
        assert len(audit.entries_about(session, [f"case:{case.id}"])) == 2


def test_a_pack_is_on_record_and_in_the_chain(store: Store) -> None:
    with store.transaction() as session:
        case = cases.open_case(session, make_user(session), title="x", now=NOW)
        pack = cases.record_pack(
            session,
            case,
            file_name="pack.zip",
            sha256="a" * 64,
            size_bytes=7,
            signer="b" * 64,
            exported_by="reviewer-1",
            now=NOW,
        )
        entry = audit.entries_about(session, [f"case:{case.id}"])[-1]
        assert (entry.action, entry.details["pack"]) == ("pack.exported", pack.id)


def test_a_case_that_is_not_there(store: Store) -> None:
    with store.reading() as session, pytest.raises(NotFoundError, match="'CASE-1999-0001'"):
        cases.case_by_number(session, "CASE-1999-0001")


def test_adding_and_taking_back_at_once_never_files_an_unconfirmed_item(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = cases.open_case(session, user, title="x", now=NOW)
        items = [make_item(session) for _ in range(6)]

    def add(item: QueueItem) -> None:
        with suppress(DataError), store.transaction() as session:
            cases.add_item(session, user, cases.case_by_number(session, case.number), item, now=NOW)

    def undo(item: QueueItem) -> None:
        with suppress(LeaseError), store.transaction() as session:
            queue.undo(session, user, idem_key=f"undo-{item.id}", now=NOW)

    for item in items:
        with store.transaction() as session:
            queue.decide(session, user, make_form(item), now=NOW)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda act, item=item: act(item), [add, undo, add]))
    with store.reading() as session:
        filed = [entry.item_id for entry in cases.case_by_number(session, case.number).items]
        standing = [queue.standing_decision(session, item_id) for item_id in filed]
        assert all(decision is not None and decision.outcome == "confirmed" for decision in standing)
