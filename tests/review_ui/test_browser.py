"""In a real Chromium: the keys, double clicks, lost leases, ended sessions, and how posts in many scripts look."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.review_ui.chromium import LAN_HOST, arrive, in_chromium, let_in, outcomes, page_on, press, sign_in, type_at
from tests.review_ui.furniture import POSTS, judged
from tests.review_ui.office import PASSWORD, Office

pytestmark = in_chromium


def test_a_decision_changes_the_page_in_place(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{first}")
        page.evaluate("window.sameDocument = true")
        press(page, "KeyS")
        arrive(page, second)
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
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        for step in spoil.split("; "):
            eval(step, {"page": page})
        press(page, "KeyY")
        page.wait_for_timeout(300)
    assert outcomes(office, item_id) == []


def test_a_double_click_decides_on_one_post(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{first}")
        page.wait_for_timeout(300)
        box = page.locator("[data-key=KeyY]").bounding_box()
        assert box is not None
        # However slow the machine: the moment the next post is there, as the second half of a double click may come.
        page.evaluate(
            "document.addEventListener('htmx:afterSettle', () => document.querySelector('[data-key=KeyY]').click())"
        )
        page.mouse.dblclick(box["x"] + 10, box["y"] + 10, delay=60)
        arrive(page, second)
        page.wait_for_timeout(400)
    assert (outcomes(office, first), outcomes(office, second)) == (["confirmed"], [])


def test_the_list_and_the_highlights_have_their_keys(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    items = [office.post(priority=priority) for priority in (0.9, 0.8)]
    with page_on(browser, base) as page:
        sign_in(page)
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
    with page_on(browser, base) as late, page_on(browser, base) as quick:
        for page, username in ((late, "ana"), (quick, "binh")):
            let_in(page, office, base, username)
        late.goto(f"/items/{item_id}")
        office.wait(minutes=11)
        quick.goto(f"/items/{item_id}")
        press(quick, "KeyY")
        quick.wait_for_url("**/queue")
        press(late, "KeyN")
        expect(late.locator("[role=alert]")).to_contain_text("as confirmed")
    assert outcomes(office, item_id) == ["confirmed"]


def test_going_back_decides_nothing_anew(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with page_on(browser, base) as page:
        let_in(page, office, base, "ana")
        page.goto(f"/items/{first}")
        press(page, "KeyY")
        arrive(page, second)
        page.go_back()
        arrive(page, first)
        expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
        press(page, "KeyN")
        page.wait_for_timeout(300)
        page.go_forward()
        arrive(page, second)
    assert (outcomes(office, first), outcomes(office, second)) == (["confirmed"], [])


def test_a_session_that_ended_leads_to_the_form(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = office.post()
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        office.wait(hours=13)
        press(page, "KeyN")
        page.wait_for_url("**/sign-in")
    assert outcomes(office, item_id) == []


def test_after_signing_out_going_back_shows_no_post(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = office.post("A post that the next one at this desk must not see")
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        expect(page.locator("#post-text")).to_contain_text("at this desk")
        page.click("header form button")
        page.wait_for_url("**/sign-in")
        page.go_back()
        page.wait_for_url("**/sign-in**")
        assert "at this desk" not in page.content()


def test_enter_in_the_note_decides_nothing(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = office.post()
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        page.focus("[name=note]")
        press(page, "Enter")
        page.wait_for_timeout(300)
    assert outcomes(office, item_id) == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_on_plain_http_to_another_machine_the_origin_lets_us_in(
    browser: Browser, served: tuple[Office, str], script: bool
) -> None:
    office, base = served
    item_id = office.post()
    with page_on(browser, base.replace("127.0.0.1", LAN_HOST), script=script) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        page.wait_for_timeout(300)
        page.click("button[value=benign]")
        page.wait_for_url("**/queue")
    assert outcomes(office, item_id) == ["benign"]


@pytest.mark.parametrize("width", [320, 1280])
def test_every_script_fits_the_page(browser: Browser, served: tuple[Office, str], width: int) -> None:
    office, base = served
    items = {lang: judged(office, lang, text) for lang, text in POSTS.items()}
    unbroken = office.post("A" * 3_000 + " unbroken")
    with page_on(browser, base, width=width) as page:
        let_in(page, office, base, "ana")
        for path in ("/queue", *(f"/items/{item}" for item in (*items.values(), unbroken))):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            small = page.locator("button:visible").evaluate_all(
                "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.innerText)"
            )
            assert small == [], path
        page.goto(f"/items/{items['my']}")
        height, size = (
            page.locator("#post-text").evaluate(f"e => parseFloat(getComputedStyle(e).{name})")
            for name in ("lineHeight", "fontSize")
        )
        assert height / size >= 1.8
        direction = "block => getComputedStyle(block).direction"
        page.goto(f"/items/{items['ar']}")
        assert page.locator("#post-text").evaluate(direction) == "rtl"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_decision_bar_covers_nothing_that_has_the_focus(
    browser: Browser, served: tuple[Office, str], width: int
) -> None:
    office, base = served
    item_id = judged(office, "vi", POSTS["vi"] + "\n" * 60 + "the end")
    with page_on(browser, base, width=width) as page:
        let_in(page, office, base, "ana")
        page.goto(f"/items/{item_id}")
        stops = page.locator("main :is(a, button, input, textarea, summary):visible").all()
        for stop in stops:
            stop.focus()
            covered = stop.evaluate(
                """one => {
                  const bar = document.querySelector(".decide").getBoundingClientRect();
                  const box = one.getBoundingClientRect();
                  const isBeside = box.left >= bar.right || box.right <= bar.left;
                  return !one.closest(".decide") && !isBeside && box.bottom > bar.top + 1 && box.top < bar.bottom - 1;
                }"""
            )
            assert not covered, stop.inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_labels_are_ticked_and_enter_in_a_box_decides_nothing(
    browser: Browser, served: tuple[Office, str], script: bool
) -> None:
    office, base = served
    item_id = office.post()
    with page_on(browser, base, script=script) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        page.get_by_label("fake job").focus()
        page.wait_for_timeout(500)
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        assert outcomes(office, item_id) == []
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


def test_every_script_is_shown_in_our_own_fonts(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    for lang, text in SAMPLES.items():
        judged(office, lang, text.replace("👩\u200d👧", ""))
    with page_on(browser, base) as page:
        let_in(page, office, base, "ana")
        page.goto("/queue")
        page.evaluate("document.fonts.ready")
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


def test_keys_are_where_their_user_put_them(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second = office.post(priority=0.9), office.post(priority=0.8)
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto("/account/preferences")
        page.fill("[name='key.KeyY']", "g")
        page.fill("[name='key.KeyN']", "y")
        page.click("text=Save")
        page.wait_for_url("**/account/preferences")
        page.goto(f"/items/{first}")
        expect(page.locator("button[value=confirmed] kbd")).to_have_text("g")
        expect(page.locator("#help kbd").nth(2)).to_have_text("y")
        press(page, "KeyG")
        arrive(page, second)
        press(page, "KeyY")
        page.wait_for_url("**/queue")
    assert (outcomes(office, first), outcomes(office, second)) == (["confirmed"], ["benign"])


def test_a_severe_post_is_blurred_until_its_key_is_pressed(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = judged(office, "vi", POSTS["vi"], label="organ_trade")
    with page_on(browser, base) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        filters = "block => getComputedStyle(block).filter"
        assert page.locator("#post-text").evaluate(filters).startswith("blur")
        assert page.locator(".quotes .collected").first.evaluate(filters).startswith("blur")
        press(page, "KeyI")
        assert page.locator("#post-text").evaluate(filters) == "none"


def test_a_second_factor_is_set_up_and_asked_for_without_script(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    with page_on(browser, base, script=False, width=320) as page:
        sign_in(page)
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
        type_at(page, page.locator("[name=code]"), code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases")


def test_a_mark_and_its_reason_lead_to_each_other(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    item_id = judged(office, "vi", POSTS["vi"])
    with page_on(browser, base, script=False) as page:
        sign_in(page)
        page.goto(f"/items/{item_id}")
        shown = page.locator("#mark-1").evaluate("mark => getComputedStyle(mark, '::after').content")
        assert shown == '"1"'
        page.locator("#reason-1 a").first.click()
        page.wait_for_url(f"**/items/{item_id}#mark-1")
