"""One person erases what nobody needs; two what is confirmed or in a case; nobody what is under a hold."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import approvals, audit, cases, erasure_requests, holds
from store.database import Store
from store.erasing import Erased
from store.tables import Case, CaseItem, ErasureRequest, Post, Tombstone
from tests.factories import NOW, make_case, make_confirmed, make_user
from tests.store.test_retention import make_plain

LATER = NOW + timedelta(days=1)


def ask(session: Session, post_id: int, actor: str = "command line") -> Erased | ErasureRequest:
    return erasure_requests.ask(session, post_id, reason="Asked by letter", actor=actor, now=NOW)


def test_a_post_that_nobody_needs_goes_at_once(store: Store) -> None:
    with store.transaction() as session:
        post_id = make_plain(session).id
        assert ask(session, post_id) == Erased(1, 1)
    with store.reading() as session:
        assert session.get(Post, post_id) is None
        (entry,) = audit.entries_about(session, [f"post:{post_id}"])
        assert (entry.action, entry.details["because"]) == ("posts.erased", "Asked by letter")
        assert session.scalars(select(Tombstone.reason)).all() == ["request"]


def test_one_in_a_case_goes_by_a_second_persons_word_and_leaves_the_case(store: Store) -> None:
    with store.transaction() as session:
        owner, second = make_user(session), make_user(session, "sup", "supervisor")
        case = make_case(session, owner, posts=2)
        approvals.ask(session, owner, case, purpose="For the court", now=NOW)
        approvals.rule(session, second, case, "approved", now=NOW)
        post_id = case.items[0].item.revision.post_id
        request = ask(session, post_id)
        assert isinstance(request, ErasureRequest)
        assert [one.id for one in erasure_requests.waiting(session)] == [request.id]
        case_id, request_id = case.id, request.id
    with store.transaction() as session:
        assert session.get(Post, post_id) is not None
        user = make_user(session, "third", "supervisor")
        assert erasure_requests.approve(session, user, request_id, now=LATER).posts == 1
    with store.reading() as session:
        assert session.get(Post, post_id) is None
        case = session.get_one(Case, case_id)
        assert (case.state, len(case.items)) == ("open", 1)
        actions = [entry.action for entry in audit.entries_about(session, [f"case:{case_id}"])]
        assert actions[-2:] == ["case.approval_lapsed", "case.item_removed"]
        assert audit.verify_chain(session).fault is None


def test_nobody_approves_their_own_request_in_the_table_either(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "sup", "supervisor")
        post_id = make_confirmed(session, user).revision.post_id
        request = ask(session, post_id, user.pseudonym)
        assert isinstance(request, ErasureRequest)
        with pytest.raises(AccessError, match="second person"):
            erasure_requests.approve(session, user, request.id, now=LATER)
        forged = update(ErasureRequest).values(outcome="erased", ruled_by=user.pseudonym, ruled_at=LATER)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(forged)
        assert session.get(Post, post_id) is not None


def test_who_may_not_approve_rules_on_nothing(store: Store) -> None:
    with store.transaction() as session:
        analyst = make_user(session)
        request = ask(session, make_confirmed(session, analyst).revision.post_id)
        assert isinstance(request, ErasureRequest)
        for ruling in (erasure_requests.approve, erasure_requests.refuse):
            with pytest.raises(AccessError):
                ruling(session, analyst, request.id, now=LATER)


def test_a_refused_request_is_over_and_the_post_stays(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "sup", "supervisor")
        post_id = make_confirmed(session, user).revision.post_id
        request = ask(session, post_id)
        assert isinstance(request, ErasureRequest)
        erasure_requests.refuse(session, user, request.id, now=LATER)
        assert session.get(Post, post_id) is not None
        with pytest.raises(NotFoundError):
            erasure_requests.approve(session, user, request.id, now=LATER)
        again = ask(session, post_id)
        assert isinstance(again, ErasureRequest)
        assert again.id != request.id


def test_a_hold_stops_asking_and_approving(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "sup", "supervisor")
        post_id = make_confirmed(session, user).revision.post_id
        request = ask(session, post_id)
        assert isinstance(request, ErasureRequest)
        holds.place(session, "post", str(post_id), reason="Court order", actor="inv", now=NOW)
        with pytest.raises(AccessError, match="legal hold"):
            ask(session, post_id)
        with pytest.raises(AccessError, match="legal hold"):
            erasure_requests.approve(session, user, request.id, now=LATER)


def test_asking_twice_is_one_request_and_needs_a_reason_and_a_post(store: Store) -> None:
    with store.transaction() as session:
        post_id = make_confirmed(session, make_user(session)).revision.post_id
        first, second = ask(session, post_id), ask(session, post_id)
        assert first is second
        with pytest.raises(DataError, match="needs a reason"):
            erasure_requests.ask(session, post_id, reason=" ", actor="x", now=NOW)
        with pytest.raises(NotFoundError):
            ask(session, 4711)


def test_a_case_that_waits_for_approval_keeps_its_posts(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "sup", "supervisor")
        case = make_case(session, user)
        approvals.ask(session, user, case, purpose="For the court", now=NOW)
        request = ask(session, case.items[0].item.revision.post_id)
        assert isinstance(request, ErasureRequest)
        with pytest.raises(DataError, match="contents stay"):
            erasure_requests.approve(session, make_user(session, "x", "supervisor"), request.id, now=LATER)
        assert session.scalars(select(CaseItem)).one().removed_at is None
        assert cases.case_by_number(session, case.number).state == "in_review"
