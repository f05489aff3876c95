"""What is hidden from whom: a share that differs by person, the same on every look, for whoever decides."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import blind, leases, pages, queue, queue_list, search
from store.database import Store
from store.queue_list import ListFilter
from store.rules import QueueRules
from store.search_conditions import Search
from store.tables import QueueItem, User, Verdict
from tests.factories import NOW, make_form, make_item, make_user

HALF, ALL = QueueRules(blind_share=0.5), QueueRules(blind_share=1)


def _hidden(session: Session, user: User, rules: QueueRules, items: list[QueueItem]) -> set[int]:
    found = blind.hidden_among(session, user, rules, [item.revision_id for item in items])
    return {item.id for item in items if item.revision_id in found}


def test_a_share_is_hidden_and_each_person_has_their_own(store: Store) -> None:
    with store.transaction() as session:
        first, second, viewer = make_user(session, "an"), make_user(session, "binh"), make_user(session, "vi", "viewer")
        items = [make_item(session) for _ in range(40)]
        hidden = [_hidden(session, user, HALF, items) for user in (first, second)]
        assert all(10 <= len(found) <= 30 for found in hidden)
        assert hidden[0] != hidden[1]
        assert _hidden(session, first, HALF, items) == hidden[0]
        assert set(session.scalars(select(QueueItem.id).where(blind.hides_open(session, first, HALF)))) == hidden[0]
        assert _hidden(session, first, QueueRules(), items) == _hidden(session, viewer, ALL, items) == set()


def test_what_was_decided_is_hidden_from_the_others_only_while_they_read_it(store: Store) -> None:
    with store.transaction() as session:
        first, second = make_user(session, "an"), make_user(session, "binh")
        item = make_item(session)
        assert _hidden(session, first, ALL, [item]) == {item.id}
        queue.decide(session, first, make_form(item), now=NOW)
        assert _hidden(session, first, ALL, [item]) == _hidden(session, second, ALL, [item]) == set()
        leases.take(session, item.id, second, now=NOW, purpose="second")
        assert _hidden(session, second, ALL, [item]) == {item.id}
        assert search.find(session, second, Search(state="confirmed"), rules=ALL).hits == ()
        assert len(search.find(session, first, Search(state="confirmed"), rules=ALL).hits) == 1


@pytest.mark.parametrize(
    "asked",
    [
        Search(lane="likely"),
        Search(label="scam_centre"),
        Search(risk_from=0.5),
        Search(risk_below=0.99),
        Search(indicator="travel_paid"),
        Search(text="Campuchia", order="risk"),
    ],
    ids=str,
)
def test_no_search_by_verdict_finds_it(store: Store, asked: Search) -> None:
    with store.transaction() as session:
        user, viewer = make_user(session), make_user(session, "vi", "viewer")
        make_item(session)
        assert search.find(session, user, asked, rules=ALL).hits == ()
        assert len(search.find(session, viewer, asked, rules=ALL).hits) == 1
        assert len(search.find(session, user, Search(text="Campuchia"), rules=ALL).hits) == 1


def test_lists_keep_it_apart(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        hidden, urgent = make_item(session, priority=0.99), make_item(session, "urgent")
        apart = blind.hides_open(session, user, ALL)
        listed = queue_list.items(session, ListFilter(), now=NOW, limit=10, apart=apart)
        assert listed == [urgent, hidden]
        assert queue_list.items(session, ListFilter(lane="likely"), now=NOW, limit=10, apart=apart) == []
        assert queue_list.count(session, ListFilter(lane="likely"), now=NOW, apart=apart) == 0
        assert queue_list.count(session, ListFilter(), now=NOW, apart=apart) == 2
        assert sum(queue_list.awake_counts(session, now=NOW, apart=apart).values()) == 1
        assert pages.open_items_after(session, 0, limit=9, lane="likely", apart=apart) == []
        told = blind.hides(session, user, ALL, Verdict.revision_id)
        assert [one.revision_id for one in pages.verdicts_after(session, 0, limit=9, apart=told)] == [
            urgent.revision_id
        ]
