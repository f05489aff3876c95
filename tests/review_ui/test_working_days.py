"""Whole working days in a real Chromium: an analyst's by keyboard alone and without script, and those of the others."""

import re
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, expect

from evidence.verify import verify_pack
from store import users
from store.database import Store
from store.rules import QueueRules
from store.tables import Decision
from tests.evidence import house
from tests.review_ui.chromium import (
    arrive,
    follow,
    in_chromium,
    let_in,
    outcomes,
    page_on,
    press,
    serving,
    sign_in,
    tab_to,
    type_at,
)
from tests.review_ui.furniture import POSTS, join, judged
from tests.review_ui.office import PASSWORD, Office

pytestmark = in_chromium

CASE = "/cases/CASE-2026-0001"


def test_an_analysts_day_by_keyboard_alone(browser: Browser, sqlite_store: Store) -> None:
    office = Office(sqlite_store, severe_per_day=1)
    office.employ("ana")
    ordinary = [office.post(priority=0.99 - at / 100) for at in range(6)]
    campaign = [office.post(priority=0.93 - at / 100) for at in range(3)]
    join(office, campaign)
    severe = [judged(office, "vi", POSTS["vi"], label="organ_trade") for _ in range(2)]
    code = _enrolled(office)
    with serving(office) as base, page_on(browser, base) as page:
        _sign_in_with_code(page, code)
        _decide_on_some(page, ordinary)
        _skip_in_three_ways(page, ordinary[3:], then=campaign[0])
        _decide_on_campaign(page, excluded=campaign[1])
        _meet_the_limit(page, severe)
        _take_a_break(page, office)
        _switch_keys_off(page)
        tab_to(page, page.get_by_role("button", name="Sign out"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in")
    assert [outcomes(office, item) for item in ordinary] == [
        ["confirmed"],
        ["benign", "undone", "unsure"],
        ["escalated"],
        ["skipped"],
        ["skipped"],
        ["skipped"],
    ]
    reasoned, snoozed, handed_on = (office.decisions(item)[0] for item in ordinary[3:])
    assert reasoned.reason == "too_little"
    assert _day(snoozed) == "2026-03-05"
    assert handed_on.needs_lang == "km"
    assert [outcomes(office, item) for item in campaign] == [["benign"], ["confirmed"], ["benign"]]
    assert [outcomes(office, item)[-1] for item in severe] == ["benign", "skipped"]


def _enrolled(office: Office) -> str:
    """Set up ana's second factor, and give the code that she needs now."""
    client = office.client("ana")
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', client.get("/account/second-factor").text)
    assert found is not None
    totp = pyotp.TOTP(found[1].replace(" ", ""))
    assert client.post("/account/second-factor", data={"code": totp.at(office.now)}).status_code == 200
    office.wait(seconds=30)
    return totp.at(office.now)


def _sign_in_with_code(page: Page, code: str) -> None:
    page.goto("/queue")
    type_at(page, page.locator("[name=username]"), "ana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code?**")
    type_at(page, page.locator("[name=code]"), code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")


def _decide_on_some(page: Page, items: list[int]) -> None:
    """Confirm the first, take back what was said of the second, escalate the third."""
    first, second, third, fourth = items[:4]
    press(page, "KeyJ")
    page.keyboard.press("Enter")
    arrive(page, first)
    for key, next_ in (("KeyY", second), ("KeyN", third), ("KeyZ", second), ("KeyU", third), ("KeyE", fourth)):
        press(page, key)
        arrive(page, next_)


def _skip_in_three_ways(page: Page, items: list[int], *, then: int) -> None:
    """For a reason, until a day, and for a reader of Khmer."""
    ways = {
        "select[name=skip_reason]": "There",
        "input[name=skip_until]": "03052026",
        "select[name=skip_lang]": "Khm",
    }
    for (field, typed), next_ in zip(ways.items(), [*items[1:], then], strict=True):
        tab_to(page, page.locator(".skipping summary"))
        page.keyboard.press("Enter")
        tab_to(page, page.locator(field))
        page.keyboard.type(typed)
        tab_to(page, page.locator(".skipping a"))
        press(page, "KeyS")
        arrive(page, next_)


def _decide_on_campaign(page: Page, *, excluded: int) -> None:
    """Find benign what is ticked, and confirm the one that is not."""
    press(page, "KeyC")
    page.wait_for_url("**/campaign*")
    press(page, "KeyJ")
    page.keyboard.press("Space")
    page.keyboard.press("KeyN")
    page.wait_for_url(lambda url: "campaign" not in url)
    page.goto(f"/items/{excluded}")
    press(page, "KeyY")
    page.wait_for_url(lambda url: not url.endswith(f"/items/{excluded}"))


def _meet_the_limit(page: Page, severe: list[int]) -> None:
    """Read one severe post, and hand on the second, which is one too many."""
    page.goto(f"/items/{severe[0]}")
    arrive(page, severe[0])
    press(page, "KeyN")
    page.wait_for_url(lambda url: not url.endswith(f"/items/{severe[0]}"))
    page.goto(f"/items/{severe[1]}")
    expect(page.locator("h1")).to_have_text("Enough for today")
    tab_to(page, page.get_by_role("button", name="Hand it on"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith(f"/items/{severe[1]}"))


def _take_a_break(page: Page, office: Office) -> None:
    """Be told of it after two hours, and put it off."""
    for _ in range(14):
        office.wait(minutes=9)
        assert page.request.get("/queue").ok
    page.goto("/queue")
    expect(page.locator(".notice")).to_contain_text("worked for two hours")
    tab_to(page, page.get_by_role("button", name="Remind me"))
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_have_count(0)


def _switch_keys_off(page: Page) -> None:
    tab_to(page, page.locator(".who a"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    tab_to(page, page.get_by_role("link", name="Preferences", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/preferences")
    tab_to(page, page.get_by_label("No single keys at all"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-keys", "off")


def _day(decision: Decision) -> str:
    assert decision.snoozed_until is not None
    return decision.snoozed_until.date().isoformat()


def test_a_blind_item_shows_what_the_release_said_once_it_is_decided(browser: Browser, sqlite_store: Store) -> None:
    office = Office(sqlite_store, rules=QueueRules(blind_share=1))
    office.employ("ana")
    item_id = judged(office, "vi", POSTS["vi"])
    with serving(office) as base, page_on(browser, base) as page:
        let_in(page, office, base, "ana")
        page.goto(f"/items/{item_id}")
        expect(page.locator("main")).to_contain_text("hidden until you have decided")
        assert page.locator("mark, .band-high, .reasons li, .ticked :checked").count() == 0
        press(page, "KeyY")
        page.wait_for_url("**/queue")
        page.goto(f"/items/{item_id}")
        assert page.locator("#post-text mark").count() > 0
        expect(page.locator("main")).to_contain_text("without the score")
    (decision,) = office.decisions(item_id)
    assert (decision.outcome, decision.blind, decision.saw_score) == ("confirmed", True, False)


def test_an_analysts_short_day_without_script(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    first, second, head, member = (office.post(priority=priority) for priority in (0.9, 0.8, 0.7, 0.6))
    join(office, [head, member])
    with page_on(browser, base, script=False) as page:
        sign_in(page)
        page.click("text=Start reviewing")
        arrive(page, first)
        page.fill("[name=note]", "seen before")
        page.click("button[value=confirmed]")
        arrive(page, second)
        page.click(".skipping summary")
        page.select_option("[name=skip_reason]", "too_little")
        page.click("button[value=skipped]")
        arrive(page, head)
        page.click("text=Decide on the whole campaign")
        page.click("text=Benign, all that are ticked")
        page.wait_for_url(lambda url: "campaign" not in url)
        page.goto("/queue")
        page.click("text=Undo my last decision")
        arrive(page, head)
        page.goto(f"/items/{first}")
        page.fill("[name=title]", "Typing work")
        page.click("text=Open a new case with it")
        page.wait_for_url(f"**{CASE}")
        expect(page.locator("main")).to_contain_text(f"Item {first}")
        page.fill("[name=text]", "Paid in dollars")
        page.click("text=Keep the note")
        expect(page.locator("main")).to_contain_text("Paid in dollars")
        page.goto("/search?q=Campuchia")
        expect(page.locator("tbody tr")).to_have_count(4)
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in")
    assert office.decisions(first)[0].note == "seen before"
    assert office.decisions(second)[0].reason == "too_little"
    assert outcomes(office, head) == ["benign", "undone"]
    assert (outcomes(office, member)[0], office.state(member)) == ("benign", "open")


def test_a_supervisors_day(browser: Browser, sqlite_store: Store) -> None:
    office = Office(sqlite_store, rules=QueueRules(second_share=1))
    for username, role in (("ana", "analyst"), ("sup", "supervisor")):
        office.employ(username, role)
    read_twice, filed, waiting = (office.post() for _ in range(3))
    for item_id in (filed, read_twice):
        office.confirm("ana", item_id)
    ana = office.client("ana")
    ana.post("/cases", data={"title": "Typing work"})
    ana.post(f"{CASE}/items", data={"item_id": str(filed)})
    ana.post(f"{CASE}/approval", data={"purpose": "For the court"})
    with serving(office) as base, page_on(browser, base) as page:
        sign_in(page, "sup")
        page.click("text=Start reviewing")
        arrive(page, read_twice)
        expect(page.get_by_role("heading", name="Decisions")).to_have_count(0)
        press(page, "KeyN")
        page.wait_for_url(lambda url: not url.endswith(f"/items/{read_twice}"))
        page.click("nav >> text=Quality")
        page.wait_for_url("**/quality")
        row = page.locator("tr", has=page.get_by_role("link", name=f"Item {read_twice}"))
        expect(row).to_contain_text("confirmed")
        expect(row).to_contain_text("benign")
        page.click("nav >> text=Dashboards")
        page.wait_for_url("**/dashboards")
        page.click("text=7 days")
        expect(page.locator(".presets [aria-current]")).to_have_text("7 days")
        page.emulate_media(media="print")
        assert page.locator("form:visible, nav:visible").count() == 0
        page.emulate_media(media="screen")
        page.click("nav >> text=Cases")
        page.click("text=CASE-2026-0001")
        page.click("button[value=approved]")
        expect(page.locator(".state")).to_have_text("approved")
    assert (office.state(waiting), office.state(read_twice)) == ("open", "decided")


def test_an_administrators_day(browser: Browser, sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.employ("adm", "administrator")
    with serving(office) as base, page_on(browser, base) as page, page_on(browser, base) as newcomer:
        sign_in(page, "adm")
        page.goto("/people")
        page.fill("[name=username]", "chan")
        page.select_option("[name=role]", "analyst")
        page.get_by_role("button", name="Add", exact=True).click()
        password = page.locator("main code").first.inner_text()
        newcomer.goto("/sign-in")
        newcomer.fill("[name=username]", "chan")
        newcomer.fill("[name=password]", password)
        newcomer.keyboard.press("Enter")
        newcomer.wait_for_url("**/account/password")
        page.goto("/people")
        page.get_by_role("link", name="chan", exact=True).click()
        page.wait_for_url("**/people/*")
        page.select_option("[name=role]", "viewer")
        page.click("text=Change the role")
        expect(page.locator("[name=role]")).to_have_value("viewer")
        page.click("text=Close the account")
        expect(page.locator("h1")).to_contain_text("closed")
        newcomer.goto("/queue")
        newcomer.wait_for_url("**/sign-in?**")
    with office.store.reading() as session:
        chan = users.user_by_name(session, "chan")
        assert chan is not None
        assert (chan.role, chan.disabled) == ("viewer", True)


def test_an_investigators_day(browser: Browser, tmp_path: Path) -> None:
    rooms = house.open_house(tmp_path / "house", new=True)
    house.furnish(rooms)
    office = Office(rooms.store, exporter=rooms.exporter)
    for username, role in (("inv", "investigator"), ("sup", "supervisor")):
        office.employ(username, role)
    with serving(office) as base, page_on(browser, base) as page, page_on(browser, base) as second:
        sign_in(page, "inv")
        case = _open_case_from_search(page)
        page.fill("[name=text]", "The same telephone as in spring")
        page.click("text=Keep the note")
        expect(page.locator("main")).to_contain_text("The same telephone as in spring")
        page.fill("[name=purpose]", "For the court")
        page.click("text=Ask for approval")
        expect(page.locator(".state")).to_have_text("in review")
        assert page.locator("button[value=approved]").count() == 0
        let_in(second, office, base, "sup")
        second.goto(case)
        second.click("button[value=approved]")
        expect(second.locator(".state")).to_have_text("approved")
        pack = _export(page, case, tmp_path)
        _hand_over(page)
    assert verify_pack(pack).holds
    rooms.store.close()


def _open_case_from_search(page: Page) -> str:
    """Find a post, keep the search, and open a case with the post; its address."""
    page.keyboard.press("Slash")
    page.wait_for_url("**/search")
    page.fill("[name=q]", "house_hr_blue")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.fill("[name=name]", "The blue house")
    follow(page, page.get_by_role("button", name="Keep", exact=True))
    follow(page, page.get_by_role("link", name="The blue house"))
    expect(page.locator("mark.found").first).to_have_text("house_hr_blue")
    page.click("tbody a")
    page.wait_for_url("**/items/*")
    page.fill("[name=title]", "Blue house")
    page.click("text=Open a new case with it")
    page.wait_for_url("**/cases/CASE-2026-0002")
    return "/cases/CASE-2026-0002"


def _export(page: Page, case: str, folder: Path) -> Path:
    page.goto(case)
    page.locator("form[action$='/export'] [name=recipient]").first.fill("District court")
    with page.expect_download() as download:
        page.click("text=Export redacted copy")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "CASE-2026-0002.redacted.zip"
    page.goto(case)
    return path


def _hand_over(page: Page) -> None:
    page.locator("summary", has_text="Record a hand-over").click()
    page.locator("form[action$='/hand-overs'] [name=recipient]").fill("District court")
    page.locator("form[action$='/hand-overs'] [name=purpose]").fill("Trial 12/26")
    page.get_by_role("button", name="Record the hand-over").click()
    expect(page.locator("main")).to_contain_text("Handed over to District court")
