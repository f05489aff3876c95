"""One decision for a campaign: what came of it names its source, one in twenty comes back, and undo takes back all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, LeaseError
from store import audit, campaigns, cases, queue
from store.campaign_decisions import CampaignDecision, decide_campaign, open_members
from store.database import Store
from store.standing import is_returned, standing_decision
from store.tables import QueueItem, User
from tests.factories import NOW, make_form, make_item, make_user


def _campaign(session: Session, size: int) -> list[QueueItem]:
    items = [make_item(session) for _ in range(size)]
    for item in items[1:]:
        campaigns.join_posts(session, items[0].revision.post_id, item.revision.post_id, reason="same words", at=NOW)
    return items


def _decide(session: Session, user: User, items: list[QueueItem], outcome: str = "confirmed") -> CampaignDecision:
    form = replace(make_form(items[0], outcome, "campaign"), labels=("scam_centre",))
    return decide_campaign(session, user, form, [item.id for item in items[1:]], now=NOW)


def test_one_decision_and_what_came_of_it(store: Store) -> None:
    with store.transaction() as session:
        user, items = make_user(session), _campaign(session, 4)
        made = _decide(session, user, items)
        rows = [one for item in items for one in item.decisions]
        assert [one.source_decision_id for one in rows] == [None, *[made.source.id] * 3]
        assert {tuple(one.labels or ()) for one in rows} == {("scam_centre",)}
        assert [item.state for item in items].count("open") == made.returned
        told = audit.entries_about(session, [f"item:{items[1].id}"])[-1].details
        assert told["source_decision"] == made.source.id
        assert audit.verify_chain(session).fault is None


def test_the_same_form_twice_is_one_decision(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), _campaign(session, 3)
        assert _decide(session, user, items) == _decide(session, user, items)
        assert [len(item.decisions) for item in items] == [1, 1, 1]


def test_what_is_excluded_elsewhere_held_or_decided_is_left_alone(store: Store) -> None:
    with store.transaction() as session:
        user, other = make_user(session, "an"), make_user(session, "binh")
        head, excluded, held, decided, snoozed = _campaign(session, 5)
        stranger = make_item(session)
        queue.claim_item(session, other, held.id, now=NOW)
        queue.decide(session, other, make_form(decided, "benign"), now=NOW)
        queue.decide(
            session,
            other,
            replace(make_form(snoozed, "skipped"), skip=queue.Skip(until=NOW + timedelta(days=1))),
            now=NOW,
        )
        assert open_members(session, user, head, now=NOW) == [excluded, snoozed]
        made = _decide(session, user, [head, held, decided, snoozed, stranger])
        assert [one.item_id for one in made.propagated] == [snoozed.id]
        assert {one.outcome for one in decided.decisions} == {"benign"}
        assert (excluded.state, held.state, stranger.state) == ("open", "open", "open")


def test_about_one_in_twenty_comes_back_and_its_decider_is_offered_it(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), _campaign(session, 101)
        made = _decide(session, user, items)
        back = [item for item in items if item.state == "open"]
        assert 1 <= len(back) == made.returned <= 12
        assert all(is_returned(session, item.decisions[0]) for item in back)
        offered = queue.claim_next(session, user, now=NOW)
        assert offered in back
        queue.decide(session, user, make_form(offered, "benign"), now=NOW)
        assert offered.state == "decided"
        standing = standing_decision(session, offered.id)
        assert standing is not None
        assert (standing.outcome, standing.source_decision_id) == ("benign", None)


def test_undo_opens_all_of_them_again(store: Store) -> None:
    with store.transaction() as session:
        user, items = make_user(session), _campaign(session, 5)
        _decide(session, user, items)
        queue.undo(session, user, idem_key="u", now=NOW)
        assert [item.state for item in items] == ["open"] * 5
        assert [one.outcome for one in items[-1].decisions] == ["confirmed", "undone"]
        assert queue.claim_next(session, user, now=NOW) is items[0]
        with pytest.raises(LeaseError, match="no decision of yours"):
            queue.undo(session, user, idem_key="u2", now=NOW)


def test_undo_leaves_what_was_read_by_itself_since(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, other, items = make_user(session, "an"), make_user(session, "binh"), _campaign(session, 101)
        _decide(session, user, items)
        offered = queue.claim_next(session, other, now=NOW)
        assert offered is not None
        queue.decide(session, other, make_form(offered, "benign"), now=NOW)
        queue.undo(session, user, idem_key="u", now=NOW)
        assert [item for item in items if item.state == "decided"] == [offered]


def test_what_came_of_it_does_not_use_up_the_undos(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, before, items = make_user(session), make_item(session), _campaign(session, 30)
        queue.decide(session, user, make_form(before, "benign"), now=NOW)
        _decide(session, user, items)
        for number in range(2):
            queue.undo(session, user, idem_key=f"u{number}", now=NOW)
        assert before.state == "open"


def test_nothing_is_undone_when_one_of_them_is_in_a_case(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), _campaign(session, 3)
        _decide(session, user, items)
        filed = next(item for item in items[1:] if item.state == "decided")
        case = cases.open_case(session, user, title="Typing work", now=NOW)
        cases.add_item(session, user, case, filed, now=NOW)
        with pytest.raises(LeaseError, match=f"Item {filed.id} is in a case"):
            queue.undo(session, user, idem_key="u", now=NOW)
        assert items[0].state == "decided"


@pytest.mark.parametrize("outcome", ["unsure", "skipped", "escalated", "undone"])
def test_only_a_closing_outcome_is_for_a_campaign(sqlite_store: Store, outcome: str) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session), _campaign(session, 2)
        with pytest.raises(DataError, match="not for a whole campaign"):
            _decide(session, user, items, outcome)


def test_a_head_that_another_decided_meanwhile_decides_nothing(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, other, items = make_user(session, "an"), make_user(session, "binh"), _campaign(session, 3)
        queue.decide(session, other, make_form(items[0], "benign"), now=NOW)
        with pytest.raises(LeaseError, match="as benign"):
            _decide(session, user, items)
        assert [len(item.decisions) for item in items] == [1, 0, 0]


def test_a_viewer_decides_on_no_campaign(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, items = make_user(session, role="viewer"), _campaign(session, 2)
        with pytest.raises(AccessError, match="decide on whole campaigns"):
            _decide(session, user, items)


def test_two_at_once_on_one_campaign_decide_each_post_once(store: Store) -> None:
    with store.transaction() as session:
        users = [make_user(session, name) for name in ("an", "binh")]
        items = [item.id for item in _campaign(session, 10)]

    def work(number: int) -> int:
        head, rest = items[-number], [item for item in items if item != items[-number]]
        with store.transaction() as session:
            form = queue.DecisionForm(item_id=head, outcome="benign", idem_key=f"campaign-{number}")
            try:
                return 1 + len(decide_campaign(session, users[number], form, rest, now=NOW).propagated)
            except LeaseError:
                return 0

    with ThreadPoolExecutor(2) as pool:
        decided = sum(pool.map(work, range(2)))
    assert decided >= 10
    with store.reading() as session:
        closing = [one for item in items for one in session.get_one(QueueItem, item).decisions]
        assert len(closing) == decided
        assert audit.verify_chain(session).fault is None
