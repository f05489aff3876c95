"""Takes what deletions leave behind off the database's own files, as far as the database can.

SQLite overwrites deleted rows at once (`secure_delete`, set in `database`); the search index keeps trigrams of them
until its parts are merged, and the write-ahead log until it is emptied. PostgreSQL keeps dead rows until they are
vacuumed, and older states in its own log. No backup is reached from here.
"""

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Integer, func, select, text

from store.database import Store
from store.tables import (
    Base,
    Capture,
    Decision,
    HandedIn,
    Identifier,
    Indicator,
    Post,
    RedactionMark,
    Revision,
    SearchText,
    Verdict,
)

# Index pages merged in one transaction: others write in between.
_MERGED_PAGES = 500
_VACUUMED: Sequence[type[Base]] = (
    *(Post, Revision, Verdict, Indicator, Identifier, Decision, SearchText, Capture),
    *(HandedIn, RedactionMark),
)


def scrub(store: Store) -> None:
    """To be called after erasing; on a large store it takes a while, and others go on meanwhile."""
    if store.engine.dialect.name == "sqlite":
        _merge_search_index(store)
        with closing(store.engine.raw_connection()) as connection:  # Within a transaction it is refused.
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in _VACUUMED:
            connection.exec_driver_sql(f"VACUUM {table.__tablename__}")


def _merge_search_index(store: Store) -> None:
    # A negative count begins to merge everything into one part (https://sqlite.org/fts5.html#the_merge_command).
    pages = -_MERGED_PAGES
    while _merged(store, pages):
        pages = _MERGED_PAGES


def _merged(store: Store, pages: int) -> bool:
    """Whether there was anything to merge: by FTS5's own rule, two changes or more."""
    changes = select(func.total_changes(type_=Integer))
    with store.transaction() as session:
        before = session.scalars(changes).one()
        session.execute(text("INSERT INTO search_gram(search_gram, rank) VALUES ('merge', :pages)"), {"pages": pages})
        return session.scalars(changes).one() - before >= 2
