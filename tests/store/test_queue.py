"""Leases, decisions and undo: no item decided twice, none lost, whoever races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lurewatch.errors import AccessError, DataError, LeaseError, NotFoundError
from store import audit, cases, leases, queue, queue_list, verdicts
from store.database import Store
from store.parsed_post import ParsedPost
from store.tables import QueueItem, User
from tests.factories import NOW, make_capture, make_item, make_revision, make_user, make_verdict, save_post

LATER = NOW + leases.NEWCOMERS_TTL + timedelta(seconds=1)


def _two_people(store: Store) -> tuple[User, User]:
    with store.transaction() as session:
        return make_user(session, "an"), make_user(session, "binh")


def _items(store: Store, *lanes: str) -> list[int]:
    with store.transaction() as session:
        return [make_item(session, lane).id for lane in lanes]


def _claim(store: Store, user: User, now: object = NOW) -> int | None:
    with store.transaction() as session:
        item = queue.claim_next(session, user, now=now)  # type: ignore[arg-type]
        return item.id if item else None


def _decide(store: Store, user: User, item_id: int, outcome: str, key: str, now: object = NOW) -> int:
    with store.transaction() as session:
        form = queue.DecisionForm(item_id=item_id, outcome=outcome, idem_key=key)
        return queue.decide(session, user, form, now=now).id  # type: ignore[arg-type]


def _state(store: Store, item_id: int) -> str:
    with store.reading() as session:
        return session.get_one(QueueItem, item_id).state


def test_the_urgent_lane_comes_first_then_the_riskier(store: Store) -> None:
    user, _ = _two_people(store)
    with store.transaction() as session:
        low, urgent, high = (
            make_item(session, lane, priority).id
            for lane, priority in [("likely", 0.6), ("urgent", 0.1), ("likely", 0.9)]
        )
    order = []
    for number in range(3):
        item_id = _claim(store, user)
        assert item_id is not None
        order.append(item_id)
        _decide(store, user, item_id, "benign", f"k{number}")
    assert order == [urgent, high, low]


def test_claiming_again_gives_the_same_item(store: Store) -> None:
    user, _ = _two_people(store)
    _items(store, "likely", "likely")
    assert _claim(store, user) == _claim(store, user)


def test_two_people_get_different_items(store: Store) -> None:
    first, second = _two_people(store)
    _items(store, "likely", "likely")
    assert _claim(store, first) != _claim(store, second)


def test_a_lease_that_ran_out_is_offered_again(store: Store) -> None:
    first, second = _two_people(store)
    (item_id,) = _items(store, "likely")
    assert _claim(store, first) == item_id
    assert _claim(store, second) is None
    assert _claim(store, second, LATER) == item_id


def test_deciding_on_a_lost_lease_is_refused(store: Store) -> None:
    first, second = _two_people(store)
    (item_id,) = _items(store, "likely")
    _claim(store, first)
    _claim(store, second, LATER)
    with pytest.raises(LeaseError, match="with another reviewer"):
        _decide(store, first, item_id, "confirmed", "k", LATER)
    assert _state(store, item_id) == "open"


def test_the_winner_is_named_to_whoever_comes_late(store: Store) -> None:
    first, second = _two_people(store)
    (item_id,) = _items(store, "likely")
    _decide(store, first, item_id, "confirmed", "k1")
    with pytest.raises(LeaseError, match=f"{first.pseudonym} as confirmed"):
        _decide(store, second, item_id, "benign", "k2")


def test_a_lease_that_ran_out_untaken_still_decides(store: Store) -> None:
    first, _ = _two_people(store)
    (item_id,) = _items(store, "likely")
    _claim(store, first)
    _decide(store, first, item_id, "confirmed", "k", LATER)
    assert _state(store, item_id) == "decided"


def test_sending_twice_is_one_decision(store: Store) -> None:
    user, _ = _two_people(store)
    (item_id,) = _items(store, "likely")
    assert _decide(store, user, item_id, "confirmed", "same") == _decide(store, user, item_id, "benign", "same")


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [("confirmed", ["smuggling"]), ("benign", None), ("unsure", None)],
    ids=lambda value: str(value),
)
def test_labels_stay_with_a_confirmation_and_go_with_its_undo(
    store: Store, outcome: str, kept: list[str] | None
) -> None:
    user, _ = _two_people(store)
    (item_id,) = _items(store, "likely")
    form = queue.DecisionForm(item_id=item_id, outcome=outcome, idem_key="k", labels=("smuggling",))
    with store.transaction() as session:
        assert queue.decide(session, user, form, now=NOW).labels == kept
        assert queue.undo(session, user, idem_key="u", now=NOW).labels is None
    with store.reading() as session:
        told = [entry.details["labels"] for entry in audit.entries_about(session, [f"item:{item_id}"])]
        assert told == [kept, None]


def test_a_form_that_another_person_sent_is_refused(store: Store) -> None:
    first, second = _two_people(store)
    items = _items(store, "likely", "likely")
    _decide(store, first, items[0], "confirmed", "same")
    with pytest.raises(LeaseError, match="somebody else already"):
        _decide(store, second, items[1], "benign", "same")


def test_a_form_that_decided_on_another_item_is_refused(store: Store) -> None:
    user, _ = _two_people(store)
    items = _items(store, "likely", "likely")
    _decide(store, user, items[0], "confirmed", "same")
    with pytest.raises(LeaseError, match=f"on item {items[0]} already"):
        _decide(store, user, items[1], "benign", "same")


@pytest.mark.parametrize("outcome", ["unsure", "skipped"])
def test_passing_on_leaves_it_for_the_others(store: Store, outcome: str) -> None:
    first, second = _two_people(store)
    (item_id,) = _items(store, "likely")
    _decide(store, first, item_id, outcome, "k")
    assert _claim(store, first) is None
    assert _claim(store, second) == item_id


def test_an_unknown_outcome_is_refused(store: Store) -> None:
    user, _ = _two_people(store)
    (item_id,) = _items(store, "likely")
    with pytest.raises(DataError, match="'undone' is not one of"):
        _decide(store, user, item_id, "undone", "k")


def test_undo_opens_the_item_and_holds_it(store: Store) -> None:
    user, other = _two_people(store)
    (item_id,) = _items(store, "likely")
    decided = _decide(store, user, item_id, "benign", "k")
    with store.transaction() as session:
        undone = queue.undo(session, user, idem_key="u", now=NOW)
        assert (undone.undoes_id, undone.outcome) == (decided, "undone")
    assert _claim(store, other) is None
    assert _claim(store, user) == item_id


def test_undo_takes_no_item_out_of_anothers_hands(store: Store) -> None:
    user, other = _two_people(store)
    (item_id,) = _items(store, "likely")
    _decide(store, user, item_id, "unsure", "k")
    assert _claim(store, other) == item_id
    with store.transaction() as session:
        queue.undo(session, user, idem_key="u", now=NOW)
    _decide(store, other, item_id, "confirmed", "k2")
    assert _state(store, item_id) == "decided"


@pytest.mark.parametrize("outcome", ["benign", "unsure"])
def test_undo_brings_no_replaced_revision_back(store: Store, outcome: str) -> None:
    user, _ = _two_people(store)
    with store.transaction() as session:
        earlier, later = (make_revision(session, text, native_id="edited").id for text in ("one word", "two words"))
        item_id = queue.enqueue(session, revision_id=earlier, lane="likely", priority=0.9, at=NOW).id
    _decide(store, user, item_id, outcome, "k")
    with store.transaction() as session:
        queue.enqueue(session, revision_id=later, lane="likely", priority=0.9, at=NOW)
        queue.undo(session, user, idem_key="u", now=NOW)
    assert _state(store, item_id) == "superseded"


def test_a_revision_that_is_queued_after_a_later_one_stays_out(store: Store) -> None:
    with store.transaction() as session:
        earlier, later = (make_revision(session, text, native_id="edited").id for text in ("one word", "two words"))
        states = [
            queue.enqueue(session, revision_id=revision_id, lane="likely", priority=0.9, at=NOW).state
            for revision_id in (later, earlier)
        ]
    assert states == ["open", "superseded"]


def test_undoing_twice_at_once_takes_back_one_decision_a_time(store: Store) -> None:
    user, _ = _two_people(store)
    for number, item_id in enumerate(_items(store, *["likely"] * 8)):
        _decide(store, user, item_id, "benign", f"k{number}")

    def undo(key: str) -> int | None:
        with store.transaction() as session:
            return queue.undo(session, user, idem_key=key, now=NOW).undoes_id

    with ThreadPoolExecutor(8) as pool:
        undone = list(pool.map(undo, ["same"] * 4 + [f"u{number}" for number in range(4)]))
    assert (len(set(undone[:4])), len(set(undone))) == (1, 5)


def test_undo_goes_back_step_by_step_and_ends(store: Store) -> None:
    user, _ = _two_people(store)
    items = _items(store, "likely", "likely")
    for number, item_id in enumerate(items):
        _decide(store, user, item_id, "benign", f"k{number}")
    for number in range(2):
        with store.transaction() as session:
            queue.undo(session, user, idem_key=f"u{number}", now=NOW)
    assert [_state(store, item_id) for item_id in items] == ["open", "open"]
    with pytest.raises(LeaseError, match="no decision of yours"), store.transaction() as session:
        queue.undo(session, user, idem_key="u9", now=NOW)


def test_undo_twice_with_one_key_is_one_undo(store: Store) -> None:
    user, _ = _two_people(store)
    for number, item_id in enumerate(_items(store, "likely", "likely")):
        _decide(store, user, item_id, "benign", f"k{number}")
    with store.transaction() as session:
        first = queue.undo(session, user, idem_key="u", now=NOW)
        assert queue.undo(session, user, idem_key="u", now=NOW).id == first.id


def test_only_the_last_twenty_can_be_undone(store: Store) -> None:
    user, _ = _two_people(store)
    for number, item_id in enumerate(_items(store, *["likely"] * (queue.UNDO_DEPTH + 1))):
        _decide(store, user, item_id, "benign", f"k{number}")
    for number in range(queue.UNDO_DEPTH):
        with store.transaction() as session:
            queue.undo(session, user, idem_key=f"u{number}", now=NOW)
    with pytest.raises(LeaseError, match="no decision of yours"), store.transaction() as session:
        queue.undo(session, user, idem_key="u-last", now=NOW)


def test_nobody_undoes_what_another_decided_after_them(store: Store) -> None:
    first, second = _two_people(store)
    (item_id,) = _items(store, "likely")
    _decide(store, first, item_id, "unsure", "k1")
    _decide(store, second, item_id, "confirmed", "k2")
    with pytest.raises(LeaseError, match="after you"), store.transaction() as session:
        queue.undo(session, first, idem_key="u", now=NOW)


def test_what_is_in_a_case_is_not_undone(store: Store) -> None:
    user, _ = _two_people(store)
    (item_id,) = _items(store, "likely")
    _decide(store, user, item_id, "confirmed", "k")
    with store.transaction() as session:
        case = cases.open_case(session, user, title="Typing work", now=NOW)
        cases.add_item(session, user, case, session.get_one(QueueItem, item_id), now=NOW)
    with pytest.raises(LeaseError, match="is in a case"), store.transaction() as session:
        queue.undo(session, user, idem_key="u", now=NOW)


@pytest.mark.parametrize("role", ["viewer", "investigator", "researcher", "auditor", "administrator"])
def test_roles_without_the_right_decide_nothing(store: Store, role: str) -> None:
    (item_id,) = _items(store, "likely")
    with store.transaction() as session:
        user = make_user(session, "vi", role)
    with pytest.raises(AccessError, match=role):
        _claim(store, user)
    with pytest.raises(AccessError, match=role):
        _decide(store, user, item_id, "confirmed", "k")


def test_an_item_that_is_not_there(store: Store) -> None:
    user, _ = _two_people(store)
    with pytest.raises(NotFoundError, match="no queue item 4711"):
        _decide(store, user, 4711, "confirmed", "k")


def test_a_later_revision_takes_the_place_of_the_earlier(store: Store) -> None:
    user, _ = _two_people(store)
    with store.transaction() as session:
        capture = make_capture(session)
        items = []
        for text in ("first wording of it", "second wording of it"):
            saved = save_post(
                session,
                source_id=capture.source_id,
                capture_id=capture.id,
                post=ParsedPost(native_id="p", text=text),
                seen_at=NOW,
            )
            items.append(queue.enqueue(session, revision_id=saved.revision_id, lane="likely", priority=0.5, at=NOW).id)
    assert _state(store, items[0]) == "superseded"
    assert _claim(store, user) == items[1]
    for outcome in ("confirmed", "skipped"):
        with pytest.raises(LeaseError, match="a later version"):
            _decide(store, user, items[0], outcome, outcome)
    assert _state(store, items[0]) == "superseded"


def test_the_newest_item_of_each_post_is_found(store: Store) -> None:
    with store.transaction() as session:
        first, second = make_item(session), make_item(session)
        unqueued = make_revision(session)
        found = queue.newest_items(session, [first.revision.post_id, second.revision.post_id, unqueued.post_id])
        assert found == {first.revision.post_id: first, second.revision.post_id: second}


def test_the_cases_of_an_item_are_found(store: Store) -> None:
    user, _ = _two_people(store)
    items = _items(store, "likely", "likely")
    _decide(store, user, items[0], "confirmed", "k")
    with store.transaction() as session:
        case = cases.open_case(session, user, title="Typing work", now=NOW)
        cases.add_item(session, user, case, session.get_one(QueueItem, items[0]), now=NOW)
        assert [cases.cases_with(session, item_id) for item_id in items] == [[case], []]


def test_each_decision_is_in_the_audit_chain(store: Store) -> None:
    user, _ = _two_people(store)
    (item_id,) = _items(store, "likely")
    decided = _decide(store, user, item_id, "confirmed", "k")
    with store.reading() as session:
        (entry,) = audit.entries_about(session, [f"item:{item_id}"])
        assert (entry.actor, entry.details["decision"]) == (user.pseudonym, decided)


def test_many_at_once_never_share_an_item(store: Store) -> None:
    item_ids = _items(store, *["likely"] * 24)
    with store.transaction() as session:
        people = [make_user(session, f"p{number}") for number in range(6)]

    def work(user: User) -> list[int]:
        done = []
        while (item_id := _claim(store, user)) is not None:
            _decide(store, user, item_id, "benign", f"{user.id}-{item_id}")
            done.append(item_id)
        return done

    with ThreadPoolExecutor(len(people)) as pool:
        decided = [item_id for done in pool.map(work, people) for item_id in done]
    assert sorted(decided) == sorted(item_ids)
    with store.reading() as session:
        assert audit.verify_chain(session).fault is None


def test_open_counts_name_every_lane(store: Store) -> None:
    _items(store, "likely", "likely", "urgent")
    with store.reading() as session:
        assert queue_list.open_counts(session) == {"urgent": 1, "likely": 2, "uncertain": 0, "audit": 0}


def test_open_items_are_listed_in_claiming_order(store: Store) -> None:
    likely, urgent = _items(store, "likely", "urgent")
    with store.reading() as session:
        listed = queue_list.items(session, queue_list.ListFilter(), now=NOW, limit=10)
        assert [item.id for item in listed] == [urgent, likely]


def test_verdicts_stay_with_their_items(store: Store) -> None:
    with store.transaction() as session:
        item = make_item(session)
        make_verdict(session, item.revision, release="test-2", risk=0.2)
        assert [verdict.release for verdict in item.revision.verdicts] == ["test-1", "test-2"]
        assert len(item.revision.identifiers) == 1


def test_the_chain_holds_what_a_decision_was_made_on(store: Store) -> None:
    user, _ = _two_people(store)
    with store.transaction() as session:
        item = make_item(session)
        queue.decide(session, user, queue.DecisionForm(item_id=item.id, outcome="benign", idem_key="k"), now=NOW)
    with store.reading() as session:
        details = audit.entries_about(session, [f"item:{item.id}"])[-1].details
        revision = session.get_one(QueueItem, item.id).revision
        judged = verdicts.judgement(revision, "test-1")
        assert judged is not None
        assert details["release"] == "test-1"
        assert details["judgement_sha256"] == verdicts.digest(judged)
        assert details["revision_sha256"] == revision.sha256
