"""Two people at once on PostgreSQL: rows are locked before the audit chain, sessions behind it, so nobody deadlocks."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from store import audit, exposure, preferences, queue, readers, second_factors
from store.database import Store
from store.helplines import Listing, begin
from store.preferences import Preference
from store.tables import Helpline, SecondFactor, SevereExposure, Source, User
from tests.factories import NOW, make_item, make_source, make_user
from tests.review_ui.office import Office

pytestmark = pytest.mark.postgres
# Long enough for the other to reach the row that it waits for.
A_MOMENT_S = 0.3


@pytest.fixture
def postgres(store: Store) -> Store:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return store


def _while_held(store: Store, hold: Callable[[Any], None], act: Callable[[], Any]) -> Any:
    """What `act` gives that begins while a transaction holds something; that one then needs the audit chain too."""
    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as session:
            hold(session)
            acting: Future[Any] = pool.submit(act)
            threading.Event().wait(A_MOMENT_S)
            audit.append(session, actor="test", action="test.held", subject="test")
        return acting.result(timeout=60)


def test_opening_a_case_with_an_item_that_another_is_deciding_on(postgres: Store) -> None:
    office = Office(postgres)
    office.employ("ana")
    item_id = office.post()
    office.confirm("ana", item_id)
    client = office.client("ana")
    form = {"title": "Typing work", "item_id": str(item_id)}
    answer = _while_held(
        postgres, lambda session: queue.lock_item(session, item_id), lambda: client.post("/cases", data=form)
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("change", ["disable", "sessions", "second-factor", "password"])
def test_the_account_of_somebody_who_is_at_work_is_changed(
    postgres: Store, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    office = Office(postgres)
    ana = office.employ("ana")
    office.employ("adm", "administrator")
    client, admin = office.client("ana"), office.client("adm")
    is_at_work, listed = threading.Event(), threading.Event()

    def slow(*_args: object, **_named: object) -> list[str]:
        is_at_work.set()
        listed.wait(A_MOMENT_S)
        return []

    # While the page is put together, in the visit's transaction.
    monkeypatch.setattr("review_ui.account.session_lines", slow)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(lambda: client.get("/account"))
        assert is_at_work.wait(60)
        assert admin.post(f"/people/{ana.id}/{change}").status_code in (200, 303)
        assert working.result(timeout=60).status_code == 200


def test_going_on_does_not_wait_for_an_item_that_another_decides_on_with_its_campaign(postgres: Store) -> None:
    with postgres.transaction() as session:
        user, held = make_user(session), make_item(session)
        queue.claim_item(session, user, held.id, now=NOW)
    with postgres.transaction() as other:
        queue.lock_item(other, held.id)
        with postgres.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            audit.hold(session)
            assert queue.claim_next(session, user, now=NOW) is None
    with postgres.transaction() as session:
        claimed = queue.claim_next(session, user, now=NOW)
        assert claimed is not None
        assert claimed.id == held.id


def _at_once(store: Store, act: Callable[[Any], object]) -> None:
    """Do it in two transactions, the second of which begins before the first has ended."""

    def second() -> None:
        with store.transaction() as session:
            act(session)

    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as session:
            act(session)
            session.flush()
            acting = pool.submit(second)
            threading.Event().wait(A_MOMENT_S)
        acting.result(timeout=60)


def test_one_severe_post_shown_twice_at_once_counts_once(postgres: Store) -> None:
    with postgres.transaction() as session:
        user, item = make_user(session), make_item(session)
    _at_once(postgres, lambda session: exposure.record_shown(session, user, item.id, now=NOW))
    with postgres.reading() as session:
        assert session.query(SevereExposure).count() == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda session, user: preferences.save_preference(session, user, Preference(greyscale=True)),
        lambda session, user: readers.set_languages(session, user, ["vi"]),
    ],
    ids=["preferences", "languages"],
)
def test_a_form_sent_twice_at_once_is_kept_once(postgres: Store, act: Callable[[Any, User], None]) -> None:
    with postgres.transaction() as session:
        user = make_user(session)
    _at_once(postgres, lambda session: act(session, user))
    with postgres.reading() as session:
        assert preferences.preference_of(session, user).greyscale or readers.languages_of(session, user) == {"vi"}


def test_a_second_factor_begun_twice_at_once_is_one(postgres: Store) -> None:
    with postgres.transaction() as session:
        user = make_user(session)
    _at_once(postgres, lambda session: second_factors.begin(session, user, b"sealed", now=NOW))
    with postgres.reading() as session:
        assert session.query(SecondFactor).count() == 1


def test_a_directory_begun_twice_at_once_has_each_number_once(postgres: Store) -> None:
    listings = [Listing(country="KH", name="Police", number="000", source="invented")]
    _at_once(postgres, lambda session: begin(session, listings, now=NOW))
    with postgres.reading() as session:
        assert session.query(Helpline).count() == 1


def test_a_source_made_twice_at_once_is_one(postgres: Store) -> None:
    _at_once(postgres, make_source)
    with postgres.reading() as session:
        assert session.query(Source).count() == 1
