"""What every test may use: stores on both databases, and sockets that reach this machine alone."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from store.database import Store
from tests.postgres import WITHOUT_CARE, Postgres, binaries

AUDIT_KEY = b"k" * 32

# How long an example takes says more of the machine than of the code.
settings.register_profile("lurewatch", deadline=None)
settings.load_profile("lurewatch")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first: begun last, one would be waited for when all else is done."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("browser", "slow")))


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


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis server of the test's own."""
    from tests import redis_server

    if redis_server.PROGRAM is None:
        pytest.skip("NO REDIS HERE: install Debian's package `redis-server` to run these tests")
    # Short, for a socket's path may not be long.
    with tempfile.TemporaryDirectory(prefix="lurewatch-redis-") as folder, redis_server.running(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with its tables, to be copied: migrating anew for each test takes most of its time."""
    path = tmp_path_factory.mktemp("tables") / "lurewatch.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with its tables, to be copied."""
    with _database(postgres_url) as url:
        _migrate(url)
        yield url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without tables, on each database in turn."""
    if request.param == "sqlite":
        yield from _open(f"sqlite:///{tmp_path / 'lurewatch.db'}")
        return
    with _database(request.getfixturevalue("postgres_url")) as url:
        yield from _open(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with its tables, on each database in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    with _database(request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_tables")) as url:
        yield from _open(url)


@pytest.fixture
def sqlite_store(empty_tables: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with its tables on SQLite, where the database does not matter."""
    yield from _open(f"sqlite:///{shutil.copy(empty_tables, tmp_path / 'lurewatch.db')}")


@pytest.fixture
def postgres_store_url(postgres_url: str, postgres_tables: str) -> Iterator[str]:
    """The address of a store with its tables on PostgreSQL, for several processes."""
    with _database(postgres_url, postgres_tables) as url:
        yield url


def _open(url: str) -> Iterator[Store]:
    store = Store(url, audit_key=AUDIT_KEY)
    yield store
    store.close()


def _migrate(url: str) -> None:
    for store in _open(url):
        store.upgrade()


@contextmanager
def _database(url: str, template: str = "template1") -> Iterator[str]:
    """The address of a new database on that server; dropped afterwards, with whoever is still connected."""
    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        yield url.rsplit("/", 1)[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
