"""The same post seen twice is one post; an edit is a further revision."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from store import posts
from store.database import Store
from store.lots import LARGEST
from store.parsed_post import ParsedPost
from store.posts import SavedPost
from store.tables import Post
from tests.factories import NOW, make_capture, make_revision, make_source, make_verdict, save_post


def _save(store: Store, *, hours: int = 0, **fields: object) -> SavedPost:
    post = ParsedPost(**({"native_id": "1", "text": "Phu bep, Da Nang"} | fields))  # type: ignore[arg-type]
    with store.transaction() as session:
        capture = make_capture(session)
        seen_at = NOW + timedelta(hours=hours)
        return save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=seen_at)


def test_first_sight_is_new(store: Store) -> None:
    saved = _save(store)
    assert (saved.is_new, saved.is_edit) == (True, False)


def test_second_sight_is_the_same_revision(store: Store) -> None:
    first, second = _save(store), _save(store, hours=1, extra={"views": 7})
    assert second == SavedPost(first.post_id, first.revision_id, is_new=False, is_edit=False, is_first_here=False)
    with store.reading() as session:
        assert session.get_one(Post, first.post_id).last_seen_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize("change", [{"text": "Phu bep, Hue"}, {"salary": "9 tr"}, {"author": "x"}, {"posted_at": NOW}])
def test_a_change_is_a_further_revision(store: Store, change: dict[str, object]) -> None:
    first, second = _save(store), _save(store, **change)
    assert (second.post_id, second.is_edit) == (first.post_id, True)
    with store.reading() as session:
        assert [row.number for row in session.get_one(Post, first.post_id).revisions] == [1, 2]


def test_an_edit_taken_back_is_a_third_revision(store: Store) -> None:
    first = _save(store)
    _save(store, text="other")
    _save(store)
    with store.reading() as session:
        assert len(session.get_one(Post, first.post_id).revisions) == 3


def test_a_late_older_sight_does_not_set_the_clock_back(store: Store) -> None:
    saved = _save(store, hours=5)
    _save(store, hours=1)
    with store.reading() as session:
        assert session.get_one(Post, saved.post_id).last_seen_at == NOW + timedelta(hours=5)


def test_what_no_database_takes_is_replaced_one_for_one(store: Store) -> None:
    saved = _save(store, text="a\x00b\ud800c", extra={"x": ["\x00"]})
    with store.reading() as session:
        revision = posts.revision_with_provenance(session, saved.revision_id)
        assert revision is not None
        assert (revision.text, revision.extra) == ("a\ufffdb\ufffdc", {"x": ["\ufffd"]})


def test_only_unjudged_revisions_are_waiting(store: Store) -> None:
    with store.transaction() as session:
        judged, waiting = make_revision(session), make_revision(session)
        make_verdict(session, judged, release="r1")
        assert [row.id for row in posts.unjudged_revisions(session, "r1", 10)] == [waiting.id]
        assert len(posts.unjudged_revisions(session, "r2", 10)) == 2
        assert [row.id for row in posts.claim_unjudged(session, "r1", [judged.id, waiting.id])] == [waiting.id]


@pytest.mark.postgres
def test_what_another_worker_holds_is_skipped(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with store.transaction() as session:
        ids = [make_revision(session).id for _ in range(2)]
    with store.transaction() as first, store.transaction() as second:
        assert len(posts.claim_unjudged(first, "r", ids[:1])) == 1
        assert [row.id for row in posts.claim_unjudged(second, "r", ids)] == ids[1:]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [(None, "text", "text"), ("Title", "text", "Title\ntext"), ("Title", "Title and text", "Title and text")],
)
def test_full_text_has_the_title_once(title: str | None, text: str, expected: str) -> None:
    assert ParsedPost(native_id="1", title=title, text=text).full_text() == expected


def _reading(session: Session, *parsed: ParsedPost, hours: int = 0) -> posts.Reading:
    return posts.Reading(make_capture(session).id, parsed, NOW + timedelta(hours=hours))


def test_a_post_that_captures_of_one_round_share_is_one(store: Store) -> None:
    first, edited = (ParsedPost(native_id="a", text=text) for text in ("Cooks wanted", "Cooks wanted at once"))
    other = ParsedPost(native_id="b", text="Drivers wanted")
    with store.transaction() as session:
        readings = [
            _reading(session, first, other),
            _reading(session, first, hours=1),
            _reading(session, edited, first),
        ]
        source_id = make_source(session).id
        (new, new_other), (repeat,), (edit, back) = posts.save_posts(session, readings, source_id=source_id)
    assert (new.is_new, new.is_edit, new.is_first_here) == (True, False, True)
    assert (repeat.is_new, repeat.is_edit, repeat.is_first_here) == (False, False, False)
    assert (repeat.post_id, repeat.revision_id) == (new.post_id, new.revision_id)
    assert (edit.is_new, edit.is_edit, edit.post_id) == (False, True, new.post_id)
    assert len({new_other.revision_id, new.revision_id, edit.revision_id, back.revision_id}) == 4
    with store.reading() as session:
        post = session.get_one(Post, new.post_id)
        assert [(each.number, each.text) for each in post.revisions] == [
            (1, "Cooks wanted"),
            (2, "Cooks wanted at once"),
            (3, "Cooks wanted"),
        ]
        assert post.last_seen_at == NOW + timedelta(hours=1)


def test_more_posts_than_one_statement_may_name_are_kept(store: Store) -> None:
    parsed = [ParsedPost(native_id=f"n{number}", text=f"Cook {number}") for number in range(LARGEST + 1)]
    with store.transaction() as session:
        reading, source_id = _reading(session, *parsed), make_source(session).id
        (saved,) = posts.save_posts(session, [reading], source_id=source_id)
        (again,) = posts.save_posts(session, [reading], source_id=source_id)
        assert session.get_one(Post, saved[-1].post_id).native_id == f"n{LARGEST}"
    assert all(each.is_new for each in saved)
    assert [each.post_id for each in again] == [each.post_id for each in saved]
    # Read once more, it brought what it brought.
    assert not any(each.is_new or each.is_edit or not each.is_first_here for each in again)
