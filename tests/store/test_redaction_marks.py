"""Marks of words to be masked, and those for whom originals are encrypted: on record, the words never."""

import pytest

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import approvals, audit, recipients, redaction_marks
from store.database import Store
from tests.factories import NOW, make_case, make_user


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
