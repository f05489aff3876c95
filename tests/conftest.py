"""What every test may use: stores on both databases, and sockets that reach this machine alone."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store

AUDIT_KEY = b"k" * 32
_DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def pytest_runtest_setup() -> None:
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, from installed binaries, as an unprivileged user."""
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL HERE: install Debian's package `postgresql` to run these tests")
    # Not in pytest's folder: that is closed to the user who runs the server.
    with tempfile.TemporaryDirectory(prefix="lurewatch-postgres-") as folder:
        server = _Postgres(binaries, Path(folder))
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


class _Postgres:
    """A server in `folder` that listens on a loopback port and trusts whoever can reach it."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._port = _free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        self.url = f"postgresql://lurewatch@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        data = self._folder / "data"
        if self._user:
            # initdb refuses to run as root.
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", "-D", str(data), "-U", "lurewatch", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, *arguments],
            user=self._user,
            cwd=self._folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


def _postgres_binaries() -> Path | None:
    versions = sorted(_DEBIAN_POSTGRES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fresh_database(url: str) -> str:
    import psycopg

    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return url.rsplit("/", 1)[0] + f"/{name}"
