"""The office that the tests of the review application work in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from store.database import Store
from tests.review_ui.chromium import ARGUMENTS, CHROMIUM, LAN_HOST, serving
from tests.review_ui.office import Office


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    """An application on an empty store, and nobody employed yet."""
    return Office(sqlite_store)


@pytest.fixture
def staffed(office: Office) -> Office:
    """An office with one person of each role that the route tests need."""
    for username, role in [("ana", "analyst"), ("binh", "analyst"), ("vi", "viewer"), ("inv", "investigator")]:
        office.employ(username, role)
    office.employ("sup", "supervisor")
    office.employ("adm", "administrator")
    office.employ("aud", "auditor")
    office.employ("res", "researcher")
    return office


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What steers the browser; of one module, for it keeps an event loop running."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for a whole module; each page has a context of its own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def served(sqlite_store: Store) -> Iterator[tuple[Office, str]]:
    """An office with an analyst and a supervisor, and the address of its application."""
    office = Office(sqlite_store, allowed_hosts=("127.0.0.1", LAN_HOST))
    office.employ("ana")
    office.employ("sup", "supervisor")
    with serving(office) as base:
        yield office, base
