"""Disagreements are listed until somebody who read none of it settles them; the item follows that word."""

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, LeaseError
from store import audit, cases, figures, golden, queue, search, settling
from store.database import Store
from store.figures import Period
from store.rules import QueueRules
from store.search_conditions import Search
from store.standing import standing_decision
from store.tables import Decision, Lease, QueueItem, User
from tests.factories import NOW, make_form, make_item, make_user


def _people(session: Session) -> tuple[User, User, User]:
    return make_user(session, "an"), make_user(session, "binh"), make_user(session, "sup", "supervisor")


def _read_twice(session: Session, first: User, second: User, *said: str) -> QueueItem:
    item = make_item(session)
    queue.decide(session, first, make_form(item, said[0]), now=NOW)
    assert queue.claim_next(session, second, now=NOW, rules=QueueRules(second_share=1)) is item
    queue.decide(session, second, make_form(item, said[1]), now=NOW)
    return item


def _golden(session: Session, reader: User, sup: User, answer: str, said: str) -> QueueItem:
    item = make_item(session)
    queue.decide(session, make_user(session, f"first-{item.id}"), make_form(item, answer), now=NOW)
    golden.mark(session, sup, item, answer, now=NOW)
    assert queue.claim_next(session, reader, now=NOW, rules=QueueRules(golden_share=1)) is item
    queue.decide(session, reader, make_form(item, said), now=NOW)
    return item


def _listed(session: Session) -> list[tuple[int, str, str, str, str | None]]:
    found = settling.disagreements(session, limit=10)
    return [(one.item_id, one.purpose, one.first, one.second, one.settled) for one in found]


def test_where_two_disagree_and_what_was_taken_back_is_not_there(store: Store) -> None:
    with store.transaction() as session:
        first, second, _ = _people(session)
        unlike = _read_twice(session, first, second, "confirmed", "benign")
        _read_twice(session, first, second, "benign", "benign")
        _read_twice(session, first, second, "confirmed", "unsure")
        assert _listed(session) == [(unlike.id, "second", "confirmed", "benign", None)]
        for number in range(3):
            queue.undo(session, second, idem_key=f"u{number}", now=NOW)
        assert _listed(session) == []


def test_the_item_follows_the_word_that_settles_and_the_readers_words_stay(store: Store) -> None:
    with store.transaction() as session:
        first, second, sup = _people(session)
        item = _read_twice(session, first, second, "benign", "confirmed")
        made = settling.settle(session, sup, make_form(item, "confirmed"), now=NOW)
        standing = standing_decision(session, item.id)
        assert standing is made
        assert (item.state, made.purpose) == ("decided", "settling")
        assert [one.outcome for one in session.query(Decision).order_by(Decision.id)] == [
            *("benign", "confirmed", "confirmed")
        ]
        assert _listed(session) == [(item.id, "second", "benign", "confirmed", "confirmed")]
        told = audit.entries_about(session, [f"item:{item.id}"])[-1]
        assert (told.action, told.details["purpose"], told.actor) == ("decision.made", "settling", sup.pseudonym)
        found = search.find(session, sup, Search(state="confirmed")).hits
        assert [hit.item.id for hit in found if hit.item] == [item.id]
        assert search.find(session, sup, Search(state="benign")).hits == ()
        (decided,) = figures.decided(session, Period(NOW, NOW.replace(year=2027)))
        assert (decided.outcome, decided.by) == ("confirmed", sup.pseudonym)


def test_the_labels_are_those_of_the_reader_who_was_right(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        item = make_item(session)
        form = make_form(item)
        queue.decide(session, first, queue.DecisionForm(item.id, "confirmed", "k", labels=("fake_job",)), now=NOW)
        assert queue.claim_next(session, second, now=NOW, rules=QueueRules(second_share=1)) is item
        queue.decide(session, second, make_form(item, "benign"), now=NOW)
        assert settling.settle(session, sup, form, now=NOW).labels == ["fake_job"]


def test_a_golden_answer_that_was_wrong_is_changed(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        reader, _, sup = _people(session)
        item = _golden(session, reader, sup, "benign", "confirmed")
        assert _listed(session) == [(item.id, "golden", "benign", "confirmed", None)]
        settling.settle(session, sup, make_form(item, "confirmed"), now=NOW)
        assert golden.answer_of(session, item.id) == "confirmed"
        assert _listed(session) == []
        (score,) = golden.scores(session)
        assert (score.answered, score.right) == (1, 1)


def test_a_golden_answer_that_was_right_stays(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        reader, _, sup = _people(session)
        item = _golden(session, reader, sup, "benign", "confirmed")
        settling.settle(session, sup, make_form(item, "benign"), now=NOW)
        assert golden.answer_of(session, item.id) == "benign"
        assert _listed(session) == [(item.id, "golden", "benign", "confirmed", "benign")]


def test_what_waits_comes_before_what_is_settled(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        waiting, settled = (_read_twice(session, first, second, "confirmed", "benign") for _ in range(2))
        settling.settle(session, sup, make_form(settled, "benign"), now=NOW)
        assert [row[0] for row in _listed(session)] == [waiting.id, settled.id]


def test_undo_takes_the_word_back_and_nothing_is_held(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        item = _read_twice(session, first, second, "confirmed", "benign")
        settling.settle(session, sup, make_form(item, "benign"), now=NOW)
        with pytest.raises(LeaseError, match="decided on item"):
            queue.undo(session, first, idem_key="u1", now=NOW)
        queue.undo(session, sup, idem_key="u2", now=NOW)
        standing = standing_decision(session, item.id)
        assert standing is not None
        assert (item.state, standing.outcome) == ("decided", "confirmed")
        assert session.get(Lease, item.id) is None
        assert _listed(session) == [(item.id, "second", "confirmed", "benign", None)]


def test_the_same_form_twice_is_one_word(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        form = make_form(_read_twice(session, first, second, "confirmed", "benign"), "benign")
        assert settling.settle(session, sup, form, now=NOW) is settling.settle(session, sup, form, now=NOW)


def test_who_may_not_settle(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, _, sup = _people(session)
        item = _read_twice(session, first, sup, "confirmed", "benign")
        for person in (first, sup):
            with pytest.raises(AccessError):
                settling.settle(session, person, make_form(item, "benign"), now=NOW)
        assert _listed(session)[0][-1] is None


@pytest.mark.parametrize("outcome", ["unsure", "skipped", "undone", "", "x"])
def test_what_closes_nothing_settles_nothing(sqlite_store: Store, outcome: str) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        item = _read_twice(session, first, second, "confirmed", "benign")
        with pytest.raises(DataError, match="settles nothing"):
            settling.settle(session, sup, make_form(item, outcome), now=NOW)


def test_where_nobody_disagrees_there_is_nothing_to_settle(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        alike, waiting = _read_twice(session, first, second, "benign", "benign"), make_item(session)
        settled = _read_twice(session, first, second, "confirmed", "benign")
        settling.settle(session, sup, make_form(settled, "benign"), now=NOW)
        for item in (alike, waiting, settled):
            with pytest.raises(DataError, match="waits to be settled"):
                settling.settle(session, sup, make_form(item, "confirmed"), now=NOW)


def test_what_a_case_stands_on_is_not_settled_away(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, sup = _people(session)
        item = _read_twice(session, first, second, "confirmed", "benign")
        case = cases.open_case(session, first, title="Typing work", now=NOW)
        cases.add_item(session, first, case, item, now=NOW)
        with pytest.raises(LeaseError, match="is in case"):
            settling.settle(session, sup, make_form(item, "benign"), now=NOW)
        settling.settle(session, sup, make_form(item, "confirmed"), now=NOW)


def test_who_fixed_a_golden_answer_is_not_asked_for_it(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, _, sup = _people(session)
        item = make_item(session)
        queue.decide(session, first, make_form(item, "benign"), now=NOW)
        golden.mark(session, sup, item, "benign", now=NOW)
        assert queue.claim_next(session, sup, now=NOW, rules=QueueRules(golden_share=1)) is None
