"""In a real Chromium: a pack is dropped on the page that verifies, or chosen there, and what was found can be read."""

import base64
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from review_ui import languages
from tests.review_ui.chromium import in_chromium, let_in, page_on, tab_to
from tests.review_ui.office import Office
from tests.review_ui.test_every_page import serious_faults

pytestmark = in_chromium

PACK = Path(__file__).parents[1] / "evidence" / "kept" / "lurewatch-pack-2.zip"
TRANSFER = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name));
  return transfer;
}"""


def _drop(page: Page, selector: str, name: str, content: bytes) -> None:
    transfer = page.evaluate_handle(TRANSFER, [name, base64.b64encode(content).decode()])
    page.dispatch_event(selector, "drop", {"dataTransfer": transfer})


def _shot(page: Page, name: str) -> None:
    """A picture to look at, if LUREWATCH_SHOTS says where it goes."""
    if "LUREWATCH_SHOTS" in os.environ:
        page.screenshot(path=Path(os.environ["LUREWATCH_SHOTS"]) / f"verify-{name}.png", full_page=True)


def test_a_pack_that_is_dropped_anywhere_is_verified(browser: Browser, served: tuple[Office, str]) -> None:
    office, base = served
    with page_on(browser, base) as page:
        let_in(page, office, base, "sup")
        # By the link, so that the page was swapped in.
        page.goto("/queue")
        page.get_by_role("link", name="Verify").click()
        page.wait_for_url("**/verify")
        expect(page.get_by_text("Or drop it anywhere")).to_be_visible()
        _drop(page, "h1", "Dropped here.zip", PACK.read_bytes())
        expect(page.locator(".outcome.holds")).to_contain_text("It holds")
        expect(page.locator("#outcome")).to_have_text("Dropped here.zip")
        _drop(page, "h1", "Altered.zip", PACK.read_bytes().replace(b"p-vi", b"p-vj"))
        expect(page.locator(".outcome.problem")).to_contain_text("It does not hold")
        _shot(page, "altered")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_pack_that_is_chosen_is_verified_by_the_keyboard_alone(
    browser: Browser, served: tuple[Office, str], script: bool
) -> None:
    office, base = served
    with page_on(browser, base, script=script) as page:
        let_in(page, office, base, "ana")
        page.goto("/verify")
        field = page.locator("[name=pack]")
        tab_to(page, field)
        field.set_input_files(PACK)
        tab_to(page, page.get_by_role("button", name="Verify"))
        page.keyboard.press("Enter")
        expect(page.locator(".outcome.holds")).to_be_visible()
        expect(page.locator(".claims > li")).to_have_count(16)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("th", "dark")])
def test_what_was_found_can_be_read_by_everybody(
    browser: Browser, served: tuple[Office, str], language: str, scheme: str
) -> None:
    office, base = served
    with page_on(browser, base, width=320, scheme=scheme) as page:
        let_in(page, office, base, "sup")
        page.context.add_cookies([{"name": languages.COOKIE, "value": language, "url": base}])
        page.goto("/verify")
        page.locator("[name=pack]").set_input_files({"name": "x" * 120, "mimeType": "", "buffer": PACK.read_bytes()})
        page.locator("form.drop button").click()
        expect(page.locator(".outcome.holds")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious_faults(page) == []
        _shot(page, f"{language}-320-{scheme}")
        page.set_viewport_size({"width": 1280, "height": 900})
        _shot(page, f"{language}-1280-{scheme}")
