"""All that a pack tells of a case comes in a few statements, and is what is in the case now."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from store import cases
from store.case_contents import CaseContents, contents_of
from store.database import Store
from tests.factories import LURE, NOW, make_case, make_confirmed, make_revision, make_user


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database within the block."""
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


def told(contents: CaseContents) -> list[object]:
    """What packs read of these rows."""
    return [
        (post.source.name, revision.capture.url, revision.identifiers, [one.indicators for one in revision.verdicts])
        for post in contents.posts
        for revision in post.revisions
    ] + [
        (item.decisions[0].user.pseudonym, contents.entries[item.id].added_by.pseudonym)
        for item in contents.items.values()
    ]


@pytest.mark.parametrize("posts", [1, 12])
def test_the_number_of_posts_adds_no_statement(store: Store, posts: int) -> None:
    with store.transaction() as session:
        number = make_case(session, make_user(session), posts=posts).number
    with store.reading() as session, statements(store) as seen:
        contents = contents_of(session, cases.case_by_number(session, number))
        assert len(told(contents)) == 2 * posts
    assert len(seen) <= 12


def test_what_was_taken_out_and_what_is_in_another_case_is_not_told(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        make_case(session, user)
        case = make_case(session, user, posts=2)
        gone, kept = case.items
        cases.remove_item(session, user, case, gone.item_id, reason="a mistake", now=NOW)
        contents = contents_of(session, case)
        assert list(contents.entries) == [kept.item_id]
        assert [post.id for post in contents.posts] == [kept.item.revision.post_id]
        assert list(contents.items.values()) == [kept.item]


def test_all_versions_of_a_post_are_told_with_the_captures_that_hold_them(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session)
        case = cases.open_case(session, user, title="x", now=NOW)
        item = make_confirmed(session, user)
        cases.add_item(session, user, case, item, now=NOW)
        later = make_revision(session, f"{LURE} Now!", item.revision.post.native_id)
        session.expire_all()
        contents = contents_of(session, case)
        assert list(contents.posts[0].revisions) == [item.revision, later]
        assert list(contents.captures) == [item.revision.capture, later.capture]
        captures = (item.revision.capture_id, later.capture_id)
        assert contents.subjects == [*(f"capture:{number}" for number in captures), f"item:{item.id}"]
