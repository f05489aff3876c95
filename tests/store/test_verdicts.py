"""Verdicts: which releases have judged a revision, and which other posts name the same contacts."""

from store import verdicts
from store.database import Store
from tests.factories import make_revision, make_verdict


def test_the_releases_are_named_in_the_order_of_their_verdicts(store: Store) -> None:
    with store.transaction() as session:
        revision = make_revision(session)
        assert verdicts.releases(session, revision.id) == []
        make_verdict(session, revision, release="second")
        make_verdict(session, revision, release="first")
        assert verdicts.releases(session, revision.id) == ["second", "first"]


def test_other_posts_with_the_same_contact_are_counted_once_each(store: Store) -> None:
    with store.transaction() as session:
        for text in ("one version here", "another version here"):
            make_verdict(session, make_revision(session, text, native_id="edited twice"))
        make_verdict(session, make_revision(session))
        mine = make_revision(session)
        make_verdict(session, mine)
        assert verdicts.other_posts_sharing(session, mine) == {("telegram", "example_hr"): 2}


def test_a_contact_of_one_post_alone_is_not_counted(store: Store) -> None:
    with store.transaction() as session:
        revisions = [make_revision(session, text, native_id="p") for text in ("one version", "another version")]
        for revision in revisions:
            make_verdict(session, revision)
        assert verdicts.other_posts_sharing(session, revisions[0]) == {}


def test_a_revision_without_contacts_shares_nothing(store: Store) -> None:
    with store.transaction() as session:
        make_verdict(session, make_revision(session))
        assert verdicts.other_posts_sharing(session, make_revision(session)) == {}
