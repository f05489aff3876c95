"""Sightings: which other posts name the same contact, and never more of them than asked for."""

import pytest
from sqlalchemy.orm import Session

from lurewatch.errors import NotFoundError
from store import sightings
from store.database import Store
from store.tables import Identifier, Revision
from tests.factories import make_revision, make_verdict


def _named(session: Session, text: str = "one version here", native_id: str | None = None) -> Revision:
    revision = make_revision(session, text, native_id)
    make_verdict(session, revision)
    return revision


def test_each_post_counts_once_whatever_its_revisions(store: Store) -> None:
    with store.transaction() as session:
        for text in ("one version here", "another version here"):
            _named(session, text, "edited twice")
        _named(session)
        mine = _named(session)
        count = sightings.others_naming(session, mine.identifiers[0], post_id=mine.post_id, most=9)
        assert count == sightings.Count(2, is_more=False)


def test_own_revisions_are_not_counted(store: Store) -> None:
    with store.transaction() as session:
        mine, _ = (_named(session, text, "p") for text in ("one version", "another version"))
        count = sightings.others_naming(session, mine.identifiers[0], post_id=mine.post_id, most=9)
        assert count == sightings.Count(0, is_more=False)


def test_counting_stops_where_it_is_told_to(store: Store) -> None:
    with store.transaction() as session:
        mine, *_ = [_named(session) for _ in range(4)]
        assert sightings.others_naming(session, mine.identifiers[0], post_id=mine.post_id, most=3).is_more is False
        assert sightings.others_naming(session, mine.identifiers[0], post_id=mine.post_id, most=2) == sightings.Count(
            2, is_more=True
        )


def test_the_newest_posts_are_listed_first_and_no_more_than_asked(store: Store) -> None:
    with store.transaction() as session:
        revisions = [_named(session) for _ in range(4)]
        found = sightings.posts_naming(session, revisions[0].identifiers[0], most=2)
        assert [post.id for post in found] == [revisions[3].post_id, revisions[2].post_id]


def test_the_same_words_of_another_kind_are_another_identifier(store: Store) -> None:
    with store.transaction() as session:
        mine, other = _named(session), make_revision(session)
        session.add(Identifier(revision_id=other.id, type="line", value="x", normalized="example_hr", start=0, end=1))
        session.flush()
        assert [post.id for post in sightings.posts_naming(session, mine.identifiers[0], most=9)] == [mine.post_id]


def test_an_unknown_identifier_is_not_found(store: Store) -> None:
    with store.reading() as session, pytest.raises(NotFoundError, match="4711"):
        sightings.identifier_of(session, 4711)
