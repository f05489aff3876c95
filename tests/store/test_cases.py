"""Cases take confirmed items alone, and their packs are on record."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy.exc import IntegrityError

from lurewatch.errors import AccessError, DataError, LeaseError, NotFoundError
from store import audit, cases, queue
from store.database import Store
from store.standing import standing_decision
from store.tables import CaseItem, QueueItem
from tests.factories import NOW, make_case, make_confirmed, make_form, make_item, make_user


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
        standing = [standing_decision(session, item_id) for item_id in filed]
        assert all(decision is not None and decision.outcome == "confirmed" for decision in standing)


def test_taking_out_needs_a_reason_and_keeps_the_row(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user, posts=2)
        gone = case.items[0].item_id
        with pytest.raises(DataError, match="needs a reason"):
            cases.remove_item(session, user, case, gone, reason=" ", now=NOW)
        cases.remove_item(session, user, case, gone, reason="a warning, not an advert", now=NOW)
    with store.reading() as session:
        case = cases.case_by_number(session, case.number)
        assert (len(case.entries), gone in {entry.item_id for entry in case.items}) == (2, False)
        assert case.entries[0].removed_because == "a warning, not an advert"
        entry = audit.entries_about(session, [f"case:{case.id}"])[-1]
        assert (entry.action, entry.details["item"]) == ("case.item_removed", gone)


def test_what_was_taken_out_can_come_back_as_a_further_row(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        first = case.items[0]
        cases.remove_item(session, user, case, first.item_id, reason="x", now=NOW)
        again = cases.add_item(session, user, case, first.item, now=NOW)
        assert again.id != first.id
        assert [found.number for found in cases.cases_with(session, first.item_id)] == [case.number]


def test_taking_out_what_is_not_in_it(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        item_id = case.items[0].item_id
        cases.remove_item(session, user, case, item_id, reason="x", now=NOW)
        with pytest.raises(NotFoundError, match=f"Item {item_id} is not in case"):
            cases.remove_item(session, user, case, item_id, reason="x", now=NOW)
        assert cases.cases_with(session, item_id) == []


def test_a_decision_can_be_undone_once_its_item_left_the_case(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        with pytest.raises(LeaseError, match="is in a case"):
            queue.undo(session, user, idem_key="early", now=NOW)
        cases.remove_item(session, user, case, case.items[0].item_id, reason="x", now=NOW)
        assert queue.undo(session, user, idem_key="later", now=NOW).outcome == "undone"


def test_the_database_holds_an_item_in_a_case_once(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        (entry,) = make_case(session, user).items
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(CaseItem(case_id=entry.case_id, item_id=entry.item_id, added_by_id=user.id, added_at=NOW))


def test_a_closed_case_rests_until_it_is_opened_again(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        case, item = make_case(session, user), make_confirmed(session, user)
        with pytest.raises(DataError, match="needs a reason"):
            cases.close_case(session, user, case, reason="")
        cases.close_case(session, user, case, reason="Went to trial")
        with pytest.raises(DataError, match="is closed: its contents stay"):
            cases.add_item(session, user, case, item, now=NOW)
        with pytest.raises(DataError, match="cannot be closed"):
            cases.close_case(session, user, case, reason="Again")
        cases.reopen_case(session, user, case, reason="New posts")
        assert cases.add_item(session, user, case, item, now=NOW).item_id == item.id
        actions = [entry.action for entry in audit.entries_about(session, [f"case:{case.id}"])]
        assert actions[2:] == ["case.closed", "case.reopened", "case.item_added"]


def test_words_of_a_title_are_found_in_any_case_of_any_script(store: Store) -> None:
    with store.transaction() as session:
        case = cases.open_case(session, make_user(session), title="ĐƯỜNG DÂY lừa đảo", now=NOW)
        for words in ("đường dây", "Đường", "LỪA ĐẢO", "case-2026 đường"):
            assert [found.number for found in cases.find_cases(session, words=words)] == [case.number], words
        assert cases.find_cases(session, words="đương") == []


def test_cases_are_found_by_state_words_and_opener(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        an, binh = make_user(session), make_user(session, "binh")
        flights = cases.open_case(session, an, title="Flights to 100% Poipet", now=NOW)
        typing = cases.open_case(session, binh, title="Typing work", now=NOW)
        cases.close_case(session, an, flights, reason="done")

        def found(**wanted: str) -> list[str]:
            return [case.number for case in cases.find_cases(session, **wanted)]

        assert found() == [typing.number, flights.number]
        assert found(state="closed") == [flights.number]
        assert found(words="POIPET flights") == found(words="0001") == found(words="100%") == [flights.number]
        assert found(words="Poipet Typing") == []
        assert found(opened_by=binh.pseudonym) == [typing.number]
        assert cases.openers(session) == [an.pseudonym, binh.pseudonym]
