"""Opening the store: the rules of each database hold, and a wrong address is one clear line."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lurewatch.errors import ConfigurationError
from store.database import Store
from store.tables import UtcDateTime
from tests.factories import make_item


def test_sqlite_runs_as_the_design_wants(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as connection:
        pragmas = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_writing_session_holds_the_lock_from_its_first_statement(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_MS", 1)
    other = Store(sqlite_store.engine.url.render_as_string(), audit_key=b"k" * 32)
    with sqlite_store.transaction() as session:
        session.scalar(text("SELECT 1"))
        with pytest.raises(OperationalError, match="database is locked"), other.transaction() as writing:
            writing.scalar(text("SELECT 1"))
        with other.reading() as reading:
            assert reading.scalar(text("SELECT 1")) == 1
    other.close()


def test_how_rows_are_spread_is_told_to_the_database(store: Store) -> None:
    counted = {
        "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'queue_item'",
        "postgresql": "SELECT count(*) FROM pg_stats WHERE tablename = 'queue_item'",
    }[store.engine.dialect.name]
    with store.transaction() as session:
        make_item(session)
        make_item(session)
    store.analyse()
    with store.reading() as session:
        assert (session.scalar(text(counted)) or 0) > 0


def test_threads_take_turns_however_long_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_MS", 1)
    with Store(f"sqlite:///{tmp_path / 'x.db'}", audit_key=b"k" * 32) as store:
        store.upgrade()
        is_held, met = Event(), []

        def write() -> None:
            is_held.wait()
            with store.transaction() as session:
                session.scalar(text("SELECT 1"))
                met.append("second")

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(write)
            with store.transaction() as session:
                session.scalar(text("SELECT 1"))
                is_held.set()
                time.sleep(0.2)
                met.append("first")
            waiting.result()
    assert met == ["first", "second"]


@pytest.mark.parametrize("url", ["mysql://h/db", "not a url", "oracle://x"])
def test_an_unknown_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="is not understood"):
        Store(url, audit_key=b"k")


def test_a_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Store("mysql://somebody:secret@h/db", audit_key=b"k")
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'missing' / 'x.db'}", audit_key=b"k")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        store.upgrade()


def test_an_instant_without_a_zone_is_a_mistake_of_ours() -> None:
    from datetime import datetime

    with pytest.raises(ValueError, match="has no time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    from store import users

    with pytest.raises(RuntimeError), store.transaction() as session:  # noqa: PT012
        from tests.factories import make_user

        make_user(session, "an")
        raise RuntimeError
    with store.reading() as session:
        assert users.user_count(session) == 0


def test_reading_sees_one_snapshot(store: Store) -> None:
    from store import users
    from tests.factories import make_user

    with store.reading() as session:
        before = users.user_count(session)
        with store.transaction() as writing:
            make_user(writing, "later")
        assert users.user_count(session) == before


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database")
    store = Store(f"sqlite:///{tmp_path / 'x.db'}", audit_key=b"k")
    with pytest.raises(ConfigurationError, match="not a database"):
        store.upgrade()


def test_a_store_of_a_later_version_is_refused(store: Store) -> None:
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="of another version"):
        store.upgrade()


def test_several_processes_may_open_a_new_store_at_once(empty_store: Store) -> None:
    opening = "import sys; from store.database import Store; Store(sys.argv[1], audit_key=b'k').upgrade()"
    url = empty_store.engine.url.render_as_string(hide_password=False)
    started = [
        subprocess.Popen([sys.executable, "-c", opening, url], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [process.communicate()[1] for process in started] == ["", "", ""]
    assert empty_store.schema_differences() == []
