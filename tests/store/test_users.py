"""Accounts: names, roles, passwords, closing, each change on record."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lurewatch.errors import DataError, NotFoundError
from store import audit, sessions, users
from store.database import Store
from store.roles import RIGHTS, has_right
from tests.factories import NOW, make_user


def test_a_new_password_ends_every_session(store: Store) -> None:
    with store.transaction() as session:
        token = sessions.start_session(session, make_user(session, "an"), now=NOW)
        users.set_password(session, "an", "another hash", now=NOW)
        assert sessions.live_session(session, token, now=NOW) is None


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


def test_every_change_names_who_made_it(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, "an")
        users.set_role(session, user, "supervisor", actor="reviewer-1")
        users.set_role(session, user, "supervisor", actor="reviewer-1")
        users.set_disabled(session, user, True, actor="reviewer-1", now=NOW)
        users.set_disabled(session, user, False, actor="reviewer-1", now=NOW)
        entries = [(entry.actor, entry.action) for entry in audit.entries_about(session, [f"user:{user.id}"])]
    assert entries == [
        ("accounts", "user.added"),
        ("reviewer-1", "user.role_changed"),
        ("reviewer-1", "user.disabled"),
        ("reviewer-1", "user.enabled"),
    ]


def test_closing_an_account_ends_its_sessions_for_good(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = sessions.start_session(session, user, now=NOW)
        users.set_disabled(session, user, True, actor="reviewer-1", now=NOW)
        users.set_disabled(session, user, False, actor="reviewer-1", now=NOW)
        assert sessions.live_session(session, token, now=NOW) is None


def test_an_unknown_role_is_refused_when_it_is_changed_too(store: Store) -> None:
    with store.transaction() as session, pytest.raises(DataError, match="'chief' is unknown"):
        users.set_role(session, make_user(session), "chief", actor="reviewer-1")


def test_whoever_keeps_the_accounts_may_not_look_behind_pseudonyms() -> None:
    assert not RIGHTS["administrator"] & {"identities", "audit", "view"}
