"""What somebody escalates is offered to supervisors alone, before other work that is not urgent."""

import pytest
from sqlalchemy.orm import Session

from store import queue, queue_list
from store.database import Store
from store.queue_list import ListFilter
from store.rules import QueueRules
from store.tables import QueueItem, User
from tests.factories import NOW, make_form, make_item, make_user

RULES = QueueRules()


def _escalated(session: Session, by: User) -> QueueItem:
    item = make_item(session, "audit", priority=0.1)
    queue.decide(session, by, make_form(item, "escalated"), now=NOW)
    return item


def _next(session: Session, user: User) -> QueueItem | None:
    return queue.claim_next(session, user, now=NOW, rules=RULES)


@pytest.mark.parametrize("outcome", ["unsure", "skipped"])
def test_analysts_are_not_offered_it_and_supervisors_are_first(store: Store, outcome: str) -> None:
    with store.transaction() as session:
        ana, binh, sup = make_user(session, "ana"), make_user(session, "binh"), make_user(session, "sup", "supervisor")
        escalated = _escalated(session, ana)
        ordinary, urgent = make_item(session, "likely", priority=0.9), make_item(session, "urgent")
        assert _next(session, sup) == urgent
        queue.decide(session, sup, make_form(urgent, outcome), now=NOW)
        assert _next(session, sup) == escalated
        queue.decide(session, sup, make_form(escalated, outcome), now=NOW)
        assert _next(session, sup) == ordinary
        queue.decide(session, sup, make_form(ordinary), now=NOW)
        assert _next(session, binh) == urgent
        queue.decide(session, binh, make_form(urgent), now=NOW)
        assert _next(session, binh) is None


def test_it_is_a_list_of_its_own_until_it_is_decided(store: Store) -> None:
    with store.transaction() as session:
        ana, sup = make_user(session, "ana"), make_user(session, "sup", "supervisor")
        make_item(session)
        escalated = _escalated(session, ana)
        wanted = ListFilter(shown="escalated")
        assert queue_list.items(session, wanted, now=NOW, limit=9) == [escalated]
        queue.decide(session, sup, make_form(escalated), now=NOW)
        assert queue_list.items(session, wanted, now=NOW, limit=9) == []


def test_undone_it_is_everybodys_again(store: Store) -> None:
    with store.transaction() as session:
        ana, binh = make_user(session, "ana"), make_user(session, "binh")
        escalated = _escalated(session, ana)
        queue.undo(session, ana, idem_key="undo", now=NOW)
        session.delete(session.query(queue.Lease).one())
        assert _next(session, binh) == escalated
