"""Why something is read is on record, and so is every capture."""

from datetime import timedelta

import pytest

from lurewatch.errors import SourceError
from store import audit, captures, sources
from store.database import Store
from tests.factories import NOW, make_capture, make_source


def test_a_changed_reason_is_kept_and_audited(store: Store) -> None:
    with store.transaction() as session:
        source = make_source(session)
        make_source(session)
        sources.ensure_source(
            session,
            name="board",
            kind="jobposting",
            url="https://jobs.example/",
            purpose="Watch for recruitment",
            legal_basis="Police act, section 2",
            owner="Unit 7",
        )
        entries = audit.entries_about(session, [f"source:{source.id}"])
        assert [entry.action for entry in entries] == ["source.added", "source.changed"]
        assert entries[1].details == {"legal_basis": "Police act, section 2"}


def test_a_name_keeps_its_kind(store: Store) -> None:
    with store.transaction() as session:
        make_source(session)
        with pytest.raises(SourceError, match="of kind jobposting, not feed"):
            sources.ensure_source(session, name="board", kind="feed", url=None, purpose="p", legal_basis="l", owner="o")


def test_a_capture_is_in_the_chain_with_its_digest(store: Store) -> None:
    with store.transaction() as session:
        capture = make_capture(session)
        (entry,) = audit.entries_about(session, [f"capture:{capture.id}"])
        assert entry.details["sha256"] == capture.sha256
        assert entry.details["robots"] == "allowed"


def test_the_latest_capture_is_the_newest_with_a_body(store: Store) -> None:
    with store.transaction() as session:
        make_capture(session, etag='"old"')
        wanted = make_capture(session, etag='"new"', fetched_at=NOW + timedelta(hours=1))
        make_capture(session, status=304)
        make_capture(session, url="https://jobs.example/2")
        found = captures.latest_capture(session, "https://jobs.example/1")
        assert found is not None
        assert found.id == wanted.id
        assert captures.latest_capture(session, "https://jobs.example/3") is None


def test_an_unknown_provenance_is_a_mistake_of_ours(store: Store) -> None:
    with store.transaction() as session, pytest.raises(ValueError, match="'bought' is not one of"):
        make_capture(session, provenance="bought")
