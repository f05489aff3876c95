"""In a real Chromium: the keyboard alone, no script at all, hostile posts, and how many scripts look when narrow."""

import os
import re
import shutil
import string
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import write_po
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from review_ui import languages
from review_ui.desk import open_templates
from store import campaigns, verdicts
from store.database import Store
from store.tables import QueueItem
from tests.review_ui.hostile import PAYLOADS
from tests.review_ui.office import PASSWORD, Office
from tools.messages import extracted

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
POSTS = {
    "km": "ត្រូវការបុគ្គលិកវាយអត្ថបទនៅខេត្តព្រះសីហនុ ប្រាក់ខែ ១២០០ ដុល្លារ ស្នាក់នៅឥតគិតថ្លៃ ទាក់ទង @Example_HR",
    "my": "ထိုင်းနိုင်ငံတွင် ဝန်ထမ်းအလိုရှိသည် လစာ ၁၂၀၀ ဒေါ်လာ လေယာဉ်လက်မှတ် အခမဲ့ ဆက်သွယ်ရန် @Example_HR",
    "th": "รับสมัครพนักงานพิมพ์ข้อความที่ปอยเปต เงินเดือน 45,000 บาท มีที่พักฟรี ติดต่อ @Example_HR",
    "ar": "مطلوب موظفون للعمل في الخارج، راتب 1200 دولار، تذكرة السفر علينا. للتواصل @Example_HR",
    "zh": "高薪招聘打字员，地点西港，包吃住包机票，月薪一万二起，联系 @Example_HR",
    "vi": "Tuyển nhân viên gõ phím ở Campuchia, lương 25 triệu, bao vé máy bay, liên hệ @Example_HR 👩\u200d👧",
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM HERE: install Debian's package `chromium`"),
]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@contextmanager
def _serving(office: Office) -> Iterator[int]:
    """The port at which the office's application answers until the block ends."""
    server = uvicorn.Server(uvicorn.Config(office.app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def served(copied_store: Store) -> Iterator[tuple[Office, str]]:
    """An office with an analyst and a supervisor, and the address of its application."""
    office = Office(copied_store, allowed_hosts=("127.0.0.1", LAN_HOST))
    office.employ("ana")
    office.employ("sup", "supervisor")
    with _serving(office) as port:
        yield office, f"http://127.0.0.1:{port}"


@contextmanager
def _page(
    browser: Browser, base: str, *, script: bool = True, width: int = 1280, scheme: str = "light"
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=base,
        java_script_enabled=script,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def _sign_in(page: Page, username: str = "ana") -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")


def _arrive(page: Page, item_id: int) -> None:
    """Wait until the item's page is there, in place or loaded."""
    page.wait_for_url(f"**/items/{item_id}")
    expect(page.locator("h1")).to_contain_text(f"Item {item_id}")


def _press(page: Page, code: str) -> None:
    """Press a key once the page has been shown for long enough to be read."""
    page.wait_for_timeout(500)
    page.keyboard.press(code)


def _outcomes(office: Office, item_id: int) -> list[str]:
    return [decision.outcome for decision in office.decisions(item_id)]


def test_the_whole_work_goes_by_keyboard(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second, third = (office.post(priority=priority) for priority in (0.9, 0.8, 0.7))
    with _page(browser, base) as page:
        page.goto(f"/items/{first}")
        page.keyboard.type("ana")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        _arrive(page, first)
        _press(page, "KeyY")
        _arrive(page, second)
        _press(page, "KeyN")
        _arrive(page, third)
        _press(page, "KeyZ")
        _arrive(page, second)
        _press(page, "KeyU")
        _arrive(page, third)
        _press(page, "KeyE")
        page.wait_for_url("**/queue")
    assert [_outcomes(office, item) for item in (first, second, third)] == [
        ["confirmed"],
        ["benign", "undone", "unsure"],
        ["escalated"],
    ]


def test_a_decision_changes_the_page_in_place(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{first}")
        page.evaluate("window.sameDocument = true")
        _press(page, "KeyS")
        _arrive(page, second)
        assert page.evaluate("window.sameDocument") is True
        # htmx would keep copies of whole pages in the browser if it were let.
        kept = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
        assert kept == ["htmx-current-path-for-history"]


@pytest.mark.parametrize(
    "spoil",
    [
        "page.focus('[name=note]')",
        "page.keyboard.down('Control')",
        "page.keyboard.down('Shift')",
        "page.keyboard.down('Alt')",
        "page.locator('#help summary').click(); page.locator('#keys-on').uncheck()",
    ],
    ids=["while typing", "with Control", "with Shift", "with Alt", "switched off"],
)
def test_keys_rest(browser: Browser, served: tuple[Office, str], spoil: str) -> None:
    office, base = served
    item_id = office.post()
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        for step in spoil.split("; "):
            eval(step, {"page": page})
        _press(page, "KeyY")
        page.wait_for_timeout(300)
    assert _outcomes(office, item_id) == []


def test_a_double_click_decides_on_one_post(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{first}")
        page.wait_for_timeout(300)
        box = page.locator("[data-key=KeyY]").bounding_box()
        assert box is not None
        # However slow the machine: the moment the next post is there, as the second half of a double click may come.
        page.evaluate(
            "document.addEventListener('htmx:afterSettle', () => document.querySelector('[data-key=KeyY]').click())"
        )
        page.mouse.dblclick(box["x"] + 10, box["y"] + 10, delay=60)
        _arrive(page, second)
        page.wait_for_timeout(400)
    assert (_outcomes(office, first), _outcomes(office, second)) == (["confirmed"], [])


def test_the_list_and_the_highlights_have_their_keys(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    items = [office.post(priority=priority) for priority in (0.9, 0.8)]
    with _page(browser, base) as page:
        _sign_in(page)
        for key in ("KeyJ", "KeyJ", "KeyK", "KeyJ"):
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/items/{items[1]}")
        page.keyboard.press("KeyH")
        expect(page.locator("#post-text")).to_have_class(re.compile("unmarked"))
        page.keyboard.press("Shift+Slash")
        expect(page.locator("#help")).to_have_attribute("open", "")


def test_a_lost_lease_is_shown_in_place(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = office.post()
    office.employ("binh")
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        office.wait(minutes=11)
        office.confirm("binh", item_id)
        _press(page, "KeyN")
        expect(page.locator("[role=alert]")).to_contain_text("as confirmed")
    assert _outcomes(office, item_id) == ["confirmed"]


def test_a_session_that_ended_leads_to_the_form(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = office.post()
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        office.wait(hours=13)
        _press(page, "KeyN")
        page.wait_for_url("**/sign-in")
    assert _outcomes(office, item_id) == []


def test_everything_works_without_script(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with _page(browser, base, script=False) as page:
        _sign_in(page)
        page.click("text=Start reviewing")
        _arrive(page, first)
        page.fill("[name=note]", "seen before")
        page.click("button[value=confirmed]")
        _arrive(page, second)
        page.click("button[value=benign]")
        page.wait_for_url("**/queue")
        page.click("text=Undo my last decision")
        _arrive(page, second)
        page.goto(f"/items/{first}")
        page.fill("[name=title]", "Typing work")
        page.click("text=Open a new case with it")
        page.wait_for_url("**/cases/CASE-2026-0001")
        expect(page.locator("main")).to_contain_text(f"Item {first}")
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in")
    assert office.decisions(first)[0].note == "seen before"


def test_enter_in_the_note_decides_nothing(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = office.post()
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        page.focus("[name=note]")
        _press(page, "Enter")
        page.wait_for_timeout(300)
    assert _outcomes(office, item_id) == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_on_plain_http_to_another_machine_the_origin_lets_us_in(
    browser: Browser, served: tuple[Office, str], script: bool
) -> None:
    office, base = served
    item_id = office.post()
    with _page(browser, base.replace("127.0.0.1", LAN_HOST), script=script) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        page.wait_for_timeout(300)
        page.click("button[value=benign]")
        page.wait_for_url("**/queue")
    assert _outcomes(office, item_id) == ["benign"]


def test_hostile_posts_run_nothing_and_load_nothing(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    items = {name: office.post(f"lure {payload}") for name, payload in PAYLOADS.items()}
    asked: list[str] = []
    with _page(browser, base) as page:
        page.on("request", lambda request: asked.append(request.url))
        _sign_in(page)
        for name, item_id in items.items():
            page.goto(f"/items/{item_id}")
            page.locator("#post-text").hover()
            page.locator("#post-text").click()
            assert page.title() == f"Item {item_id} · Lurewatch", name
            assert page.url == f"{base}/items/{item_id}", name
            shown = page.locator("#post-text").evaluate("block => block.textContent")
            assert shown == f"lure {PAYLOADS[name]}", name
            assert page.locator("#post-text *:not(mark)").count() == 0, name
        for path in ("/queue", "/identifiers/1", "/identifiers/60", _case_with(office, items.values())):
            page.goto(path)
            assert page.title().endswith(" · Lurewatch")
            assert page.url == f"{base}{path}"
            assert page.locator("main :is(script, img, svg, iframe, style, object, embed, base, meta)").count() == 0
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}


def _case_with(office: Office, items: Iterable[int]) -> str:
    """The address of a case that holds these items, confirmed beforehand."""
    client = office.client("ana")
    address = str(client.post("/cases", data={"title": PAYLOADS["script"]}).headers["location"])
    for item_id in items:
        office.confirm("ana", item_id)
        client.post(f"{address}/items", data={"item_id": str(item_id)})
    return address


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def test_every_script_fits_the_page(
    browser: Browser, served: tuple[Office, str], tmp_path: Path, width: int, scheme: str
) -> None:
    office, base = served
    items = {lang: _judged(office, lang, text) for lang, text in POSTS.items()}
    office.post("A" * 3_000 + " unbroken")
    number = office.client("ana").post("/cases", data={"title": "Typing work " + "x" * 80}).headers["location"]
    shots = Path(os.environ.get("LUREWATCH_SHOTS", tmp_path))
    with _page(browser, base, width=width, scheme=scheme) as page:
        page.goto("/sign-in")
        _shoot(page, shots / f"sign-in-{width}-{scheme}.png")
        _sign_in(page)
        _shoot(page, shots / f"queue-{width}-{scheme}.png")
        for lang, item_id in items.items():
            page.goto(f"/items/{item_id}")
            _shoot(page, shots / f"item-{lang}-{width}-{scheme}.png")
            for button in page.locator("button:visible").all():
                box = button.bounding_box()
                assert box is not None
                assert box["height"] >= 44, button.inner_text()
        for name, path in {
            "case": number,
            "cases": "/cases",
            "error": "/items/4711",
        }.items():
            page.goto(path)
            _shoot(page, shots / f"{name}-{width}-{scheme}.png")
        page.goto(f"/items/{items['my']}")
        height, size = (
            page.locator("#post-text").evaluate(f"e => parseFloat(getComputedStyle(e).{name})")
            for name in ("lineHeight", "fontSize")
        )
        assert height / size >= 1.8
        direction = "block => getComputedStyle(block).direction"
        page.goto(f"/items/{items['ar']}")
        assert page.locator("#post-text").evaluate(direction) == "rtl"
    with _page(browser, base, width=width, scheme=scheme) as page:
        _sign_in(page, "sup")
        for name in ("dashboards", "quality", "helplines", "search?q=a"):
            page.goto(f"/{name}")
            _shoot(page, shots / f"{name.split('?')[0]}-{width}-{scheme}.png")


def test_dashboards_print_with_every_table_and_without_forms(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    office.post()
    with _page(browser, base, width=720) as page:
        _sign_in(page, "sup")
        page.goto("/dashboards")
        expect(page.locator("details.twin tbody tr").first).not_to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator("details.twin tbody tr").first).to_be_visible()
        assert page.locator("form:visible, nav:visible").count() == 0
        assert page.locator(".bar-line:visible").count() == 1


def _judged(office: Office, lang: str, text: str, *, label: str = "scam_centre") -> int:
    """A post in `lang` with an indicator for each side, the last two overlapping."""
    item_id = office.post(text, lane="urgent" if lang == "km" else "likely")
    places = {"travel_paid": (0, 12), "hotline": (30, 44), "no_experience": (38, 52)}
    found = [
        {"code": code, "start": start, "end": end, "text": text[start:end]} for code, (start, end) in places.items()
    ]
    labels = {"scam_centre": 0.9, "fake_job": 0.6, "organ_trade": 0.01}
    with office.store.transaction() as session:
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdict = verdicts.NewVerdict("test-2", lang, 0.9, labels, [label], found, [])
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=office.now)
    return item_id


def _shoot(page: Page, path: Path) -> None:
    """A picture of the page, after making sure that nothing sticks out of it sideways."""
    page.screenshot(path=path, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_labels_are_ticked_and_enter_in_a_box_decides_nothing(
    browser: Browser, served: tuple[Office, str], script: bool
) -> None:
    office, base = served
    item_id = office.post()
    with _page(browser, base, script=script) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        page.get_by_label("fake job").focus()
        page.wait_for_timeout(500)
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        assert _outcomes(office, item_id) == []
        page.goto(f"/items/{item_id}")
        page.get_by_label("fake job").check()
        page.get_by_label("scam centre").uncheck()
        page.wait_for_timeout(500)
        page.locator("button[value=confirmed]").click()
        page.wait_for_url("**/queue")
    (decision,) = office.decisions(item_id)
    assert decision.labels == ["fake_job"]


SAMPLES = POSTS | {
    "hi": "विदेश में काम, वेतन ₹45,000, टिकट मुफ़्त, संपर्क @Example_HR",
    "bn": "বিদেশে কাজ, বেতন ৪৫,০০০ টাকা, বিমান ভাড়া ফ্রি",
    "ta": "வெளிநாட்டில் வேலை, சம்பளம் 45,000, விமான டிக்கெட் இலவசம்",
    "si": "විදේශ රැකියා, වැටුප 45,000, ගුවන් ටිකට් නොමිලේ",
    "lo": "ຮັບສະໝັກພະນັກງານ ເງິນເດືອນ 45,000 ບາດ ມີທີ່ພັກຟຣີ",
    "am": "በውጭ አገር ሥራ፣ ደመወዝ 45,000፣ ነፃ የአውሮፕላን ትኬት",
    "ur": "بیرون ملک نوکری، تنخواہ 45,000، ٹکٹ مفت",
    "ru": "Работа за границей, зарплата 45 000 ₽, билет оплачен",
    "ja": "海外勤務 月給45万円、航空券支給、未経験歓迎",
    "ko": "해외 근무, 월급 450만원, 항공권 제공, 초보 환영",
}


def test_every_script_is_shown_in_our_own_fonts(browser: Browser, served: tuple[Office, str], tmp_path: Path) -> None:
    office, base = served
    for lang, text in SAMPLES.items():
        _judged(office, lang, text.replace("👩\u200d👧", ""))
    with _page(browser, base) as page:
        _sign_in(page)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=Path(os.environ.get("LUREWATCH_SHOTS", tmp_path)) / "scripts.png", full_page=True)
        for lang in SAMPLES:
            assert _fonts_of(page, f".words .collected[lang={lang}]") == {True}, lang


def _fonts_of(page: Page, selector: str) -> set[bool]:
    """Whether the fonts that Chromium really drew an element's text with are ours."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    session.detach()
    return {bool(font["isCustomFont"]) for font in fonts}


@pytest.fixture
def right_to_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language that only tests know: English in Hebrew letters, from right to left."""
    tag = "he-XB"
    catalogue = extracted()
    for message in catalogue:
        if message.id:
            message.string = (
                _mirrored(message.id) if isinstance(message.id, str) else tuple(map(_mirrored, message.id[:1]))
            )
    catalogue.locale = "ja"  # One plural form is enough.
    with (tmp_path / f"{tag}.po").open("wb") as file:
        write_po(file, catalogue)
    _forget_catalogues()
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    monkeypatch.setitem(languages.LANGUAGES, tag, languages.Language(tag, "RTL", "he", "rtl"))
    yield tag
    _forget_catalogues()


def _forget_catalogues() -> None:
    languages.speech_of.cache_clear()
    open_templates.cache_clear()


def _mirrored(text: str) -> str:
    letters = {
        ord(latin): hebrew for latin, hebrew in zip(string.ascii_lowercase, "אבגדהוזחטיכלמנסעפצקרשתםןףץ", strict=True)
    }
    parts = re.split(r"(%\(\w+\)s|<[^>]+>|`[^`]+`)", text)
    return "".join(part if at % 2 else part.lower().translate(letters) for at, part in enumerate(parts))


def _furnished(office: Office) -> dict[str, str]:
    """An address for each page, with a post on it that has everything."""
    items = [_judged(office, lang, text) for lang, text in POSTS.items()]
    address = office.client("ana").post("/cases", data={"title": "Typing work"}).headers["location"]
    office.confirm("ana", items[5])
    office.client("ana").post(f"{address}/items", data={"item_id": str(items[5])})
    with office.store.transaction() as session:
        rows = [session.get_one(QueueItem, item).revision.post_id for item in items]
        campaigns.join_posts(session, rows[0], rows[1], reason="text 0.83", at=office.now)
    return {
        "queue": "/queue",
        "item": f"/items/{items[0]}",
        "confirmed": f"/items/{items[5]}",
        "identifier": "/identifiers/1",
        "cases": "/cases",
        "case": address,
        "error": "/items/4711",
    }


def test_no_page_has_a_serious_fault_of_accessibility(
    browser: Browser, served: tuple[Office, str], right_to_left: str
) -> None:
    office, base = served
    pages = _furnished(office)
    with _page(browser, base) as page:
        _sign_in(page)
        for name, path in pages.items():
            page.goto(path)
            page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
            assert _faults(page) == [], name
        page.locator(f"button[value={right_to_left}]").click()
        page.goto(pages["item"])
        assert _faults(page) == []
    with _page(browser, base, scheme="dark") as page:
        page.goto("/sign-in")
        assert _faults(page) == []


def _faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found if fault["impact"] in {"serious", "critical"}
    ]


def test_every_page_fits_in_every_language(
    browser: Browser, served: tuple[Office, str], right_to_left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "LOCALES", _with_ours(tmp_path))
    office, base = served
    pages = _furnished(office)
    shots = Path(os.environ.get("LUREWATCH_SHOTS", tmp_path))
    with _page(browser, base, width=320) as page:
        _sign_in(page)
        for tag in languages.LANGUAGES:
            page.goto("/queue")
            page.locator(f"button[value={tag}]").click()
            page.wait_for_load_state()
            for name, path in pages.items():
                page.goto(path)
                assert page.locator("html").get_attribute("lang") == tag
                _shoot(page, shots / f"{name}-{tag}-320.png")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(pages["item"])
            _shoot(page, shots / f"item-{tag}-1280.png")
            page.set_viewport_size({"width": 320, "height": 900})


def _with_ours(folder: Path) -> Path:
    for path in Path("review_ui/locales").glob("*.po"):
        shutil.copy(path, folder)
    return folder


def test_keys_are_where_their_user_put_them(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto("/account/preferences")
        page.fill("[name='key.KeyY']", "g")
        page.fill("[name='key.KeyN']", "y")
        page.click("text=Save")
        page.wait_for_url("**/account/preferences")
        page.goto(f"/items/{first}")
        expect(page.locator("button[value=confirmed] kbd")).to_have_text("g")
        expect(page.locator("#help kbd").nth(2)).to_have_text("y")
        _press(page, "KeyG")
        _arrive(page, second)
        _press(page, "KeyY")
        page.wait_for_url("**/queue")
    assert (_outcomes(office, first), _outcomes(office, second)) == (["confirmed"], ["benign"])


def test_a_severe_post_is_blurred_until_its_key_is_pressed(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = _judged(office, "vi", POSTS["vi"], label="organ_trade")
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        filters = "block => getComputedStyle(block).filter"
        assert page.locator("#post-text").evaluate(filters).startswith("blur")
        assert page.locator(".quotes .collected").first.evaluate(filters).startswith("blur")
        _press(page, "KeyI")
        assert page.locator("#post-text").evaluate(filters) == "none"


def test_a_second_factor_is_set_up_and_asked_for_without_script(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    with _page(browser, base, script=False, width=320) as page:
        _sign_in(page)
        page.goto("/account/second-factor")
        assert page.locator("svg.qr").bounding_box()["width"] > 150  # type: ignore[index]
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.fill("[name=code]", pyotp.TOTP(secret).at(office.now))
        page.keyboard.press("Enter")
        expect(page.locator(".codes li")).to_have_count(10)
        code = page.locator(".codes li").first.inner_text()
        page.click("text=Sign out")
        page.goto("/sign-in?next=/cases")
        page.fill("[name=username]", "ana")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/code?**")
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases")


def test_a_campaign_is_decided_by_keyboard(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    head, excluded, kept = (office.post() for _ in range(3))
    with office.store.transaction() as session:
        posts = [session.get_one(QueueItem, item).revision.post_id for item in (head, excluded, kept)]
        for post in posts[1:]:
            campaigns.join_posts(session, posts[0], post, reason="same words", at=office.now)
    with _page(browser, base) as page:
        _sign_in(page)
        page.goto(f"/items/{head}")
        _press(page, "KeyC")
        page.wait_for_url("**/campaign*")
        _press(page, "KeyJ")
        page.keyboard.press("Space")
        page.keyboard.press("KeyN")
        _arrive(page, excluded)
    assert [_outcomes(office, item) for item in (head, excluded, kept)] == [["benign"], [], ["benign"]]


def test_a_mark_and_its_reason_lead_to_each_other(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = _judged(office, "vi", POSTS["vi"])
    with _page(browser, base, script=False) as page:
        _sign_in(page)
        page.goto(f"/items/{item_id}")
        shown = page.locator("#mark-1").evaluate("mark => getComputedStyle(mark, '::after').content")
        assert shown == '"1"'
        page.locator("#reason-1 a").first.click()
        page.wait_for_url(f"**/items/{item_id}#mark-1")
