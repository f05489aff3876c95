"""Refuses requests that another site made a browser send.

The method of Go 1.25's net/http CrossOriginProtection: no tokens in forms. Every browser since 2023 says by
Sec-Fetch-Site where a request comes from, on https and loopback; on plain http to another machine the Origin is
compared with the Host.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from review_ui.error_pages import show_http

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSiteRefusal:
    """ASGI middleware that answers 403 to whatever `is_cross_site` finds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and is_cross_site(scope["method"], Headers(scope=scope)):
            refusal = HTTPException(403, "This request came from another site and was refused.")
            await show_http(Request(scope), refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_cross_site(method: str, headers: Headers) -> bool:
    """Whether an unsafe request may come from a page that is not ours."""
    if method in SAFE_METHODS:
        return False
    if site := headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        # No browser: it would have sent one of the two. There is no ambient cookie to abuse then.
        return False
    return not _is_host(origin, headers.get("host", ""))


def _is_host(origin: str, host: str) -> bool:
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
