from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.absences import mark_back, mark_gone, posts_at, to_look_for
from store.database import Store
from store.tables import AuditEntry, Post
from tests.factories import NOW, make_revision

ABOUT = {"capture_id": 9, "seen_at": NOW, "reason": "status 404", "actor": "crawler"}


def entries(session: Session, post: Post) -> list[tuple[str, dict[str, object]]]:
    found = select(AuditEntry).where(AuditEntry.subject == f"post:{post.id}").order_by(AuditEntry.seq)
    return [(entry.action, entry.details) for entry in session.scalars(found)]


def test_first_absence_stands_and_is_in_the_chain(store: Store) -> None:
    with store.transaction() as session:
        post = make_revision(session).post
        assert mark_gone(session, [post.id], **ABOUT) == 1
        assert mark_gone(session, [post.id], **ABOUT | {"seen_at": NOW + timedelta(days=1)}) == 0
        assert post.gone_since == NOW
        since = NOW.isoformat().replace("+00:00", "Z")
        assert entries(session, post) == [("post.gone", {"capture": 9, "reason": "status 404", "since": since})]


def test_post_that_is_shown_again_is_back(store: Store) -> None:
    with store.transaction() as session:
        gone, there = make_revision(session).post, make_revision(session).post
        mark_gone(session, [gone.id], **ABOUT)
        mark_back(session, [gone.id, there.id], capture_id=10, actor="crawler")
        assert gone.gone_since is None
        assert entries(session, gone)[-1] == ("post.back", {"capture": 10})
        assert entries(session, there) == []


def test_posts_of_an_address_are_those_of_its_source(store: Store) -> None:
    with store.transaction() as session:
        post = make_revision(session).post
        assert post.url is not None
        assert posts_at(session, post.source_id, [post.url]) == [post.id]
        assert posts_at(session, post.source_id + 1, [post.url]) == []


def test_what_was_not_seen_for_a_day_is_looked_for_longest_unseen_first(store: Store) -> None:
    with store.transaction() as session:
        posts = [make_revision(session).post for _ in range(5)]
        days = (2, 3, 0.5, 4, 100)
        for post, age in zip(posts, days, strict=True):
            post.first_seen_at = post.last_seen_at = NOW - timedelta(days=age)
        mark_gone(session, [posts[3].id], **ABOUT)
        session.flush()
        source_id = posts[0].source_id
        assert [post.id for post in to_look_for(session, source_id, now=NOW, limit=9)] == [posts[1].id, posts[0].id]
        assert [post.id for post in to_look_for(session, source_id, now=NOW, limit=1)] == [posts[1].id]
