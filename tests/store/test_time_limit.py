"""A statement without an end is stopped with one clear line, and the connection is good for more."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lurewatch.errors import DataError
from store.database import Store
from store.time_limit import time_limit

ENDLESS = text("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 0 FROM c) SELECT count(*) FROM c")


def test_what_takes_too_long_is_stopped(empty_store: Store) -> None:
    refused = pytest.raises(DataError, match=r"stopped after 0\.2 seconds")
    with empty_store.reading() as session, refused, time_limit(session, 0.2):
        session.execute(ENDLESS)
    with empty_store.reading() as session, time_limit(session, 5):
        assert session.scalar(text("SELECT 1")) == 1


def test_no_other_statement_inherits_the_limit(empty_store: Store) -> None:
    with empty_store.reading() as session:
        with time_limit(session, 0.2):
            session.execute(text("SELECT 1"))
        slow = ENDLESS.text.replace("x + 0 FROM c", "x + 1 FROM c WHERE x < 1000000")
        assert session.scalar(text(slow)) == 1_000_000


def test_other_faults_keep_their_name(empty_store: Store) -> None:
    if empty_store.engine.dialect.name == "postgresql":
        pytest.skip("a missing table is no operational error there")
    with empty_store.reading() as session, pytest.raises(OperationalError), time_limit(session, 5):
        session.execute(text("SELECT 1 FROM nowhere"))
