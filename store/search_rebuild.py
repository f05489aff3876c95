"""Indexes every revision anew: after an upgrade that folds texts in another way, or to add what older ones lack."""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from store import posts, search_index, verdicts
from store.database import Store
from store.tables import Revision, SearchText

_BATCH_SIZE = 500


def rebuild(store: Store, clean: Callable[[str], str]) -> Iterator[int]:
    """Batch by batch, each in a transaction of its own so that others can work; yields how many revisions it held.

    `clean` takes the disguise off a text.
    """
    last = 0
    while batch := _index_batch(store, last, clean):
        last = batch[-1]
        yield len(batch)


def _index_batch(store: Store, last: int, clean: Callable[[str], str]) -> list[int]:
    statement = select(Revision).where(Revision.id > last).order_by(Revision.id).limit(_BATCH_SIZE)
    with store.transaction() as session:
        batch = session.scalars(statement.options(joinedload(Revision.post))).all()
        for revision in batch:
            _index(session, revision, clean(posts.full_text(revision)))
        return [revision.id for revision in batch]


def _index(session: Session, revision: Revision, cleaned: str) -> None:
    if session.get(SearchText, revision.id) is None:
        session.add(search_index.entry_of(revision, source_id=revision.post.source_id))
    search_index.index_cleaned(session, revision, cleaned)
    verdict = verdicts.latest_verdict(session, revision.id)
    if verdict is not None:
        search_index.index_verdict(session, verdict)
