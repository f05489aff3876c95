"""Debian's Chromium, driven by scrapy-playwright: whether it can be had, and how it starts.

It has no way to the network: every name and address leads nowhere, and so does the proxy behind which it stands.
What a page needs is handed to it by `crawlers.browser.parts`, or is not there.
"""

import importlib.util
import os
import shutil
from typing import Any

PROGRAM = "chromium"
VIEWPORT = {"width": 1280, "height": 900}
# Starting a browser on a machine that is busy with other work.
LAUNCH_LIMIT_S = 120.0
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-quic",
    "--dns-prefetch-disable",
    # Two names of one switch: newer and older Chromium. Without it WebRTC sends datagrams past any proxy.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # What the scripts of one page may hold, in MiB.
    "--js-flags=--max-old-space-size=256",
    "--no-first-run",
    "--no-pings",
    "--proxy-bypass-list=<-loopback>",
    "--proxy-server=http://127.0.0.1:9",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
# Tokens of platforms stand in the environment, and are nothing to a program that runs strangers' scripts.
_ENVIRONMENT = ("HOME", "LANG", "PATH", "TMPDIR")


def why_off() -> str | None:
    """Why no page can be made here; None when they can."""
    if importlib.util.find_spec("scrapy_playwright") is None:
        return "the extra `browser` is not installed (docs/sources.md)"
    if shutil.which(PROGRAM) is None:
        return "there is no Chromium (install Debian's package `chromium`)"
    return None


def browser_settings() -> dict[str, Any]:
    """scrapy-playwright's settings; the sandbox is off for root alone, where Chromium does not start with it."""
    return {
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "args": list(_ARGUMENTS),
            "chromium_sandbox": os.geteuid() != 0,
            "env": {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            "executable_path": shutil.which(PROGRAM),
            # The crawl ends by itself when it is told to, and the browser with it.
            "handle_sighup": False,
            "handle_sigint": False,
            "handle_sigterm": False,
            # Playwright lets pages open windows without end.
            "ignore_default_args": ["--disable-popup-blocking"],
            "timeout": LAUNCH_LIMIT_S * 1_000,
        },
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
    }


def context_options(user_agent: str) -> dict[str, Any]:
    """Of the profile that each page has to itself, and that goes with it."""
    return {
        "accept_downloads": False,
        "locale": "en-US",
        "permissions": [],
        "service_workers": "block",
        "user_agent": user_agent,
        "viewport": VIEWPORT,
    }
