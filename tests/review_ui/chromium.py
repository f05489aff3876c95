"""Debian's Chromium for the tests: how it starts, and how people sign in, come to pages and press keys."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.review_ui.office import PASSWORD, Office

CHROMIUM = shutil.which("chromium")
# A name that only this browser knows; to it, unlike 127.0.0.1, plain http is no secure place.
LAN_HOST = "review.test"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {LAN_HOST} 127.0.0.1",
]
# Only what fails waits so long; a machine that is busy with other work needs it.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
# As far as the longest page of all has places where Tab stops.
_MOST_TABS = 150

in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM HERE: install Debian's package `chromium`"),
]


@contextmanager
def serving(office: Office) -> Iterator[str]:
    """The address at which the office's application answers until the block ends."""
    server = uvicorn.Server(uvicorn.Config(office.app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def page_on(
    browser: Browser, base: str, *, script: bool = True, width: int = 1280, scheme: str = "light"
) -> Iterator[Page]:
    """A page of a browser that nobody has used before."""
    context = browser.new_context(
        base_url=base,
        java_script_enabled=script,
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def sign_in(page: Page, username: str = "ana") -> None:
    """By the form, as people do."""
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def let_in(page: Page, office: Office, base: str, username: str) -> None:
    """Signed in without the form, where that is not what the test is of."""
    cookies = office.client(username).cookies
    page.context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])


def arrive(page: Page, item_id: int) -> None:
    """Wait until the item's page is there, in place or loaded."""
    page.wait_for_url(f"**/items/{item_id}")
    expect(page.locator("h1")).to_contain_text(f"Item {item_id}")


def press(page: Page, code: str) -> None:
    """Press a key once the page has been shown for long enough to be read."""
    page.wait_for_timeout(500)
    page.keyboard.press(code)


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on with Tab until the wanted element has the focus; fails where the keyboard does not reach it."""
    for _ in range(_MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not reach {wanted}.")


def follow(page: Page, way: Locator) -> None:
    """Click what leads to a page that may look the same; what is clicked before that is there would go with the old."""
    page.locator("main").evaluate("main => main.classList.add('before')")
    way.click()
    expect(page.locator("main.before")).to_have_count(0)


def type_at(page: Page, wanted: Locator, text: str) -> None:
    """Type where the page itself puts the focus; what is typed before the browser has moved it there is lost."""
    expect(wanted).to_be_focused()
    page.keyboard.type(text)


def outcomes(office: Office, item_id: int) -> list[str]:
    """What was decided on an item, oldest first."""
    return [decision.outcome for decision in office.decisions(item_id)]
