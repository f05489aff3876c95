"""Opening the store: the rules of each database hold, and a wrong address is one clear line."""

from pathlib import Path

import pytest
from sqlalchemy import text

from lurewatch.errors import ConfigurationError
from store.database import Store
from store.tables import UtcDateTime


def test_sqlite_runs_as_the_design_wants(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as connection:
        pragmas = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


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
