"""Marks of words to be masked, and those for whom originals are encrypted: on record, the words never."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import approvals, audit, cases, erasing, recipients, redaction_marks
from store.database import Store
from store.tables import QueueItem, RedactionMark
from tests.factories import NOW, make_case, make_confirmed, make_user


def test_a_mark_is_kept_once_and_its_words_are_not_in_the_chain(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        mark = redaction_marks.add_mark(session, user, case, kind="name", words=" Trầm Nhã ", now=NOW)
        assert redaction_marks.add_mark(session, user, case, kind="name", words="Trầm Nhã", now=NOW) is mark
        assert [one.words for one in redaction_marks.marks_of(session, case)] == ["Trầm Nhã"]
        (entry,) = (one for one in audit.entries_about(session, [f"case:{case.id}"]) if one.action == "case.mark_added")
        assert entry.details == {"number": case.number, "mark": mark.id, "kind": "name"}


def test_a_mark_leaves_an_approval_standing_and_taking_it_back_ends_it(store: Store) -> None:
    with store.transaction() as session:
        user, second = make_user(session), make_user(session, "second", "supervisor")
        case = make_case(session, user)
        approvals.ask(session, user, case, purpose="court", now=NOW)
        approvals.rule(session, second, case, "approved", now=NOW)
        mark = redaction_marks.add_mark(session, user, case, kind="number", words="0355 512 345", now=NOW)
        assert case.state == "approved"
        redaction_marks.remove_mark(session, user, case, mark.id, now=NOW)
        assert case.state == "open"
        assert redaction_marks.marks_of(session, case) == []


@pytest.mark.parametrize(("kind", "words"), [("face", "x"), ("name", " … ")])
def test_what_cannot_be_masked_is_refused(store: Store, kind: str, words: str) -> None:
    with store.transaction() as session:
        user = make_user(session)
        with pytest.raises(DataError):
            redaction_marks.add_mark(session, user, make_case(session, user), kind=kind, words=words, now=NOW)


def test_marks_need_the_right_and_their_own_case(store: Store) -> None:
    with store.transaction() as session:
        user, viewer = make_user(session), make_user(session, "viewer", "viewer")
        case, other = make_case(session, user), make_case(session, user)
        mark = redaction_marks.add_mark(session, user, case, kind="name", words="Mai", now=NOW)
        with pytest.raises(NotFoundError, match=f"has no mark {mark.id}"):
            redaction_marks.remove_mark(session, user, other, mark.id, now=NOW)
        with pytest.raises(AccessError):
            redaction_marks.add_mark(session, viewer, case, kind="name", words="Mai", now=NOW)


def test_a_recipient_has_one_key_until_it_is_removed(store: Store) -> None:
    with store.transaction() as session:
        recipients.add(session, name="Court", key="age1a", actor="command line", now=NOW)
        with pytest.raises(DataError, match="already"):
            recipients.add(session, name=" Court", key="age1b", actor="command line", now=NOW)
        recipients.remove(session, "Court", actor="command line", now=NOW)
        recipients.add(session, name="Court", key="age1b", actor="command line", now=NOW)
        assert [row.key for row in recipients.listed(session)] == ["age1b"]
        told = audit.entries_about(session, ["recipient:1", "recipient:2"])
        assert [entry.action for entry in told] == ["recipient.added", "recipient.removed", "recipient.added"]
        with pytest.raises(NotFoundError, match="no recipient 'Nobody'"):
            recipients.by_name(session, "Nobody")


def _erase(session: Session, item: QueueItem) -> None:
    about = {"because": "Asked", "request_id": None, "actor": "sup", "now": NOW}
    erasing.erase_post(session, item.revision.post_id, **about)  # type: ignore[arg-type]


def _words(session: Session) -> list[str]:
    return list(session.scalars(select(RedactionMark.words).order_by(RedactionMark.id)))


@pytest.mark.parametrize(
    ("words", "kind", "elsewhere", "stays"),
    [
        pytest.param("Trầm Nhã", "name", "Nurse wanted", False, id="in the erased post alone"),
        pytest.param("Trầm Nhã", "name", "Ask for TRAM  NHA", True, id="in another post, spelled otherwise"),
        pytest.param(
            "Trầm Nhã", "name", "See https://x.example/?who=tr%E1%BA%A7m%20nh%C3%A3", True, id="in an address"
        ),
        pytest.param("0355 512 345", "number", "Call +84 355-512-345", True, id="a number with its country"),
        pytest.param("0355 512 345", "number", "Call +84 355-512-999", False, id="another number"),
        pytest.param("Somebody Else", "name", "Nurse wanted", True, id="in no post"),
    ],
)
def test_a_mark_goes_with_the_post_that_it_was_made_for(
    store: Store, words: str, kind: str, elsewhere: str, stays: bool
) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = cases.open_case(session, user, title="Typing work", now=NOW)
        first, second = (make_confirmed(session, user, text) for text in ("Ask for Trầm Nhã, 0355 512 345", elsewhere))
        for item in (first, second):
            cases.add_item(session, user, case, item, now=NOW)
        # It goes with the post.
        first.decisions[0].note = f"Knows {words}"
        redaction_marks.add_mark(session, user, case, kind=kind, words=words, now=NOW)
        _erase(session, first)
        assert _words(session) == ([words] if stays else [])
        told = [entry.details for entry in audit.entries_about(session, [f"case:{case.id}"])]
        assert ({"number": case.number, "marks": [1]} in told) is not stays


def test_a_mark_stays_while_what_people_wrote_holds_its_words(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = cases.open_case(session, user, title="About Trầm Nhã", now=NOW)
        first, second = (make_confirmed(session, user, text) for text in ("Ask for Trầm Nhã", "Nurse wanted"))
        for item in (first, second):
            cases.add_item(session, user, case, item, now=NOW)
        redaction_marks.add_mark(session, user, case, kind="name", words="Trầm Nhã", now=NOW)
        _erase(session, first)
        assert _words(session) == ["Trầm Nhã"]


def test_with_its_last_post_a_case_loses_all_marks_taken_back_ones_too_and_other_cases_none(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case, other = make_case(session, user), make_case(session, user)
        marks = [
            redaction_marks.add_mark(session, user, one, kind="name", words=words, now=NOW)
            for one, words in ((case, "Mai Lan"), (case, "Somebody Else"), (other, "Lan Anh"))
        ]
        redaction_marks.remove_mark(session, user, case, marks[0].id, now=NOW)
        _erase(session, case.items[0].item)
        assert _words(session) == ["Lan Anh"]
