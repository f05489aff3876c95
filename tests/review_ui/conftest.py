"""The office that the tests of the review application work in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store
from tests.conftest import AUDIT_KEY
from tests.review_ui.office import Office


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, to be copied: migrating anew for each test takes most of its time."""
    path = tmp_path_factory.mktemp("tables") / "lurewatch.db"
    store = Store(f"sqlite:///{path}", audit_key=AUDIT_KEY)
    store.upgrade()
    store.close()
    return path


@pytest.fixture
def copied_store(empty_tables: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store of this test alone."""
    path = shutil.copy(empty_tables, tmp_path / "lurewatch.db")
    store = Store(f"sqlite:///{path}", audit_key=AUDIT_KEY)
    yield store
    store.close()


@pytest.fixture
def office(copied_store: Store) -> Office:
    """An application on an empty store, and nobody employed yet."""
    return Office(copied_store)


@pytest.fixture
def staffed(office: Office) -> Office:
    """An office with one person of each role that the route tests need."""
    for username, role in [("ana", "analyst"), ("binh", "analyst"), ("vi", "viewer"), ("inv", "investigator")]:
        office.employ(username, role)
    office.employ("sup", "supervisor")
    office.employ("adm", "administrator")
    office.employ("aud", "auditor")
    return office
