"""Kept searches: one's own, shared by those who may, and never another's to remove."""

import pytest

from lurewatch.errors import AccessError, DataError, NotFoundError
from store import audit, saved_views
from store.database import Store
from store.tables import User
from tests.factories import NOW, make_user


def _save(store: Store, user: User, name: str = "Flights", query: str = "q=flight", *, is_shared: bool = False) -> int:
    with store.transaction() as session:
        return saved_views.save_view(session, user, name=name, query=query, is_shared=is_shared, now=NOW).id


def _names(store: Store, user: User) -> list[str]:
    with store.reading() as session:
        return [view.name for view in saved_views.views_for(session, user)]


@pytest.fixture
def people(store: Store) -> dict[str, User]:
    roles = ("viewer", "analyst", "supervisor", "administrator")
    with store.transaction() as session:
        return {role: make_user(session, role, role) for role in roles}


def test_a_view_is_its_owners_until_a_supervisor_shares_it(store: Store, people: dict[str, User]) -> None:
    _save(store, people["analyst"], "Own")
    _save(store, people["supervisor"], "For all", is_shared=True)
    assert _names(store, people["analyst"]) == ["For all", "Own"]
    assert _names(store, people["viewer"]) == ["For all"]


def test_only_a_supervisor_shares_and_the_administrator_keeps_nothing(store: Store, people: dict[str, User]) -> None:
    with pytest.raises(AccessError):
        _save(store, people["analyst"], is_shared=True)
    with pytest.raises(AccessError):
        _save(store, people["administrator"])


def test_the_same_name_again_replaces_the_query(store: Store, people: dict[str, User]) -> None:
    first = _save(store, people["viewer"])
    assert _save(store, people["viewer"], query="q=visa") == first
    with store.reading() as session:
        assert [view.query for view in saved_views.views_for(session, people["viewer"])] == ["q=visa"]


def test_a_view_needs_a_name_and_there_are_only_so_many(
    store: Store, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="needs a name"):
        _save(store, people["viewer"], " ")
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    _save(store, people["viewer"])
    with pytest.raises(DataError, match="1 saved views"):
        _save(store, people["viewer"], "Another")


def test_one_removes_ones_own_alone_and_it_is_on_record(store: Store, people: dict[str, User]) -> None:
    view_id = _save(store, people["supervisor"], is_shared=True)
    with store.transaction() as session, pytest.raises(NotFoundError):
        saved_views.remove_view(session, people["viewer"], view_id)
    with store.transaction() as session:
        saved_views.remove_view(session, people["supervisor"], view_id)
    assert _names(store, people["supervisor"]) == []
    with store.reading() as session:
        entries = audit.entries_about(session, [f"view:{view_id}"])
        assert [entry.action for entry in entries] == ["view.saved", "view.removed"]
