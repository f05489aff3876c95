"""What is taken of a page once the browser has made it: its elements, and how it looks.

The page is stopped first, by means that reach a script that never ends, so that all of it is of one moment.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.browser.chromium import VIEWPORT
from crawlers.settings import MAX_BODY_BYTES

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

# Of a page without end, what a screenshot shows, in pixels.
SCREENSHOT_HEIGHT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A page as UTF-8 HTML, and a PNG of it where one could be made."""

    dom: bytes
    screenshot: bytes | None


class PageTooLargeError(Exception):
    """A page whose elements take more room than any page that is read."""


async def stop_scripts(session: "CDPSession") -> None:
    """Let no script of the page run any more; a session made before the page works even while one is running."""
    await asyncio.gather(
        session.send("Runtime.terminateExecution"),
        session.send("Emulation.setScriptExecutionDisabled", {"value": True}),
    )


async def take_snapshot(page: "Page") -> Snapshot:
    """The page as it stands. Raises PageTooLargeError, or Playwright's errors."""
    dom = (await page.content()).encode("utf-8", "replace")
    if len(dom) > MAX_BODY_BYTES:
        raise PageTooLargeError(f"{len(dom)} bytes of HTML, where {MAX_BODY_BYTES} are allowed.")
    return Snapshot(dom=dom, screenshot=await _screenshot(page))


async def _screenshot(page: "Page") -> bytes | None:
    """None for a page that defies it: its text is worth more than its looks."""
    from playwright.async_api import Error

    try:
        image = await page.screenshot(
            full_page=True,
            clip={"x": 0, "y": 0, "width": VIEWPORT["width"], "height": SCREENSHOT_HEIGHT},
            animations="disabled",
        )
    except Error:
        return None
    return image if len(image) <= MAX_BODY_BYTES else None
