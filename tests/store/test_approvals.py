"""Four eyes: a second person, who had no hand in a case, lets it go; nobody else, and not after it changed."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError
from store import approvals, audit, cases
from store.database import Store
from store.tables import Approval, Case, User
from tests.factories import NOW, make_case, make_confirmed, make_user


def _asked(session: Session) -> tuple[User, User, Case]:
    """Who asked, a second person, and the case that waits."""
    first, second = make_user(session, "one", "supervisor"), make_user(session, "two", "supervisor")
    case = make_case(session, first)
    approvals.ask(session, first, case, purpose="For the court", now=NOW)
    return first, second, case


def _last(session: Session, case: Case) -> audit.AuditEntry:
    return audit.entries_about(session, [f"case:{case.id}"])[-1]


def test_a_second_person_approves(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        _, second, case = _asked(session)
        assert (case.state, approvals.standing(session, case)) == ("in_review", None)
        given = approvals.rule(session, second, case, "approved", now=NOW)
        assert case.state == "approved"
        assert approvals.require(session, case).id == given.id
        assert approvals.waiting(session, case) is None


def test_whoever_asked_does_not_rule(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, _, case = _asked(session)
        for outcome in approvals.RULINGS:
            with pytest.raises(AccessError, match="needs a second person"):
                approvals.rule(session, first, case, outcome, reason="x", now=NOW)
        assert case.state == "in_review"


@pytest.mark.parametrize("hand", ["added", "removed"])
def test_whoever_worked_on_the_case_does_not_approve(sqlite_store: Store, hand: str) -> None:
    with sqlite_store.transaction() as session:
        first, second = make_user(session, "one", "supervisor"), make_user(session, "two", "supervisor")
        case, item = make_case(session, first), make_confirmed(session, second)
        cases.add_item(session, second if hand == "added" else first, case, item, now=NOW)
        if hand == "removed":
            cases.remove_item(session, second, case, item.id, reason="another matter", now=NOW)
        approvals.ask(session, first, case, purpose="For the court", now=NOW)
        with pytest.raises(AccessError, match="needs a second person"):
            approvals.rule(session, second, case, "approved", now=NOW)


@pytest.mark.parametrize("role", ["analyst", "investigator", "viewer", "administrator"])
def test_only_the_right_to_approve_approves(sqlite_store: Store, role: str) -> None:
    with sqlite_store.transaction() as session:
        _, _, case = _asked(session)
        with pytest.raises(AccessError, match=role):
            approvals.rule(session, make_user(session, "other", role), case, "approved", now=NOW)


def test_the_database_knows_the_second_person_too(store: Store) -> None:
    with store.transaction() as session:
        first, _, case = _asked(session)
    change = update(Approval).where(Approval.case_id == case.id)
    ruling = {"outcome": "approved", "ruled_by_id": first.id, "ruled_at": NOW}
    for values, name in [
        (ruling, "second_person"),
        (ruling | {"outcome": "waived"}, "outcome_known"),
        ({"outcome": "approved"}, "ruling_whole"),
    ]:
        with pytest.raises(IntegrityError, match=name), store.transaction() as session:
            session.execute(change.values(**values))


def test_one_request_waits_at_a_time(store: Store) -> None:
    with store.transaction() as session:
        first, _, case = _asked(session)
        with pytest.raises(DataError, match="is in review"):
            approvals.ask(session, first, case, purpose="Again", now=NOW)
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(Approval(case_id=case.id, asked_by_id=first.id, asked_at=NOW, purpose="Again"))


def test_a_case_is_returned_with_a_reason(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        _, second, case = _asked(session)
        with pytest.raises(DataError, match="needs a reason"):
            approvals.rule(session, second, case, "returned", reason="  ", now=NOW)
        approvals.rule(session, second, case, "returned", reason="One post is a warning", now=NOW)
        assert (case.state, approvals.standing(session, case)) == ("open", None)
        told = _last(session, case)
        assert (told.action, told.details["reason"]) == ("case.returned", "One post is a warning")


def test_a_request_is_cancelled_by_whoever_asked_or_may_approve(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, case = _asked(session)
        with pytest.raises(AccessError):
            approvals.cancel(session, make_user(session, "other", "investigator"), case, now=NOW)
        assert approvals.cancel(session, first, case, now=NOW).outcome == "cancelled"
        approvals.ask(session, first, case, purpose="For the court", now=NOW)
        assert approvals.cancel(session, second, case, now=NOW).outcome == "cancelled"
        assert case.state == "open"
        with pytest.raises(DataError, match="Nobody has asked"):
            approvals.rule(session, second, case, "approved", now=NOW)


@pytest.mark.parametrize("purpose", ["", "  "])
def test_a_request_needs_a_purpose(sqlite_store: Store, purpose: str) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        with pytest.raises(DataError, match="needs a purpose"):
            approvals.ask(session, user, make_case(session, user), purpose=purpose, now=NOW)


def test_an_empty_case_is_not_asked_for(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        with pytest.raises(DataError, match="with 0 posts"):
            approvals.ask(session, user, make_case(session, user, posts=0), purpose="x", now=NOW)


def test_contents_rest_while_somebody_looks(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, _, case = _asked(session)
        with pytest.raises(DataError, match="is in review: its contents stay"):
            cases.add_item(session, first, case, make_confirmed(session, first), now=NOW)
        with pytest.raises(DataError, match="is in review: its contents stay"):
            cases.remove_item(session, first, case, case.items[0].item_id, reason="x", now=NOW)


@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_change_ends_the_approval(sqlite_store: Store, change: str) -> None:
    with sqlite_store.transaction() as session:
        first, second, case = _asked(session)
        approvals.rule(session, second, case, "approved", now=NOW)
        if change == "add":
            cases.add_item(session, first, case, make_confirmed(session, first), now=NOW)
        else:
            cases.remove_item(session, first, case, case.items[0].item_id, reason="x", now=NOW)
        assert case.state == "open"
        with pytest.raises(AccessError, match="is not approved for export"):
            approvals.require(session, case)


def test_the_chain_tells_what_was_approved(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second, case = _asked(session)
        asked = _last(session, case)
        assert (asked.actor, asked.details["purpose"]) == (first.pseudonym, "For the court")
        assert asked.details["items"] == [entry.item_id for entry in case.items]
        approvals.rule(session, second, case, "approved", now=NOW)
        assert (_last(session, case).actor, _last(session, case).action) == (second.pseudonym, "case.approved")


def test_doing_without_is_on_record_with_its_reason(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        case = make_case(session, make_user(session))
        with pytest.raises(DataError, match="needs a reason"):
            approvals.do_without(session, case, actor="command line", reason=" ")
        approvals.do_without(session, case, actor="command line", reason="Danger to life")
        assert _last(session, case).action == "case.approval_waived"
        assert _last(session, case).details["because"] == "Danger to life"
        assert approvals.standing(session, case) is None


def test_adding_and_approving_at_once_never_approves_unseen_posts(store: Store) -> None:
    with store.transaction() as session:
        first, second, case = _asked(session)
        approvals.cancel(session, first, case, now=NOW)
        items = [make_confirmed(session, first) for _ in range(4)]

    def add(number: int) -> None:
        with suppress(DataError), store.transaction() as session:
            cases.add_item(session, first, cases.case_by_number(session, case.number), items[number], now=NOW)

    def approve(_: int) -> None:
        with suppress(DataError), store.transaction() as session:
            mine = cases.case_by_number(session, case.number)
            approvals.ask(session, first, mine, purpose="x", now=NOW)
        with suppress(DataError), store.transaction() as session:
            approvals.rule(session, second, cases.case_by_number(session, case.number), "approved", now=NOW)

    approved = 0
    # At last nobody adds anything, so that it is approved at least once.
    for number, acts in enumerate([[add, approve]] * 4 + [[approve]]):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda act, number=number: act(number), acts))
        with store.reading() as session:
            now_in = cases.case_by_number(session, case.number)
            if now_in.state == "approved":
                approved += 1
                entries = audit.entries_about(session, [f"case:{case.id}"])
                seen = [entry.details["items"] for entry in entries if entry.action == "case.approval_asked"][-1]
                assert seen == sorted(entry.item_id for entry in now_in.items)
    assert approved > 0
