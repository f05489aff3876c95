"""Further readings of decided items: they come up among the others, change nothing, and nobody reads their own."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import DataError, LeaseError
from store import audit, golden, queue, readers
from store.database import Store
from store.rules import QueueRules
from store.standing import standing_decision
from store.tables import Decision, Lease, QueueItem, User
from tests.factories import NOW, make_form, make_item, make_user

SECONDS = QueueRules(second_share=1)
GOLDEN = QueueRules(golden_share=1)


def _people(session: Session) -> tuple[User, User]:
    return make_user(session, "an"), make_user(session, "binh")


def _decided(session: Session, user: User, outcome: str = "confirmed") -> QueueItem:
    item = make_item(session)
    queue.decide(session, user, make_form(item, outcome), now=NOW)
    return item


def _say(session: Session, user: User, item: QueueItem, outcome: str) -> None:
    queue.decide(session, user, make_form(item, outcome), now=NOW)


def _golden(session: Session, user: User, outcome: str = "benign") -> QueueItem:
    item = _decided(session, user)
    golden.mark(session, make_user(session, f"sup-{item.id}", "supervisor"), item, outcome, now=NOW)
    return item


def test_a_second_reading_changes_nothing(store: Store) -> None:
    with store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        assert queue.claim_next(session, second, now=NOW, rules=SECONDS) is item
        _say(session, second, item, "benign")
        standing = standing_decision(session, item.id)
        assert standing is not None
        assert (item.state, standing.outcome) == ("decided", "confirmed")
        assert [one.purpose for one in item.decisions] == [None, "second"]
        assert session.get(Lease, item.id) is None


def test_nobody_reads_their_own_decision_again(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, _ = _people(session)
        _decided(session, first)
        assert queue.claim_next(session, first, now=NOW, rules=SECONDS) is None


def test_an_item_is_read_twice_not_thrice(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        third = make_user(session, "chi")
        item = _decided(session, first)
        queue.claim_next(session, second, now=NOW, rules=SECONDS)
        assert queue.claim_next(session, third, now=NOW, rules=SECONDS) is None
        _say(session, second, item, "benign")
        assert queue.claim_next(session, third, now=NOW, rules=SECONDS) is None


def test_a_second_reader_who_is_unsure_leaves_it_to_another(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        third = make_user(session, "chi")
        item = _decided(session, first)
        queue.claim_next(session, second, now=NOW, rules=SECONDS)
        _say(session, second, item, "unsure")
        assert queue.claim_next(session, second, now=NOW, rules=SECONDS) is None
        assert queue.claim_next(session, third, now=NOW, rules=SECONDS) is item


def test_readings_are_a_share_of_the_claims(sqlite_store: Store) -> None:
    rules = QueueRules(second_share=0.3)
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        for _ in range(40):
            _decided(session, first)
        for _ in range(60):
            make_item(session)
        for _ in range(60):
            item = queue.claim_next(session, second, now=NOW, rules=rules)
            assert item is not None
            _say(session, second, item, "benign")
        own = list(session.scalars(select(Decision.purpose).where(Decision.user_id == second.id)))
    assert 9 <= own.count("second") <= 27
    assert own.count("second") + own.count(None) == 60


def test_looking_again_gives_the_same_item(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        make_item(session)
        found = [queue.claim_next(session, second, now=NOW, rules=SECONDS) for _ in range(2)]
        assert found == [item, item]
        assert session.get_one(Lease, item.id).purpose == "second"


def test_a_decided_item_that_is_nobodys_reading_stays_refused(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        with pytest.raises(LeaseError, match="as confirmed"):
            _say(session, second, item, "benign")


def test_a_reading_that_ran_out_is_offered_to_another(sqlite_store: Store) -> None:
    later = NOW + timedelta(minutes=11)
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        third = make_user(session, "chi")
        item = _decided(session, first)
        queue.claim_next(session, second, now=NOW, rules=SECONDS)
        assert queue.claim_next(session, third, now=later, rules=SECONDS) is item
        with pytest.raises(LeaseError):
            _say(session, second, item, "benign")


def test_a_second_reading_of_what_was_opened_again_decides(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        queue.claim_next(session, second, now=NOW, rules=SECONDS)
        queue.undo(session, first, idem_key="u", now=NOW)
        assert item.state == "open"
        _say(session, second, item, "benign")
        assert (item.state, item.decisions[-1].purpose) == ("decided", None)


def test_undo_takes_a_second_reading_back_and_gives_it_again(store: Store) -> None:
    with store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        queue.claim_next(session, second, now=NOW, rules=SECONDS)
        _say(session, second, item, "benign")
        queue.undo(session, second, idem_key="u", now=NOW)
        assert item.state == "decided"
        assert session.get_one(Lease, item.id).purpose == "second"
        _say(session, second, item, "confirmed")
        assert [one.purpose for one in item.decisions] == [None, "second", "second", "second"]


def test_a_first_decision_is_taken_back_whatever_a_second_reader_said(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        queue.claim_next(session, second, now=NOW, rules=SECONDS)
        _say(session, second, item, "benign")
        queue.undo(session, first, idem_key="u", now=NOW)
        assert item.state == "open"


def test_what_needs_a_reader_is_read_twice_by_readers_alone(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        item = _decided(session, first)
        item.needs_lang = "km"
        assert queue.claim_next(session, second, now=NOW, rules=SECONDS) is None
        readers.set_languages(session, second, ["km"])
        assert queue.claim_next(session, second, now=NOW, rules=SECONDS) is item


def test_a_golden_item_is_met_once_and_counted(store: Store) -> None:
    with store.transaction() as session:
        first, second = _people(session)
        item = _golden(session, first)
        assert queue.claim_next(session, second, now=NOW, rules=GOLDEN) is item
        _say(session, second, item, "benign")
        assert queue.claim_next(session, second, now=NOW, rules=GOLDEN) is None
        assert [(row.reviewer, row.answered, row.right) for row in golden.scores(session)] == [(second.pseudonym, 1, 1)]
        assert item.state == "decided"


@pytest.mark.parametrize(("said", "counted"), [("confirmed", (1, 0)), ("unsure", (1, 0)), ("skipped", None)])
def test_a_wrong_answer_counts_and_a_skip_does_not(
    sqlite_store: Store, said: str, counted: tuple[int, int] | None
) -> None:
    with sqlite_store.transaction() as session:
        first, second = _people(session)
        item = _golden(session, first, "benign")
        queue.claim_next(session, second, now=NOW, rules=GOLDEN)
        _say(session, second, item, said)
        found = [(row.answered, row.right) for row in golden.scores(session)]
    assert found == ([counted] if counted else [])


def test_only_decided_items_are_golden_and_only_a_closing_answer_is_right(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        supervisor, item = make_user(session, role="supervisor"), make_item(session)
        with pytest.raises(DataError, match="not decided"):
            golden.mark(session, supervisor, item, "benign", now=NOW)
        with pytest.raises(DataError, match="'unsure' is no right answer"):
            golden.mark(session, supervisor, item, "unsure", now=NOW)


def test_an_answer_can_be_changed_and_taken_away(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        supervisor = make_user(session, role="supervisor")
        item = _decided(session, supervisor)
        for outcome in ("benign", "confirmed"):
            golden.mark(session, supervisor, item, outcome, now=NOW)
        assert golden.answer_of(session, item.id) == "confirmed"
        golden.unmark(session, supervisor, item)
        assert golden.answer_of(session, item.id) is None
        told = [entry.action for entry in audit.entries_about(session, [f"item:{item.id}"])]
        assert told[1:] == ["golden.marked", "golden.marked", "golden.unmarked"]
