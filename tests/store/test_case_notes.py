"""Notes are only ever added; a correction is a further note."""

import hashlib

import pytest

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import audit, case_notes
from store.database import Store
from tests.factories import NOW, make_case, make_user


def test_a_note_stays_and_a_further_one_corrects_it(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        first = case_notes.write_note(session, user, case, text=" Paid in dollars ", now=NOW)
        case_notes.write_note(session, user, case, text="Paid in riel", corrects_id=first.id, now=NOW)
        kept = case_notes.notes_of(session, case)
        assert [(note.text, note.corrects_id) for note in kept] == [
            ("Paid in dollars", None),
            ("Paid in riel", first.id),
        ]


def test_the_chain_holds_the_digest_and_not_the_words(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        case_notes.write_note(session, user, case, text="Paid in dollars", now=NOW)
        details = audit.entries_about(session, [f"case:{case.id}"])[-1].details
        assert details["sha256"] == hashlib.sha256(b"Paid in dollars").hexdigest()
        assert "Paid" not in str(details)


def test_a_note_of_another_case_is_not_corrected_here(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        one, other = make_case(session, user), make_case(session, user)
        note = case_notes.write_note(session, user, one, text="x", now=NOW)
        with pytest.raises(NotFoundError, match=f"has no note {note.id}"):
            case_notes.write_note(session, user, other, text="y", corrects_id=note.id, now=NOW)


def test_a_note_needs_words_and_a_right(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        case = make_case(session, user)
        with pytest.raises(DataError, match="empty"):
            case_notes.write_note(session, user, case, text=" \n ", now=NOW)
        with pytest.raises(AccessError, match="viewer"):
            case_notes.write_note(session, make_user(session, "vi", "viewer"), case, text="x", now=NOW)
