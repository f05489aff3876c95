"""The count of wrong passwords and codes, and the waits that grow with it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from store import audit, sign_in_failures
from store.database import Store
from store.tables import SignInFailure
from tests.factories import NOW


def test_five_wrong_tries_are_allowed_within_a_minute(store: Store) -> None:
    with store.transaction() as session:
        for number in range(sign_in_failures.FAILURES_ALLOWED):
            at = NOW + timedelta(seconds=number)
            assert sign_in_failures.retry_after_s(session, "an", now=at) == 0
            sign_in_failures.record_failure(session, "an", now=at)
        assert sign_in_failures.retry_after_s(session, "an", now=NOW + timedelta(seconds=10)) == 50
        assert sign_in_failures.retry_after_s(session, "an", now=NOW + timedelta(seconds=10.4)) == 50
        assert sign_in_failures.retry_after_s(session, "binh", now=NOW + timedelta(seconds=10)) == 0
        assert sign_in_failures.retry_after_s(session, "an", now=NOW + timedelta(seconds=61)) == 0


def test_a_failure_names_nobody_in_the_audit_chain(store: Store) -> None:
    with store.transaction() as session:
        sign_in_failures.record_failure(session, "somebody@example.org", now=NOW)
        entry = session.get_one(audit.AuditEntry, 1)
        assert "somebody" not in str(audit.as_record(entry))


@pytest.mark.parametrize(
    ("failures", "minutes"), [(5, 1), (9, 1), (10, 2), (15, 4), (20, 8), (34, 32), (35, 60), (5_000, 60)]
)
def test_the_window_doubles_with_every_five_failures_up_to_an_hour(failures: int, minutes: int) -> None:
    assert sign_in_failures.window(failures) == timedelta(minutes=minutes)


def test_a_patient_guesser_gets_few_tries_a_day(store: Store) -> None:
    now, tries = NOW, 0
    with store.transaction() as session:
        while now < NOW + timedelta(days=1):
            wait_s = sign_in_failures.retry_after_s(session, "an", now=now)
            if wait_s:
                now += timedelta(seconds=wait_s)
                continue
            sign_in_failures.record_failure(session, "an", now=now)
            tries += 1
    assert tries <= 160


def test_signing_in_begins_the_count_anew(store: Store) -> None:
    with store.transaction() as session:
        _fail(session, 12, at=NOW)
        sign_in_failures.forget_failures(session, "an")
        assert sign_in_failures.retry_after_s(session, "an", now=NOW) == 0


def test_what_is_a_day_old_no_longer_counts(store: Store) -> None:
    with store.transaction() as session:
        _fail(session, 40, at=NOW)
        assert sign_in_failures.retry_after_s(session, "an", now=NOW + timedelta(minutes=59)) == 60
        assert sign_in_failures.retry_after_s(session, "an", now=NOW + timedelta(days=1)) == 0


def _fail(session: Session, times: int, *, at: datetime) -> None:
    for _ in range(times):
        sign_in_failures.record_failure(session, "an", now=at)


def test_a_place_waits_by_itself_and_names_nobody(store: Store) -> None:
    with store.transaction() as session:
        for number in range(sign_in_failures.PLACE_FAILURES_ALLOWED):
            sign_in_failures.record_failure(session, f"name{number}", now=NOW, place="192.0.2.7/32")
        assert sign_in_failures.retry_after_s(session, "an", now=NOW, place="192.0.2.7/32") == 60
        assert sign_in_failures.retry_after_s(session, "an", now=NOW, place="192.0.2.8/32") == 0
        assert sign_in_failures.retry_after_s(session, "an", now=NOW) == 0
        assert "192.0.2" not in str([row.username_sha256 for row in session.query(SignInFailure)])


def test_a_name_that_reads_like_a_place_is_none(store: Store) -> None:
    with store.transaction() as session:
        for _ in range(sign_in_failures.PLACE_FAILURES_ALLOWED):
            sign_in_failures.record_failure(session, "192.0.2.7/32", now=NOW)
        assert sign_in_failures.retry_after_s(session, "an", now=NOW, place="192.0.2.7/32") == 0
