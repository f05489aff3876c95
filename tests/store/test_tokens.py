"""Tokens: shown once, kept as a hash, good for what their scopes and their holder's role both carry, until they end."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lurewatch.errors import AccessError, DataError, LeaseError, NotFoundError
from store import audit, tokens
from store.database import Store
from store.tables import ApiReply, ApiToken, User
from tests.factories import NOW, make_user

SOON = NOW + timedelta(days=30)


def _issue(session: Session, user: User, *scopes: str) -> str:
    return tokens.issue_own(session, user, name="script", scopes=scopes or ("view",), expires_at=SOON, now=NOW)


def test_the_token_itself_is_not_kept(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = _issue(session, user)
        row = session.scalars(select(ApiToken)).one()
        assert token not in [value for value in vars(row).values() if isinstance(value, str)]
        assert [entry.action for entry in audit.entries_about(session, [f"token:{row.id}"])] == ["token.issued"]


def test_it_acts_as_its_holder_within_its_scopes(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = _issue(session, user, "view")
        assert tokens.bearer(session, token, "view", now=NOW).holder_id == user.id
        with pytest.raises(AccessError, match="token 'script' does not carry the right to decide"):
            tokens.bearer(session, token, "decide", now=NOW)


def test_a_role_that_lost_the_right_takes_it_from_the_token(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = _issue(session, user, "decide")
        user.role = "viewer"
        with pytest.raises(AccessError, match="role viewer"):
            tokens.bearer(session, token, "decide", now=NOW)


def test_nobody_gives_what_they_do_not_have(store: Store) -> None:
    with store.transaction() as session:
        with pytest.raises(AccessError, match="role investigator"):
            _issue(session, make_user(session, role="investigator"), "decide")
        with pytest.raises(AccessError, match="right to make tokens"):
            _issue(session, make_user(session, "vi", role="viewer"))


@pytest.mark.parametrize("days", [0, -1, 367])
def test_it_ends_within_a_year(store: Store, days: int) -> None:
    end = NOW + timedelta(days=days)
    with store.transaction() as session:
        user = make_user(session)
        with pytest.raises(DataError, match="would end at"):
            tokens.issue_own(session, user, name="script", scopes=["view"], expires_at=end, now=NOW)


def test_it_needs_a_scope_that_there_is(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        with pytest.raises(DataError, match="needs a scope"):
            _issue(session, user, "everything")


@pytest.mark.parametrize("ending", ["expired", "revoked", "disabled", "unknown"])
def test_an_ended_token_is_no_token(store: Store, ending: str) -> None:
    with store.transaction() as session:
        user = make_user(session)
        token = _issue(session, user)
        row = session.scalars(select(ApiToken)).one()
        now = NOW
        if ending == "expired":
            now = SOON
        elif ending == "revoked":
            tokens.revoke(session, user, row.id, now=NOW)
        elif ending == "disabled":
            user.disabled = True
        else:
            token = token[:-1] + ("a" if token[-1] != "a" else "b")
        with pytest.raises(NotFoundError, match="unknown, expired or revoked"):
            tokens.bearer(session, token, "view", now=now)


def test_a_system_has_an_account_of_its_own(store: Store) -> None:
    with store.transaction() as session:
        admin = make_user(session, "adm", "administrator")
        given = {"name": "siem", "scopes": ["view"], "expires_at": SOON, "now": NOW}
        first = tokens.issue_for_system(session, admin, role="viewer", **given)  # type: ignore[arg-type]
        second = tokens.issue_for_system(session, admin, role="viewer", **given)  # type: ignore[arg-type]
        holders = {tokens.bearer(session, token, "view", now=NOW).holder.username for token in (first, second)}
        assert holders == {"system:siem"}
        with pytest.raises(DataError, match="has the role viewer, not analyst"):
            tokens.issue_for_system(session, admin, role="analyst", **given)  # type: ignore[arg-type]


def test_only_an_administrator_gives_tokens_to_systems(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, role="supervisor")
        given = {"name": "siem", "role": "viewer", "scopes": ["view"], "expires_at": SOON, "now": NOW}
        with pytest.raises(AccessError, match="make tokens for systems"):
            tokens.issue_for_system(session, user, **given)  # type: ignore[arg-type]


def test_people_see_and_revoke_their_own_alone(store: Store) -> None:
    with store.transaction() as session:
        one, other = make_user(session, "one"), make_user(session, "other")
        _issue(session, one)
        row = session.scalars(select(ApiToken)).one()
        assert tokens.tokens_of(session, other) == []
        with pytest.raises(NotFoundError, match="no token"):
            tokens.revoke(session, other, row.id, now=NOW)
        admin = make_user(session, "adm", "administrator")
        assert tokens.tokens_of(session, admin) == [row]
        tokens.revoke(session, admin, row.id, now=NOW)
        assert row.revoked_at == NOW


def test_calls_are_counted_by_the_minute(store: Store) -> None:
    with store.transaction() as session:
        token = _issue(session, make_user(session))
        waits = [tokens.call_admitted(session, token, now=NOW) for _ in range(tokens.CALLS_ALLOWED + 1)]
        assert waits == [0] * tokens.CALLS_ALLOWED + [60]
        assert tokens.call_admitted(session, token, now=NOW + timedelta(seconds=59)) == 1
        assert tokens.call_admitted(session, token, now=NOW + timedelta(seconds=60)) == 0


def test_an_answer_is_kept_for_the_same_call_alone(store: Store) -> None:
    with store.transaction() as session:
        token = _issue(session, make_user(session))
        row = tokens.bearer(session, token, "view", now=NOW)
        tokens.keep_answer(session, row, "k", "a" * 64, {"item_id": 1}, now=NOW)
        assert tokens.earlier_answer(session, row, "k", "a" * 64) == {"item_id": 1}
        assert tokens.earlier_answer(session, row, "other", "a" * 64) is None
        with pytest.raises(LeaseError, match="used for another call"):
            tokens.earlier_answer(session, row, "k", "b" * 64)


def test_old_answers_are_forgotten(store: Store) -> None:
    with store.transaction() as session:
        row = tokens.bearer(session, _issue(session, make_user(session)), "view", now=NOW)
        tokens.keep_answer(session, row, "old", "a" * 64, {}, now=NOW)
        tokens.keep_answer(session, row, "new", "a" * 64, {}, now=NOW + tokens.REPLIES_KEPT)
        assert session.scalars(select(ApiReply.idem_key)).all() == ["new"]
