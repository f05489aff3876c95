"""Holds name what there is, are lifted with a reason, and follow posts from one campaign into another."""

from datetime import timedelta

import pytest

from lurewatch.errors import DataError, NotFoundError
from store import audit, campaigns, holds, retention
from store.database import Store
from tests.factories import NOW, make_case, make_item, make_revision, make_user
from tests.store.test_retention import due, make_plain


def test_a_hold_and_its_lifting_are_on_record(store: Store) -> None:
    with store.transaction() as session:
        case = make_case(session, make_user(session))
        hold = holds.place(session, "case", case.number, reason=" Court order ", actor="inv", now=NOW)
        assert [one.id for one in holds.standing(session)] == [hold.id]
        assert retention.is_under_hold(session, case.items[0].item.revision.post_id)
        holds.lift(session, hold.id, reason="Trial over", actor="sup", now=NOW + timedelta(days=1))
        assert holds.standing(session) == []
        placed, lifted = audit.entries_about(session, [f"case:{case.id}"])[-2:]
    assert (placed.action, placed.actor, placed.details["because"]) == ("hold.placed", "inv", "Court order")
    assert (lifted.action, lifted.actor, lifted.details["because"]) == ("hold.lifted", "sup", "Trial over")


def test_posts_are_due_again_once_every_hold_on_them_is_lifted(store: Store) -> None:
    with store.transaction() as session:
        post = make_plain(session)
        first, second = (
            holds.place(session, "post", str(post.id), reason="Court order", actor="inv", now=NOW).id for _ in "ab"
        )
        holds.lift(session, first, reason="Trial over", actor="inv", now=NOW)
        assert due(session) == []
        holds.lift(session, second, reason="Trial over", actor="inv", now=NOW)
        assert due(session) == [post.id]


def test_a_hold_follows_a_campaign_that_goes_into_another(store: Store) -> None:
    with store.transaction() as session:
        posts = [make_plain(session, f"Cook wanted {number}") for number in range(4)]
        older = campaigns.join_posts(session, posts[0].id, posts[1].id, reason="same", at=NOW)
        newer = campaigns.join_posts(session, posts[2].id, posts[3].id, reason="same", at=NOW)
        holds.place(session, "campaign", str(newer.id), reason="Court order", actor="inv", now=NOW)
        assert due(session) == [posts[0].id, posts[1].id]
        campaigns.join_posts(session, posts[0].id, posts[2].id, reason="same", at=NOW)
        assert older.id != newer.id
        assert due(session) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param("case", "CASE-1999-0001", id="case"),
        pytest.param("source", "no such board", id="source"),
        pytest.param("post", "4711", id="post"),
        pytest.param("post", "1; DROP TABLE post", id="no number"),
        pytest.param("post", "99999999999999999999", id="a number too long"),
        pytest.param("campaign", "-1", id="campaign"),
    ],
)
def test_what_is_not_there_cannot_be_held(store: Store, kind: str, name: str) -> None:
    with store.transaction() as session, pytest.raises(NotFoundError, match=f"There is no {kind}"):
        holds.place(session, kind, name, reason="Court order", actor="inv", now=NOW)


def test_neither_goes_without_a_reason_and_nothing_is_lifted_twice(store: Store) -> None:
    with store.transaction() as session:
        post_id = make_revision(session).post_id
        with pytest.raises(DataError, match="needs a reason"):
            holds.place(session, "post", str(post_id), reason=" ", actor="inv", now=NOW)
        hold = holds.place(session, "post", str(post_id), reason="Court order", actor="inv", now=NOW).id
        with pytest.raises(DataError, match="needs a reason"):
            holds.lift(session, hold, reason="", actor="inv", now=NOW)
        holds.lift(session, hold, reason="Trial over", actor="inv", now=NOW)
        with pytest.raises(NotFoundError):
            holds.lift(session, hold, reason="Trial over", actor="inv", now=NOW)


def test_only_known_kinds_are_held(store: Store) -> None:
    with store.transaction() as session, pytest.raises(DataError, match="cannot be held"):
        holds.place(session, "user", str(make_item(session).id), reason="x", actor="inv", now=NOW)
