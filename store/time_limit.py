"""Ends a question to the database that takes too long, so that no search holds up the others."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lurewatch.errors import DataError

# SQLite asks after so many steps of its machine whether to go on: some tenths of a millisecond.
_STEPS = 10_000


@contextmanager
def time_limit(session: Session, limit_s: float) -> Iterator[None]:
    """A block of reading statements; DataError when it takes longer than `limit_s` (PostgreSQL: one of them)."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    try:
        with _sqlite_limit(session, limit_s) if is_sqlite else _postgresql_limit(session, limit_s):
            yield
    except OperationalError as error:
        if "interrupted" not in str(error.orig) and "statement timeout" not in str(error.orig):
            raise
        raise DataError(
            f"The search was stopped after {limit_s:g} seconds.", hint="Give more letters, or narrow it further."
        ) from error


@contextmanager
def _sqlite_limit(session: Session, limit_s: float) -> Iterator[None]:
    driver = session.connection().connection.dbapi_connection
    assert driver is not None  # noqa: S101
    end = time.monotonic() + limit_s
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _postgresql_limit(session: Session, limit_s: float) -> Iterator[None]:
    session.execute(text(f"SET LOCAL statement_timeout = {round(limit_s * 1000)}"))
    yield
    session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
