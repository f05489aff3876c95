"""The lanes come up by their weights, none starves, and uncertain posts are balanced over campaigns."""

from collections import Counter

from sqlalchemy.orm import Session

from store import campaigns, queue
from store.database import Store
from store.rules import QueueRules
from store.tables import QueueItem, User
from tests.factories import NOW, make_form, make_item, make_user

RULES = QueueRules(lane_weights={"likely": 6, "uncertain": 3, "audit": 1})


def _read(session: Session, user: User, count: int) -> list[str]:
    """The lanes of the next items, each found benign."""
    met = []
    for _ in range(count):
        item = queue.claim_next(session, user, now=NOW, rules=RULES)
        assert item is not None
        met.append(item.lane)
        queue.decide(session, user, make_form(item, "benign"), now=NOW)
    return met


def _fill(session: Session, **lanes: int) -> None:
    for lane, count in lanes.items():
        for _ in range(count):
            make_item(session, lane)


def test_lanes_come_up_by_their_weights(store: Store) -> None:
    with store.transaction() as session:
        _fill(session, likely=20, uncertain=10, audit=5)
        met = _read(session, make_user(session), 20)
    assert Counter(met) == {"likely": 12, "uncertain": 6, "audit": 2}
    assert met[:6] == ["likely", "uncertain", "likely", "likely", "uncertain", "audit"]


def test_the_mix_is_the_same_for_the_same_decisions(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        _fill(session, likely=20, uncertain=20, audit=20)
        users = [make_user(session, name) for name in ("an", "binh")]
        assert _read(session, users[0], 10) == _read(session, users[1], 10)


def test_urgent_comes_first_whatever_the_mix(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        _fill(session, likely=3, audit=3)
        _read(session, user, 2)
        make_item(session, "urgent", priority=0.1)
        assert _read(session, user, 1) == ["urgent"]


def test_an_empty_lane_gives_its_turn_away_and_catches_up_no_more_than_a_window(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        _fill(session, likely=60)
        assert set(_read(session, user, 60)) == {"likely"}
        _fill(session, likely=20, audit=20)
        met = _read(session, user, 20)
    assert Counter(met)["audit"] < 10
    assert "likely" in met


def test_a_lane_with_the_least_weight_does_not_starve(sqlite_store: Store) -> None:
    rules = QueueRules(lane_weights={"likely": 20, "uncertain": 20, "audit": 1})
    with sqlite_store.transaction() as session:
        user = make_user(session)
        _fill(session, likely=50, uncertain=50, audit=2)
        met = []
        for _ in range(60):
            item = queue.claim_next(session, user, now=NOW, rules=rules)
            assert item is not None
            met.append(item.lane)
            queue.decide(session, user, make_form(item, "benign"), now=NOW)
    assert "audit" in met


def test_what_was_taken_back_does_not_count_in_the_mix(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        _fill(session, likely=2, uncertain=2)
        first = queue.claim_next(session, user, now=NOW, rules=RULES)
        assert first is not None
        queue.decide(session, user, make_form(first, "benign"), now=NOW)
        queue.undo(session, user, idem_key="u", now=NOW)
        assert queue.claim_next(session, user, now=NOW, rules=RULES) is first


def test_uncertain_posts_nearest_to_a_threshold_come_first(store: Store) -> None:
    with store.transaction() as session:
        far, near = (make_item(session, "uncertain", priority).id for priority in (0.6, 0.9))
        assert _uncertain_order(session, make_user(session), 2) == [near, far]


def test_uncertain_posts_are_balanced_over_campaigns(store: Store) -> None:
    with store.transaction() as session:
        big = [make_item(session, "uncertain", priority) for priority in (0.95, 0.94, 0.93)]
        small = [make_item(session, "uncertain", priority) for priority in (0.7, 0.6)]
        alone = make_item(session, "uncertain", 0.5)
        for members in (big, small):
            for other in members[1:]:
                campaigns.join_posts(session, members[0].revision.post_id, other.revision.post_id, reason="x", at=NOW)
        order = _uncertain_order(session, make_user(session), 6)
    names = {item.id: name for name, items in (("big", big), ("small", small)) for item in items} | {alone.id: "alone"}
    assert [names[item_id] for item_id in order] == ["big", "small", "alone", "big", "small", "big"]


def _uncertain_order(session: Session, user: User, count: int) -> list[int]:
    met: list[QueueItem] = []
    for _ in range(count):
        item = queue.claim_next(session, user, now=NOW)
        assert item is not None
        met.append(item)
        queue.decide(session, user, make_form(item, "benign"), now=NOW)
    return [item.id for item in met]
