"""Verdicts: which releases have judged a revision, and what is kept of what they said."""

from dataclasses import replace

from store import verdicts
from store.database import Store
from store.verdicts import NewVerdict
from tests.factories import NOW, make_revision, make_verdict

SAID = NewVerdict("test-1", "vi", 0.0, {}, [], [], [])


def test_the_releases_are_named_in_the_order_of_their_verdicts(store: Store) -> None:
    with store.transaction() as session:
        revision = make_revision(session)
        assert verdicts.releases(session, revision.id) == []
        make_verdict(session, revision, release="second")
        make_verdict(session, revision, release="first")
        assert verdicts.releases(session, revision.id) == ["second", "first"]


def test_answer_and_reasons_are_kept_and_part_of_the_record(store: Store) -> None:
    reasons = [{"code": "wording", "weight": -1.25, "side": "against"}]
    with store.transaction() as session:
        said = replace(SAID, answer="not_enough", reasons=reasons)
        verdicts.save_verdict(session, revision_id=make_revision(session).id, verdict=said, scored_at=NOW)
    with store.reading() as session:
        row = verdicts.latest_verdict(session, 1)
        assert row is not None
        assert (row.answer, row.reasons) == ("not_enough", reasons)
        record = verdicts.verdict_record(row)
        assert (record["answer"], record["reasons"]) == ("not_enough", reasons)


def test_the_record_of_a_verdict_without_them_is_as_it_always_was(store: Store) -> None:
    with store.transaction() as session:
        row = verdicts.save_verdict(session, revision_id=make_revision(session).id, verdict=SAID, scored_at=NOW)
        assert {"answer", "reasons"}.isdisjoint(verdicts.verdict_record(row))
