"""How long a lease lasts, and from when its holder has had the item."""

from datetime import timedelta

import pytest

from store import leases, queue
from store.database import Store
from store.tables import Decision, Lease
from tests.factories import NOW, make_form, make_item, make_user


def _ttl(store: Store, *took_s: float) -> timedelta:
    with store.transaction() as session:
        user = make_user(session)
        for took in took_s:
            item = queue.claim_item(session, user, make_item(session).id, now=NOW)
            queue.decide(session, user, make_form(item, "benign"), now=NOW + timedelta(seconds=took))
        return leases.ttl_of(session, user)


@pytest.mark.parametrize(
    ("took_s", "minutes"),
    [((9.0,) * 4, 10), ((9.0,) * 5, 5), ((240.0,) * 5, 12), ((1800.0,) * 5, 30), ((240, 240, 240, 9, 9000), 12)],
    ids=["no pace yet", "never below five", "three times the pace", "never above thirty", "the median, not the mean"],
)
def test_a_lease_lasts_as_its_holders_pace_asks(sqlite_store: Store, took_s: tuple[float, ...], minutes: int) -> None:
    assert _ttl(sqlite_store, *took_s) == timedelta(minutes=minutes)


def test_reading_on_does_not_begin_anew(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, item = make_user(session), make_item(session)
        queue.claim_next(session, user, now=NOW)
        queue.claim_item(session, user, item.id, now=NOW + timedelta(minutes=4))
        assert session.get_one(Lease, item.id).until == NOW + timedelta(minutes=14)
        queue.decide(session, user, make_form(item), now=NOW + timedelta(minutes=5))
        assert session.get_one(Decision, 1).elapsed_ms == 5 * 60_000


def test_another_persons_time_is_not_counted(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, item = make_user(session, "an"), make_user(session, "binh"), make_item(session)
        queue.claim_item(session, first, item.id, now=NOW)
        later = NOW + timedelta(hours=1)
        queue.claim_item(session, second, item.id, now=later)
        made = queue.decide(session, second, make_form(item), now=later + timedelta(seconds=30))
        assert made.elapsed_ms == 30_000
