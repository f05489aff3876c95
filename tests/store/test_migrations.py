"""Every migration goes up and down, empty and with data, and the head is what the tables say."""

from dataclasses import replace

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from store import cases, queue
from store.database import Store
from store.tables import Base, Case, Decision, Post, Revision, User
from tests.factories import NOW, make_form, make_item, make_user

SCRIPTS = ScriptDirectory("store/migrations")
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]


def _fill(store: Store) -> None:
    with store.transaction() as session:
        user = make_user(session, role="supervisor")
        item = make_item(session)
        queue.decide(session, user, make_form(item), now=NOW)
        case = cases.open_case(session, user, title="Typing work", now=NOW)
        cases.add_item(session, user, case, item, now=NOW)
        queue.decide(session, user, make_form(make_item(session), "benign"), now=NOW)
        queue.undo(session, user, idem_key="undo", now=NOW)


def test_head_equals_the_tables(store: Store) -> None:
    assert store.schema_differences() == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_goes_up_and_down_again(empty_store: Store, revision: str) -> None:
    empty_store.upgrade(revision)
    below = SCRIPTS.get_revision(revision).down_revision or "base"
    empty_store.downgrade(below)
    if below == "base":
        assert set(inspect(empty_store.engine).get_table_names()) <= {"alembic_version"}
    empty_store.upgrade("head")
    assert empty_store.schema_differences() == []


def test_upgrading_again_keeps_the_data(store: Store) -> None:
    _fill(store)
    store.upgrade()
    with store.reading() as session:
        for table in (User, Post, Revision, Decision, Case):
            assert session.scalars(select(table)).first() is not None


def test_downgrade_with_data_and_up_again(store: Store) -> None:
    _fill(store)
    store.downgrade("base")
    store.upgrade()
    assert set(inspect(store.engine).get_table_names()) >= set(Base.metadata.tables)


def test_labels_of_decisions_are_new_and_older_decisions_have_none(store: Store) -> None:
    with store.transaction() as session:
        user, item = make_user(session), make_item(session)
        form = replace(make_form(item), labels=("smuggling",))
        assert queue.decide(session, user, form, now=NOW).labels == ["smuggling"]
    store.downgrade("0001")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT outcome FROM decision")).scalars().all() == ["confirmed"]
    store.upgrade()
    with store.reading() as session:
        assert session.scalars(select(Decision.labels)).all() == [None]
        assert session.scalars(select(Decision.outcome).where(Decision.labels.is_(None))).all() == ["confirmed"]


def test_one_head_only() -> None:
    assert len(SCRIPTS.get_heads()) == 1
