"""Confirmed posts of a period: each once, with what it stands confirmed as."""

from datetime import timedelta

from store import queue
from store.confirmed_posts import ConfirmedPost, confirmed_posts
from store.database import Store
from store.figures import Period
from tests.factories import NOW, make_user
from tests.store.confirming import decide, make_item

MONTH = Period(NOW - timedelta(days=1), NOW + timedelta(days=1))


def found(store: Store, period: Period = MONTH) -> list[ConfirmedPost]:
    with store.reading() as session:
        return confirmed_posts(session, period)


def test_a_post_is_told_with_language_labels_and_places(store: Store) -> None:
    with store.transaction() as session:
        item = make_item(session, "p", "Poipet", "Bavet")
        decide(session, make_user(session), item, "confirmed", labels=("scam_centre",))
    assert found(store) == [ConfirmedPost(NOW.date(), "vi", ("scam_centre",), frozenset({"Poipet", "Bavet"}))]


def test_without_ticks_the_labels_are_those_of_the_verdict(store: Store) -> None:
    with store.transaction() as session:
        decide(session, make_user(session), make_item(session, "p"), "confirmed")
    assert [post.labels for post in found(store)] == [("fake_job",)]


def test_what_is_benign_or_taken_back_is_not_told(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        decide(session, user, make_item(session, "benign"), "benign")
        decide(session, user, make_item(session, "taken back"), "confirmed")
        queue.undo(session, user, idem_key="u", now=NOW)
    assert found(store) == []


def test_an_item_that_waits_to_be_read_by_itself_is_not_told(store: Store) -> None:
    with store.transaction() as session:
        item = make_item(session, "p")
        decide(session, make_user(session), item, "confirmed")
        item.state = "open"
    assert found(store) == []


def test_a_later_version_does_not_count_again_in_its_month(store: Store) -> None:
    later = NOW + timedelta(days=40)
    with store.transaction() as session:
        user = make_user(session)
        decide(session, user, make_item(session, "p"), "confirmed")
        decide(session, user, make_item(session, "p", text="Typing work abroad, edited"), "confirmed", now=later)
    assert len(found(store)) == 1
    assert found(store, Period(later - timedelta(days=1), later + timedelta(days=1))) == []


def test_the_end_of_the_period_is_not_in_it(store: Store) -> None:
    with store.transaction() as session:
        decide(session, make_user(session), make_item(session, "p"), "confirmed")
    assert len(found(store, Period(NOW, NOW + timedelta(seconds=1)))) == 1
    assert found(store, Period(NOW - timedelta(days=1), NOW)) == []
