"""Every page in a real Chromium: for eyes and hands, on every width, in every language, printed, with hostile text."""

import os
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from review_ui import languages
from store import cases
from store.database import Store
from store.parsed_post import ParsedPost
from store.tables import QueueItem
from tests.review_ui.chromium import in_chromium, let_in, page_on, serving
from tests.review_ui.furniture import NOT_PAGES, Place, edit, furnish, join, office_with, posted
from tests.review_ui.hostile import PAYLOADS
from tests.review_ui.mirrored import mirrored
from tests.review_ui.office import Office
from tests.review_ui.test_app import ROUTES

pytestmark = in_chromium

FURNISHED = tuple[Office, str, dict[str, Place]]
# The marks, numbers and links that we put into collected text, and nothing else; and no attribute that acts.
STRAYS = """() => [
  ...[...document.querySelectorAll("main .collected *")].filter(
    (one) => !one.matches("mark, ins, del, bdi, span.quiet, .quotes a[href^='#mark-']")),
  ...document.querySelectorAll("main :is(script, img, iframe, style, object, embed, base, meta, link, video, math)"),
  ...document.querySelectorAll("main :is([onload], [onerror], [onfocus], [ontoggle], [onmouseover], [style], [ping])"),
  ...document.querySelectorAll("main :is([hx-get], [srcset], [srcdoc], [background], [popover], template)"),
  ...[...document.querySelectorAll("main a")].filter((one) => one.origin !== location.origin),
].map((one) => one.outerHTML.slice(0, 100))"""


@pytest.fixture
def furnished(sqlite_store: Store) -> Iterator[FURNISHED]:
    """An office with something on every page, its address, and where the pages are."""
    office = office_with(sqlite_store)
    places = furnish(office)
    with serving(office) as base:
        yield office, base, places


def _walk(
    browser: Browser, furnished: FURNISHED, *, width: int = 1280, language: str = "en"
) -> Iterator[tuple[str, Page]]:
    """Each page by its name, opened by whoever it is for, and everything on it unfolded."""
    office, base, places = furnished
    for username, own in groupby(
        sorted(places.items(), key=lambda place: place[1].username), lambda one: one[1].username
    ):
        with page_on(browser, base, width=width) as page:
            page.context.add_cookies([{"name": languages.COOKIE, "value": language, "url": base}])
            if username:
                let_in(page, office, base, username)
            for name, place in own:
                page.goto(place.path)
                assert urlsplit(page.url).path == urlsplit(place.path).path, name
                page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
                yield name, page


def test_every_route_that_is_a_page_is_walked(sqlite_store: Store) -> None:
    walked = {name.partition(" ")[0] for name in furnish(office_with(sqlite_store))}
    pages = {path for method, path in ROUTES if method == "GET"} - NOT_PAGES
    assert walked == pages, "Give the new page a place in tests/review_ui/furniture.py, or name it in NOT_PAGES."


def test_no_page_has_a_serious_fault_of_accessibility(browser: Browser, furnished: FURNISHED) -> None:
    faults = []
    for name, page in _walk(browser, furnished):
        faults += [f"{name}: {fault}" for fault in serious_faults(page)]
        page.emulate_media(color_scheme="dark")
        faults += [f"{name}, dark: {fault}" for fault in serious_faults(page, "color-contrast")]
        page.emulate_media(color_scheme="light", forced_colors="active")
        faults += [f"{name}, forced colours: {fault}" for fault in serious_faults(page, "color-contrast")]
        page.emulate_media(forced_colors="none")
    assert faults == []


def serious_faults(page: Page, *rules: str) -> list[str]:
    """What axe-core finds serious or critical, by all its rules or by these."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found if fault["impact"] in {"serious", "critical"}
    ]


# 640: what a window of 1280 pixels has room for at twice the size.
@pytest.mark.parametrize("width", [320, 640, 1280])
def test_no_page_scrolls_sideways(browser: Browser, furnished: FURNISHED, tmp_path: Path, width: int) -> None:
    wide = [name for name, page in _walk(browser, furnished, width=width) if not _fits(page, tmp_path, name)]
    assert wide == []


@pytest.mark.parametrize("language", [*(tag for tag in languages.LANGUAGES if tag != "en"), "he-XB"])
def test_every_page_fits_in_every_language(
    browser: Browser, furnished: FURNISHED, right_to_left: str, tmp_path: Path, language: str
) -> None:
    wide = []
    for name, page in _walk(browser, furnished, width=320, language=language):
        assert page.locator("html").get_attribute("lang") == language, name
        if not _fits(page, tmp_path, f"{name} {language}"):
            wide.append(name)
    assert wide == []
    assert right_to_left in languages.LANGUAGES


def _fits(page: Page, tmp_path: Path, name: str) -> bool:
    """Whether nothing sticks out of the page sideways; a picture of it goes where LUREWATCH_SHOTS says, if it does."""
    if "LUREWATCH_SHOTS" in os.environ:
        file = re.sub(r"\W+", "-", name).strip("-")
        width = page.evaluate("innerWidth")
        page.screenshot(path=Path(os.environ["LUREWATCH_SHOTS"]) / f"{file}-{width}.png", full_page=True)
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture
def right_to_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language that only tests know: English in Hebrew letters, from right to left."""
    with mirrored(tmp_path, monkeypatch) as tag:
        yield tag


def test_pages_print_whole_and_without_controls(browser: Browser, furnished: FURNISHED) -> None:
    office, base, places = furnished
    with page_on(browser, base, width=720) as page:
        let_in(page, office, base, "sup")
        for name in ("/dashboards", "/cases/{number}", "/items/{item_id}"):
            page.goto(places[name].path)
            page.emulate_media(media="print")
            assert page.locator("form:visible, nav:visible, button:visible, footer:visible").count() == 0, name
            assert page.locator("main h1:visible").count() == 1, name
            assert page.pdf()[:5] == b"%PDF-", name
            page.emulate_media(media="screen")
        page.goto(places["/dashboards"].path)
        rows = page.locator("details.twin tbody tr:visible")
        assert rows.count() == 0
        page.emulate_media(media="print")
        assert rows.count() > 0


def test_the_first_page_is_light(browser: Browser, furnished: FURNISHED) -> None:
    office, base, _ = furnished
    sizes: dict[str, int] = {}
    with page_on(browser, base) as page:
        let_in(page, office, base, "ana")
        page.on("response", lambda answer: sizes.update({urlsplit(answer.url).path: len(answer.body())}))
        page.goto("/queue")
        page.wait_for_load_state("networkidle")
    assert sum(size for path, size in sizes.items() if not path.startswith("/static/fonts/")) < 100_000, sizes


def test_hostile_text_runs_nothing_loads_nothing_and_is_nothing_but_text(browser: Browser, sqlite_store: Store) -> None:
    every = "\n".join(PAYLOADS.values())
    office = office_with(sqlite_store, practice_text=every)
    items = {name: _hostile(office, at, payload) for at, (name, payload) in enumerate(PAYLOADS.items())}
    join(office, list(items.values()), reason=every[:500])
    edited = edit(office, posted(office, ParsedPost(native_id="edited", text=every), lane="uncertain"), every[::-1])
    office.client("ana").post("/practice", data={"count": "10"})
    first = next(iter(items.values()))
    with serving(office) as base, page_on(browser, base) as page:
        seen = _Seen(page, base)
        let_in(page, office, base, "ana")
        for name, item_id in items.items():
            seen.go(f"/items/{item_id}")
            page.locator("#post-text").hover()
            page.locator("#post-text").click()
            seen.judge(f"item with {name}")
            assert page.title() == f"Item {item_id} · Lurewatch", name
            shown = page.locator("#post-text").evaluate("block => block.textContent")
            assert shown == f"lure {PAYLOADS[name]}", name
        for path in ("/queue?lane=likely", "/queue?lane=uncertain", f"/items/{edited}", f"/items/{first}/campaign"):
            seen.go(path)
        for path in ("/identifiers/1", "/identifiers/2", "/practice/1/1", "/search?q=lure"):
            seen.go(path)
        page.click("a[rel=next]")
        page.wait_for_url("**after=*")
        seen.judge("second page of results")
        seen.go(_case_with(office, list(items.values())))
        seen.go(f"/items/{first}")
    assert len(items) >= 60
    assert seen.faults == []
    assert {urlsplit(url).hostname for url in seen.asked} == {"127.0.0.1"}


class _Seen:
    """What a page asked for, and what it should not have become."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.asked: list[str] = []
        self.faults: list[str] = []
        page.context.on("request", lambda request: self.asked.append(request.url))
        page.context.on("page", lambda other: self.faults.append(f"opened {other.url}"))
        page.on("dialog", lambda dialog: self.faults.append(f"asked {dialog.message}"))
        page.on("console", self._hear)

    def go(self, path: str) -> None:
        """Open a page of ours and judge it."""
        self.page.goto(path)
        self.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert self.page.url == f"{self.base}{path}"
        self.judge(path)

    def judge(self, name: str) -> None:
        """Keep what is on the page and not ours."""
        self.faults += [f"{name}: {stray}" for stray in self.page.evaluate(STRAYS)]
        if not self.page.title().endswith(" · Lurewatch"):
            self.faults.append(f"{name}: title {self.page.title()}")

    def _hear(self, message: ConsoleMessage) -> None:
        # What the policy stopped was let through by our escaping.
        if "Content Security Policy" in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")


def _hostile(office: Office, number: int, payload: str) -> int:
    """A post that says the payload wherever a post can say something."""
    post = ParsedPost(
        native_id=f"hostile-{number}",
        url=f"https://jobs.example/{payload[:200]}",
        title=None,
        text=f"lure {payload}",
        author=payload,
        location=payload,
        salary=payload,
    )
    return posted(office, post, lane="likely" if number % 2 else "uncertain", contact=payload[:500])


def _case_with(office: Office, items: list[int]) -> str:
    """The address of a case that holds these items, confirmed beforehand, with hostile words of our own people."""
    client = office.client("ana")
    address = str(client.post("/cases", data={"title": PAYLOADS["script"]}).headers["location"])
    for item_id in items:
        office.confirm("ana", item_id)
    with office.store.transaction() as session:
        case = cases.case_by_number(session, address.rpartition("/")[2])
        for item_id in items:
            cases.add_item(session, case.opened_by, case, session.get_one(QueueItem, item_id), now=office.now)
    client.post(f"{address}/notes", data={"text": "\n".join(PAYLOADS.values())[:1_500]})
    client.post(f"{address}/items/{items[0]}/removal", data={"reason": PAYLOADS["svg that loads"]})
    return address
