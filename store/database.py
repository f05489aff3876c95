"""Opens the store and hands out sessions: SQLite in WAL mode by default, PostgreSQL by URL.

Every writing session is one transaction that holds the write lock from its first statement, so that reading and
then writing is safe on both databases; those of one process take turns. What `transaction()` has returned from is on
the disk.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from lurewatch.errors import ConfigurationError
from store.audit import remember_end
from store.tables import Base
from store.turns import Turns

# Another process may hold SQLite's write lock: who waits asks again only now and then, and others may come first.
BUSY_TIMEOUT_MS = 30_000
TURN_LIMIT_S = 30.0
# On PostgreSQL a long transaction of one person need not hold up everybody.
_AT_ONCE = {"sqlite": 1, "postgresql": 4}
# Of each index: so many rows say enough (https://sqlite.org/lang_analyze.html), and a million posts take seconds.
_ANALYSED_ROWS = 1_000
# As many as an application has threads.
_CONNECTIONS = 40
# Any number that no other program on the same PostgreSQL server takes for its own lock.
_MIGRATION_LOCK = 0x4C757265


class Store:
    """One installation's database.

    `audit_key` is the secret under which the end of the audit chain is kept; it never enters the database. `witness`
    is a file beside the key that remembers how far the chain had come, for a database put back to an older state;
    `notary` is told each end that was committed. A store opened `to_read` changes not a byte of SQLite's file.
    """

    def __init__(
        self,
        url: str,
        *,
        audit_key: bytes,
        witness: Path | None = None,
        notary: Callable[[int, str], None] | None = None,
        to_read: bool = False,
    ) -> None:
        self.engine = _open_engine(url, to_read=to_read)
        reading = self.engine.execution_options(**_reading_options(self.engine))
        info = {"audit_key": audit_key, "audit_witness": witness, "audit_notary": notary}
        self._writer = sessionmaker(self.engine, expire_on_commit=False, info=info)
        self._reader = sessionmaker(reading, expire_on_commit=False, info=info)
        event.listen(self._writer, "after_commit", remember_end)
        self._turns = Turns(_AT_ONCE[self.engine.dialect.name])

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes; it is committed at the end of the block and rolled back on an exception.

        TimeoutError when other threads write for TURN_LIMIT_S: no thread may begin one within another.
        """
        with self._turns.turn(TURN_LIMIT_S), self._writer.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, from one consistent snapshot."""
        with self._reader() as session:
            yield session

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to `revision`."""
        _migrate(self.engine, command.upgrade, revision)

    def downgrade(self, revision: str) -> None:
        """Take the tables back to `revision`."""
        _migrate(self.engine, command.downgrade, revision)

    def analyse(self) -> None:
        """Tell the database how its rows are spread: without that SQLite reads whole tables to find a few rows."""
        with self.transaction() as session:
            if self.engine.dialect.name == "sqlite":
                session.execute(text(f"PRAGMA analysis_limit={_ANALYSED_ROWS}"))
            session.execute(text("ANALYZE"))
        # SQLite's connections know what was there when they were opened.
        self.engine.dispose()

    def schema_differences(self) -> list[Any]:
        """What the migrated tables lack against `store.tables`; empty when head == tables."""
        with self.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_a_table})
            return list(compare_metadata(context, Base.metadata))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _open_engine(url: str, *, to_read: bool) -> Engine:
    # hide_parameters: an error of the database never quotes a post.
    pool = {"pool_size": _CONNECTIONS, "max_overflow": 0}
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True, **pool
            )
        elif parsed.get_backend_name() == "sqlite":
            waits = {"timeout": BUSY_TIMEOUT_MS / 1000}
            address = _unwritable(parsed) if to_read else parsed
            engine = create_engine(address, connect_args=waits, hide_parameters=True, **pool)
        else:
            raise NoSuchModuleError
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigurationError(
            f"The store URL {_without_password(url)!r} is not understood.",
            hint="Give sqlite:///FILE or postgresql://USER@HOST/DATABASE.",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_to_read if to_read else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _unwritable(url: URL) -> URL:
    """The SQLite file so that nothing is written; on a read-only disk not even locks, where there is no log to heed."""
    path = Path(url.database or "").absolute()
    is_still = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    query = {"mode": "ro", "uri": "true", **({"immutable": "1"} if is_still else {})}
    return url.set(database=path.as_uri(), query=query)


def _is_a_table(name: str | None, _kind: str, _parents: object) -> bool:
    # Of the search index the tables know nothing: each database has its own (the migration that made it).
    return not (name or "").startswith("search_gram")


def _reading_options(engine: Engine) -> dict[str, Any]:
    # PostgreSQL's usual level gives each statement a snapshot of its own: a chain would seem to end before its head.
    snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    return {"reads_only": True, **snapshot}


def _without_password(url: str) -> str:
    return url.split("@")[-1]


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling would start them late and as DEFERRED.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # What is erased is overwritten.
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_sqlite_to_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON").close()


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _migrate(engine: Engine, step: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with engine.connect() as connection:
            _wait_for_other_migrations(connection)
            config.attributes["connection"] = connection
            step(config, revision)
    except DatabaseError as error:
        raise ConfigurationError(
            f"The store at {engine.url.render_as_string(hide_password=True)} cannot be opened: {error.orig}.",
            hint="Check that the folder exists and can be written, that the server runs, and that the file is whole.",
        ) from error
    except CommandError as error:
        raise ConfigurationError(
            f"The store at {engine.url.render_as_string(hide_password=True)} is of another version: {error}.",
            hint="Use the Lurewatch that made it, or a newer one.",
        ) from error


def _wait_for_other_migrations(connection: Connection) -> None:
    # SQLite has one writer anyway. The lock goes with the transaction in which the migrations run.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
