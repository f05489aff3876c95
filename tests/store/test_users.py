"""Accounts, sessions and the count of wrong passwords."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lurewatch.errors import DataError, NotFoundError
from store import audit, users
from store.database import Store
from store.roles import RIGHTS, has_right
from tests.factories import NOW, make_user


def test_a_token_is_kept_as_its_hash_alone(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = users.start_session(session, user, now=NOW)
        found = users.session_user(session, token, now=NOW)
        assert found is not None
        assert found.id == user.id
        assert users.session_user(session, token + "x", now=NOW) is None


@pytest.mark.parametrize(
    ("after", "alive"),
    [
        (users.IDLE_LIMIT - timedelta(seconds=1), True),
        (users.IDLE_LIMIT + timedelta(seconds=1), False),
        (users.SESSION_LIMIT, False),
    ],
    ids=["just used", "idle too long", "too old"],
)
def test_a_session_runs_out(store: Store, after: timedelta, alive: bool) -> None:
    with store.transaction() as session:
        token = users.start_session(session, make_user(session), now=NOW)
        assert (users.session_user(session, token, now=NOW + after) is not None) == alive


def test_use_keeps_a_session_alive_but_not_for_ever(store: Store) -> None:
    step = users.IDLE_LIMIT - timedelta(minutes=1)
    with store.transaction() as session:
        token = users.start_session(session, make_user(session), now=NOW)
        now = NOW
        while now + step < NOW + users.SESSION_LIMIT:
            now += step
            assert users.session_user(session, token, now=now) is not None
            users.touch_session(session, token, now=now)
        assert users.session_user(session, token, now=NOW + users.SESSION_LIMIT) is None


def test_an_ended_session_and_a_disabled_account_are_out(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        ended, other = (users.start_session(session, user, now=NOW) for _ in range(2))
        users.end_session(session, ended, now=NOW)
        assert users.session_user(session, ended, now=NOW) is None
        assert users.session_user(session, other, now=NOW) is not None
        user.disabled = True
        assert users.session_user(session, other, now=NOW) is None


def test_a_new_password_ends_every_session(store: Store) -> None:
    with store.transaction() as session:
        token = users.start_session(session, make_user(session, "an"), now=NOW)
        users.set_password(session, "an", "another hash", now=NOW)
        assert users.session_user(session, token, now=NOW) is None


def test_five_wrong_tries_are_allowed_within_a_minute(store: Store) -> None:
    with store.transaction() as session:
        for number in range(users.FAILURES_ALLOWED):
            at = NOW + timedelta(seconds=number)
            assert users.retry_after_s(session, "an", now=at) == 0
            users.record_failure(session, "an", now=at)
        assert users.retry_after_s(session, "an", now=NOW + timedelta(seconds=10)) == 50
        assert users.retry_after_s(session, "an", now=NOW + timedelta(seconds=10.4)) == 50
        assert users.retry_after_s(session, "binh", now=NOW + timedelta(seconds=10)) == 0
        assert users.retry_after_s(session, "an", now=NOW + timedelta(seconds=61)) == 0


def test_a_failure_names_nobody_in_the_audit_chain(store: Store) -> None:
    with store.transaction() as session:
        users.record_failure(session, "somebody@example.org", now=NOW)
        entry = session.get_one(audit.AuditEntry, 1)
        assert "somebody" not in str(audit.as_record(entry))


def test_names_are_taken_once_and_roles_are_known(store: Store) -> None:
    with store.transaction() as session:
        make_user(session, "an")
        with pytest.raises(DataError, match="exists already"):
            make_user(session, "an")
        with pytest.raises(DataError, match="'chief' is unknown"):
            make_user(session, "binh", "chief")
        with pytest.raises(NotFoundError, match="no account 'chi'"):
            users.set_password(session, "chi", "hash", now=NOW)


def test_a_disabled_account_has_no_rights(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, role="supervisor")
        assert all(has_right(user, right) for right in RIGHTS["supervisor"])
        user.disabled = True
        assert not any(has_right(user, right) for right in RIGHTS["supervisor"])


def test_of_two_accounts_of_one_name_at_once_the_second_is_refused(store: Store) -> None:
    def add(_number: int) -> bool:
        try:
            with store.transaction() as session:
                make_user(session, "an")
        except DataError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(4))) == [False, False, False, True]
