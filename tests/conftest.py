"""What every test may use: stores on both databases, and sockets that reach this machine alone."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store
from tests.postgres import WITHOUT_CARE, Postgres, binaries

AUDIT_KEY = b"k" * 32


def pytest_runtest_setup() -> None:
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, from installed binaries, as an unprivileged user."""
    programs = binaries()
    if programs is None:
        pytest.skip("NO POSTGRESQL HERE: install Debian's package `postgresql` to run these tests")
    # Not in pytest's folder: that is closed to the user who runs the server.
    with tempfile.TemporaryDirectory(prefix="lurewatch-postgres-") as folder:
        server = Postgres(programs, Path(folder), WITHOUT_CARE)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without tables, on each database in turn."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'lurewatch.db'}", audit_key=AUDIT_KEY)
        yield store
        store.close()
        return
    url = request.getfixturevalue("postgres_url")
    store = Store(_fresh_database(url), audit_key=AUDIT_KEY)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A store with its tables, on each database in turn."""
    empty_store.upgrade()
    return empty_store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store with its tables on SQLite, where the database does not matter."""
    store = Store(f"sqlite:///{tmp_path / 'lurewatch.db'}", audit_key=AUDIT_KEY)
    store.upgrade()
    yield store
    store.close()


def _fresh_database(url: str) -> str:
    import psycopg

    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return url.rsplit("/", 1)[0] + f"/{name}"
