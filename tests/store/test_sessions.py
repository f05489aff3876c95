"""Sessions: tokens kept as hashes, ends, what waits for a code, breaks."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import NotFoundError
from store import audit, sessions
from store.database import Store
from store.tables import User, UserSession
from tests.factories import NOW, make_user


def test_a_token_is_kept_as_its_hash_alone(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = sessions.start_session(session, user, now=NOW)
        found = sessions.live_session(session, token, now=NOW)
        assert found is not None
        assert found.user.id == user.id
        assert sessions.live_session(session, token + "x", now=NOW) is None


@pytest.mark.parametrize(
    ("after", "alive"),
    [
        (sessions.IDLE_LIMIT - timedelta(seconds=1), True),
        (sessions.IDLE_LIMIT + timedelta(seconds=1), False),
        (sessions.SESSION_LIMIT, False),
    ],
    ids=["just used", "idle too long", "too old"],
)
def test_a_session_runs_out(store: Store, after: timedelta, alive: bool) -> None:
    with store.transaction() as session:
        token = sessions.start_session(session, make_user(session), now=NOW)
        assert (sessions.live_session(session, token, now=NOW + after) is not None) == alive


def test_use_keeps_a_session_alive_but_not_for_ever(store: Store) -> None:
    step = sessions.IDLE_LIMIT - timedelta(minutes=1)
    with store.transaction() as session:
        token = sessions.start_session(session, make_user(session), now=NOW)
        now = NOW
        while now + step < NOW + sessions.SESSION_LIMIT:
            now += step
            found = sessions.live_session(session, token, now=now)
            assert found is not None
            sessions.touch_session(found, now=now)
        assert sessions.live_session(session, token, now=NOW + sessions.SESSION_LIMIT) is None


def test_an_ended_session_and_a_disabled_account_are_out(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        ended, other = (sessions.start_session(session, user, now=NOW) for _ in range(2))
        sessions.end_session(session, ended, now=NOW)
        assert sessions.live_session(session, ended, now=NOW) is None
        assert sessions.live_session(session, other, now=NOW) is not None
        user.disabled = True
        assert sessions.live_session(session, other, now=NOW) is None


def test_a_session_that_waits_for_a_code_is_none_yet_and_not_for_long(store: Store) -> None:
    with store.transaction() as session:
        token = sessions.start_waiting(session, make_user(session), now=NOW)
        assert sessions.live_session(session, token, now=NOW) is None
        assert sessions.waiting_session(session, token, now=NOW) is not None
        assert sessions.waiting_session(session, token, now=NOW + sessions.CODE_LIMIT) is None
        assert sessions.live_sessions(session, now=NOW) == []


def test_whoever_only_waited_for_a_code_never_signed_out(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        waiting = sessions.start_waiting(session, user, now=NOW)
        sessions.end_session(session, waiting, now=NOW)
        assert sessions.waiting_session(session, waiting, now=NOW) is None
        assert not [entry for entry in _told_of(session, user) if entry == "user.signed_out"]
        sessions.end_session(session, sessions.start_session(session, user, now=NOW), now=NOW)
        assert _told_of(session, user)[-1] == "user.signed_out"


def _told_of(session: Session, user: User) -> list[str]:
    session.flush()
    return [entry.action for entry in audit.entries_about(session, [f"user:{user.id}"])]


def test_a_whole_session_is_none_that_waits(store: Store) -> None:
    with store.transaction() as session:
        token = sessions.start_session(session, make_user(session), now=NOW)
        assert sessions.waiting_session(session, token, now=NOW) is None


def test_all_but_one_are_ended_and_the_others_of_other_people_stay(store: Store) -> None:
    with store.transaction() as session:
        an, binh = make_user(session, "an"), make_user(session, "binh")
        kept, ended, others = (sessions.start_session(session, user, now=NOW) for user in (an, an, binh))
        here = sessions.live_session(session, kept, now=NOW)
        sessions.end_all(session, an, actor=an.pseudonym, now=NOW, but=here)
        alive = [sessions.live_session(session, token, now=NOW) is not None for token in (kept, ended, others)]
    assert alive == [True, False, True]


def test_nobody_ends_a_session_of_somebody_else_as_their_own(store: Store) -> None:
    with store.transaction() as session:
        an, binh = make_user(session, "an"), make_user(session, "binh")
        token = sessions.start_session(session, binh, now=NOW)
        row = sessions.live_session(session, token, now=NOW)
        assert row is not None
        with pytest.raises(NotFoundError):
            sessions.end_numbered(session, row.id, actor=an, now=NOW, of=an)
        assert sessions.live_session(session, token, now=NOW) is not None


def test_the_list_holds_what_is_signed_in_now_alone(store: Store) -> None:
    with store.transaction() as session:
        an, gone = make_user(session, "an"), make_user(session, "gone")
        sessions.start_session(session, an, now=NOW, browser="Firefox on Linux", network="192.0.2.0/24")
        sessions.start_session(session, gone, now=NOW)
        gone.disabled = True
        sessions.start_session(session, an, now=NOW - sessions.IDLE_LIMIT - timedelta(minutes=1))
        rows = sessions.live_sessions(session, now=NOW)
        assert [(row.browser, row.network) for row in rows] == [("Firefox on Linux", "192.0.2.0/24")]


@pytest.mark.parametrize(("pause", "is_break"), [(9, False), (10, True)], ids=["nine minutes", "ten"])
def test_ten_minutes_of_rest_are_a_break(store: Store, pause: int, is_break: bool) -> None:
    with store.transaction() as session:
        token = sessions.start_session(session, make_user(session), now=NOW)
        row = sessions.live_session(session, token, now=NOW)
        assert isinstance(row, UserSession)
        back = NOW + timedelta(minutes=pause)
        sessions.touch_session(row, now=back)
        assert row.active_since == (back if is_break else NOW)
