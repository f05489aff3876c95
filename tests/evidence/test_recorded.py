"""What was changed in the database since it was kept never goes out; what is older than the digests is stated."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from evidence.recorded import unrecorded_revisions
from lurewatch.errors import EvidenceError
from store import posts, recording
from store.parsed_post import ParsedPost
from store.tables import Capture, Post, Revision, Source
from tests.evidence.house import NOW, House, add_page, unpack
from tests.factories import save_post


@pytest.fixture
def post_id(house: House) -> int:
    """A post with two revisions that the chain knows, on which nobody has decided."""
    for text in ("Cook wanted", "Cook wanted now"):
        with house.store.transaction() as session:
            _keep(session, add_page(house, session, text), text)
    with house.store.reading() as session:
        return session.scalars(select(Post.id).where(Post.native_id == "p-cook")).one()


def _keep(session: Session, capture: Capture, text: str) -> None:
    post = ParsedPost(native_id="p-cook", text=text, url="https://jobs.example.test/cook")
    recording.keep_readings(
        session, [posts.Reading(capture.id, [post], NOW)], source_id=capture.source_id, actor="crawler"
    )


def _unrecorded(house: House, post_id: int) -> list[int]:
    with house.store.reading() as session:
        return unrecorded_revisions(session, [session.get_one(Post, post_id)])


def test_what_is_as_it_was_kept_passes(house: House, post_id: int) -> None:
    assert _unrecorded(house, post_id) == []


def _last(session: Session) -> int:
    return session.scalars(select(Revision.id).order_by(Revision.id.desc())).first() or 0


def _new_text(session: Session) -> None:
    digest = posts.content_digest(ParsedPost(native_id="", text="Cook wanted, no more"))
    changed = {"text": "Cook wanted, no more", "sha256": digest}
    session.execute(update(Revision).where(Revision.id == _last(session)).values(**changed))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(_new_text, "Revision", id="an undecided revision, its digest with it"),
        pytest.param(
            lambda session: session.execute(
                update(Post).where(Post.native_id == "p-cook").values(url="https://elsewhere.example.test/")
            ),
            "the post's address",
            id="a post's address",
        ),
        pytest.param(
            lambda session: session.execute(update(Post).where(Post.native_id == "p-cook").values(native_id="other")),
            "Revision",
            id="a post's native id",
        ),
        pytest.param(
            lambda session: session.execute(update(Source).values(purpose="Another purpose")), "purpose", id="purpose"
        ),
        pytest.param(
            lambda session: session.execute(update(Source).values(legal_basis="None")), "legal_basis", id="legal basis"
        ),
    ],
)
def test_what_was_changed_is_refused(
    house: House, post_id: int, change: Callable[[Session], object], named: str
) -> None:
    with house.store.transaction() as session:
        change(session)
    with pytest.raises(EvidenceError, match=named):
        _unrecorded(house, post_id)


def test_a_revision_slipped_into_a_capture_is_refused(house: House, post_id: int) -> None:
    with house.store.transaction() as session:
        capture = session.scalars(select(Capture).order_by(Capture.id.desc())).first()
        assert capture is not None
        slipped = ParsedPost(native_id="p-cook", text="Cook wanted, as if it had been there")
        save_post(session, source_id=capture.source_id, capture_id=capture.id, post=slipped, seen_at=NOW)
    with pytest.raises(EvidenceError, match="is not what the audit chain says"):
        _unrecorded(house, post_id)


def test_no_pack_goes_out_with_another_purpose_than_was_recorded(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        session.execute(update(Source).values(purpose="Another purpose"))
    with pytest.raises(EvidenceError, match="purpose"):
        house.export(tmp_path / "pack.zip")


def test_a_pack_states_the_revisions_that_are_older_than_the_digests(house: House, tmp_path: Path) -> None:
    pack = house.export(tmp_path / "pack.zip").path
    assert json.loads(unpack(pack)["data/claims.json"])["unrecorded_revisions"] == [1, 2, 3, 5, 4]
