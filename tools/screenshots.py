"""`python -m tools.screenshots OUT`: a picture of every page of the review application, as the demo fills it.

For looking at, not for comparing: each page as the role that works with it meets it, in every language, wide and
narrow, light and dark. `--demo DIR` takes a demo that was made before (`make demo ARGS="--headless --dir DIR"`);
without it one is made in a temporary folder. Needs Debian's package `chromium`; it loads nothing but the application.
"""

import argparse
import itertools
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import uvicorn
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from starlette.types import ASGIApp

from lurewatch.demo import run_demo
from lurewatch.installation import Installation
from lurewatch.review import review_app
from review_ui.languages import LANGUAGES
from review_ui.passwords import PasswordCost, Passwords
from store import campaigns, queue_list, users
from store.database import Store


class Place(NamedTuple):
    """A page by name, the role that sees it (none: whoever comes), and its address or what leads to it."""

    name: str
    role: str
    where: str


PAGES = [
    Place("sign-in", "", "/sign-in"),
    Place("queue", "analyst", "/queue"),
    Place("item", "analyst", "/queue/next"),
    Place("item-of-campaign", "analyst", "/items/{campaign}"),
    Place("campaign", "analyst", "/items/{campaign}/campaign"),
    Place("identifier", "analyst", "/identifiers/1"),
    Place("search", "analyst", "/search?q=work"),
    Place("reading-languages", "analyst", "/languages"),
    Place("intake", "analyst", "/intake"),
    Place("practice", "analyst", "/practice"),
    Place("practice-task", "analyst", "form[action='/practice'] button.main"),
    Place("tokens", "analyst", "/tokens"),
    Place("account", "analyst", "/account"),
    Place("password", "analyst", "/account/password"),
    Place("second-factor", "analyst", "/account/second-factor"),
    Place("preferences", "analyst", "/account/preferences"),
    Place("missing", "analyst", "/items/4711"),
    Place("cases", "investigator", "/cases"),
    Place("case", "investigator", "/cases/CASE-2026-0001"),
    Place("redacted", "investigator", "/cases/CASE-2026-0001/redacted"),
    Place("retention", "investigator", "/retention"),
    Place("verify", "investigator", "/verify"),
    Place("dashboards", "supervisor", "/dashboards"),
    Place("quality", "supervisor", "/quality"),
    Place("helplines", "supervisor", "/helplines"),
    Place("people", "administrator", "/people"),
    Place("person", "administrator", "/people/1"),
    Place("sessions", "administrator", "/sessions"),
    Place("webhooks", "administrator", "/webhooks"),
    Place("identities", "auditor", "/identities"),
    Place("audit", "auditor", "/audit"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HEIGHTS = {1280: 900, 320: 640}
SCHEMES = ("light", "dark")
PATIENCE_MS = 120_000


class Look(NamedTuple):
    """How a page is drawn: the language's tag, the width in CSS pixels, light or dark."""

    language: str
    width: int
    scheme: str


def draw(out: Path, demo: Path, looks: Sequence[Look], names: Collection[str]) -> None:
    """Draw the pages of these names in each look into `out`, as LANGUAGE-WIDTH-SCHEME/PAGE.png."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no Chromium here: install Debian's package `chromium`.")
    installation = Installation.at(demo, {})
    with installation.open_store() as store, sync_playwright() as playwright:
        password = _open_accounts(store)
        places = _places(store, names)
        with serving(review_app(installation, store, host="127.0.0.1")) as base:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            states = {
                role: _sign_in(browser, base, role, password) for role in sorted({place.role for place in places})
            }
            for look in looks:
                _draw_all(browser, base, out / "-".join(map(str, look)), look, places, states)
            browser.close()


def _places(store: Store, names: Collection[str]) -> list[Place]:
    """Where the pages are in this demo."""
    with store.reading() as session:
        listed = queue_list.items(session, queue_list.ListFilter(), now=datetime.now(UTC), limit=1_000)
        sizes = {item.id: campaigns.size_of(session, item.revision.post_id) for item in listed}
    campaign = max(sizes, key=lambda item_id: sizes[item_id])
    return [place._replace(where=place.where.format(campaign=campaign)) for place in PAGES if place.name in names]


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The address on loopback at which the application answers until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    if not server.started:
        sys.exit("The application did not start within 20 seconds.")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _open_accounts(store: Store) -> str:
    """Accounts named picture-ROLE, made new or given a new password, which is returned and kept nowhere."""
    password = secrets.token_urlsafe(24)
    hashed = Passwords(PasswordCost()).hash(password)
    with store.transaction() as session:
        for role in sorted({place.role for place in PAGES if place.role}):
            name, now = f"picture-{role}", datetime.now(UTC)
            user = users.user_by_name(session, name)
            if user is None:
                users.add_user(session, username=name, role=role, password_hash=hashed, now=now)
            else:
                user.password_hash = hashed
    return password


def _sign_in(browser: Browser, base: str, role: str, password: str) -> StorageState | None:
    """What a browser of this role keeps; None for nobody's."""
    if not role:
        return None
    context = browser.new_context(base_url=base)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", f"picture-{role}")
    page.fill("[name=password]", password)
    page.click("form.stack button.main")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    state = context.storage_state()
    context.close()
    return state


def _draw_all(
    browser: Browser,
    base: str,
    folder: Path,
    look: Look,
    places: Sequence[Place],
    states: Mapping[str, StorageState | None],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for role, own in itertools.groupby(places, key=lambda place: place.role):
        context = browser.new_context(
            base_url=base,
            storage_state=states[role],
            extra_http_headers={"Accept-Language": look.language},
            viewport={"width": look.width, "height": HEIGHTS[look.width]},
            color_scheme="dark" if look.scheme == "dark" else "light",
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        for place in own:
            _go(page, place.where)
            page.screenshot(path=folder / f"{place.name}.png", full_page=True)
        context.close()


def _go(page: Page, where: str) -> None:
    """Open an address, or press what a selector finds on the page before."""
    if where.startswith("/"):
        page.goto(where)
    else:
        before = page.url
        page.locator(where).first.click()
        page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("networkidle")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder for the pictures")
    parser.add_argument("--demo", type=Path, metavar="DIR", help="a demo that is there already")
    parser.add_argument("--page", action="append", help="only the one of this name; may be given again")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one; may be given again")
    parser.add_argument("--width", type=int, choices=HEIGHTS, action="append", help="only this one, in CSS pixels")
    parser.add_argument("--scheme", choices=SCHEMES, action="append", help="only this one")
    given = parser.parse_args()
    languages, widths, schemes = given.language or LANGUAGES, given.width or HEIGHTS, given.scheme or SCHEMES
    looks = list(itertools.starmap(Look, itertools.product(languages, widths, schemes)))
    names = given.page or [place.name for place in PAGES]
    with tempfile.TemporaryDirectory() as folder:
        demo = given.demo or Path(folder)
        if given.demo is None:
            run_demo(demo, headless=True, port=0)
        draw(given.out, demo, looks, names)


if __name__ == "__main__":
    main()
