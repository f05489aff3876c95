"""Rebuilding adds what is missing from the index, brings the rest up to date, and can be done twice."""

from sqlalchemy import delete, select, update

from store import search_rebuild
from store.database import Store
from store.tables import SearchLabel, SearchText
from tests.factories import make_item, make_revision


def _entries(store: Store) -> list[tuple[str, str, float]]:
    with store.reading() as session:
        return [(row.forms, row.lang, row.risk) for row in session.scalars(select(SearchText).order_by("revision_id"))]


def test_what_is_missing_or_stale_is_indexed_anew(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        judged, missing = make_item(session, text="Lương cao").revision_id, make_revision(session, "second").id
        session.execute(delete(SearchText).where(SearchText.revision_id == missing))
        session.execute(delete(SearchLabel))
        session.execute(update(SearchText).where(SearchText.revision_id == judged).values(forms="stale", risk=0.5))
    assert list(search_rebuild.rebuild(sqlite_store, lambda text: text + "!")) == [2]
    rebuilt = _entries(sqlite_store)
    assert rebuilt == [
        ("lương cao\nlương cao!\nluong cao\nluong cao!", "vi", 0.97),
        ("second\nsecond!", "", -1.0),
    ]
    with sqlite_store.reading() as session:
        assert session.scalars(select(SearchLabel.label)).all() == ["scam_centre"]
    assert list(search_rebuild.rebuild(sqlite_store, lambda text: text + "!")) == [2]
    assert _entries(sqlite_store) == rebuilt
