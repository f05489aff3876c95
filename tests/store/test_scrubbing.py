"""Of an erased post nothing is left in SQLite's files; PostgreSQL is asked to vacuum."""

from pathlib import Path

from sqlalchemy import text

from store import erasing
from store.database import Store
from store.scrubbing import scrub
from tests.store.test_retention import CUTOFF, LATER, make_plain

ODD = "zqxjkv wfpbgq harbour cook"


def test_no_byte_of_an_erased_text_is_left(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        post_id = make_plain(session, ODD).id
        make_plain(session, "Nurse wanted in Hanoi")
    assert _holds(tmp_path, b"zqxjkv")
    with sqlite_store.transaction() as session:
        erasing.erase_due(session, [post_id], before=CUTOFF, actor="retention", now=LATER)
    scrub(sqlite_store)
    assert not _holds(tmp_path, b"zqxjkv")
    with sqlite_store.reading() as session:
        terms = session.scalars(text("SELECT term FROM search_gram_term")).all()
    assert "qxj" not in terms
    assert "han" in terms


def test_scrubbing_goes_without_anything_to_scrub(store: Store) -> None:
    with store.transaction() as session:
        make_plain(session)
    scrub(store)
    scrub(store)


def _holds(folder: Path, wanted: bytes) -> bool:
    return any(wanted in path.read_bytes() for path in folder.glob("lurewatch.db*"))
