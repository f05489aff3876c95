"""A hand-over names the pack by its hash, and lies in the past."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import audit, cases, hand_overs
from store.database import Store
from store.tables import Case, User
from tests.factories import NOW, make_case, make_user

FORM = hand_overs.HandOverForm(
    sha256="a" * 64, recipient="District court 3", purpose="Case 12/26", way="in_person", handed_at=NOW
)


def _packed(session: Session) -> tuple[User, Case]:
    user = make_user(session, "sup", "supervisor")
    case = make_case(session, user)
    cases.record_pack(
        session, case, file_name="p.zip", sha256="a" * 64, size_bytes=7, signer="b" * 64, exported_by="x", now=NOW
    )
    return user, case


def test_a_hand_over_is_on_record_and_in_the_chain(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, case = _packed(session)
        given = hand_overs.record_hand_over(session, user, case, FORM, now=NOW)
        assert given.pack.sha256 == "a" * 64
        entry = audit.entries_about(session, [f"case:{case.id}"])[-1]
        assert (entry.action, entry.details["recipient"]) == ("pack.handed_over", "District court 3")
        assert (entry.details["sha256"], entry.details["handed_at"]) == ("a" * 64, "2026-03-01T12:00:00Z")


@pytest.mark.parametrize(
    ("change", "error", "complaint"),
    [
        ({"recipient": " "}, DataError, "needs a recipient"),
        ({"purpose": ""}, DataError, "needs a recipient and a purpose"),
        ({"way": "pigeon"}, DataError, "'pigeon' is not one of"),
        ({"handed_at": NOW + timedelta(minutes=1)}, DataError, "is not past yet"),
        ({"sha256": "c" * 64}, NotFoundError, "has no pack 'cccc"),
    ],
    ids=["no recipient", "no purpose", "unknown way", "future", "unknown pack"],
)
def test_what_cannot_be(sqlite_store: Store, change: dict[str, object], error: type[Exception], complaint: str) -> None:
    with sqlite_store.transaction() as session:
        user, case = _packed(session)
        with pytest.raises(error, match=complaint):
            hand_overs.record_hand_over(session, user, case, replace(FORM, **change), now=NOW)  # type: ignore[arg-type]


def test_a_pack_of_another_case_is_not_handed_over_here(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user, _ = _packed(session)
        with pytest.raises(NotFoundError):
            hand_overs.record_hand_over(session, user, make_case(session, user), FORM, now=NOW)


def test_recording_needs_the_right_to_export(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        _, case = _packed(session)
        with pytest.raises(AccessError, match="analyst"):
            hand_overs.record_hand_over(session, make_user(session), case, FORM, now=NOW)
