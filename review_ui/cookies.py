"""The session cookie: an opaque token that only this host gets and no script reads."""

from starlette.requests import Request
from starlette.responses import Response

_NAME = "lurewatch-session"


def cookie_name(*, https: bool) -> str:
    """With https the prefix makes browsers refuse it from any other host or without Secure (RFC 6265bis 4.1.3.2)."""
    return f"__Host-{_NAME}" if https else _NAME


def read_token(request: Request, *, https: bool) -> str | None:
    """The token that the browser sent."""
    return request.cookies.get(cookie_name(https=https))


def set_token(response: Response, token: str, *, https: bool) -> None:
    """Hand the token to the browser until it is closed."""
    response.set_cookie(cookie_name(https=https), token, path="/", secure=https, httponly=True, samesite="strict")


def drop_token(response: Response, *, https: bool) -> None:
    """Take the token back."""
    response.delete_cookie(cookie_name(https=https), path="/", secure=https, httponly=True, samesite="strict")
