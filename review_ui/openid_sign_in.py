"""Signing in at the organisation's OpenID provider, and which account that opens.

Only the provider's issuer and subject say who somebody is: names there may change hands. A name binds once, to an
account that an administrator made for it without a password. An account with a password is never opened from outside.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lurewatch.errors import AccessError, LurewatchError, NotFoundError
from review_ui import cookies
from review_ui.desk import Desk, Page, desk_of
from review_ui.openid import JOURNEY_LIMIT, Journey, OpenIdSettings, Provider, claim_values
from review_ui.people import MAX_NAME, is_typable
from review_ui.sealing import Seal
from review_ui.sign_in import end_session, origin_of, safe_next, start_session
from store import audit, identities, users
from store.tables import User

CALLBACK = "/sign-in/openid/back"
_COOKIE = "lurewatch-openid"
# Threads of its own: a provider that hangs must not take those of people at work.
_TRAVELLERS = ThreadPoolExecutor(4, thread_name_prefix="openid")


async def depart(request: Request) -> Response:
    """GET /sign-in/openid: off to the provider."""
    return await _in_threads(partial(_depart, request))


async def arrive(request: Request) -> Response:
    """GET /sign-in/openid/back: the provider sent the browser back."""
    return await _in_threads(partial(_arrive, request))


async def leave(request: Request) -> Response:
    """GET /sign-in/openid/leave: to where the provider signs people out."""
    return await _in_threads(partial(_leave, request))


def account_of(session: Session, settings: OpenIdSettings, claims: dict[str, Any], *, now: datetime) -> User:
    """The account that the claims open, with the role they give; AccessError when they open none."""
    audit.hold(session)
    user = identities.person_of(session, settings.issuer, claims["sub"]) or _bound(session, settings, claims, now)
    role = _role(settings, claims)
    if settings.roles and role is None:
        raise AccessError("Your account at the provider has no role here.", hint="Ask its administrators for one.")
    if role is not None:
        users.set_role(session, user, role, actor="openid")
    if user.disabled:
        raise AccessError("Your account here is closed.", hint="Ask the administrator.")
    return user


def _bound(session: Session, settings: OpenIdSettings, claims: dict[str, Any], now: datetime) -> User:
    """The account that waits for this name, or a new one where the settings allow it."""
    name = claims.get(settings.name_claim)
    if not isinstance(name, str) or not is_typable(name):
        raise AccessError(
            f"The provider gave no name of 1 to {MAX_NAME} characters.", hint="Mend the setting oidc_name_claim."
        )
    user = users.user_by_name(session, name)
    if user is None and settings.create_accounts:
        role = _role(settings, claims)
        if role is not None:
            user = users.add_user(session, username=name, role=role, password_hash="", now=now, actor="openid")
    if user is None or user.password_hash or identities.is_bound(session, user):
        raise AccessError("There is no account here for you.", hint="Ask the administrator to add one.")
    identities.bind(session, user, issuer=settings.issuer, subject=claims["sub"], now=now)
    return user


def _role(settings: OpenIdSettings, claims: dict[str, Any]) -> str | None:
    held = claim_values(claims, settings.role_claim)
    return next((role for value, role in settings.roles.items() if value in held), None)


def _depart(request: Request) -> Response:
    desk, provider, seal = _parts(request)
    wanted = safe_next(request.query_params.get("next", ""))
    url, journey = provider.depart(redirect_uri=_redirect_uri(request), next_path=wanted, now=desk.clock())
    response = RedirectResponse(url, status_code=303)
    # Lax: the browser comes back from another site, and would keep a Strict cookie to itself.
    response.set_cookie(
        _cookie_name(desk),
        journey.sealed(seal),
        max_age=int(JOURNEY_LIMIT.total_seconds()),
        path="/",
        secure=desk.settings.https,
        httponly=True,
        samesite="lax",
    )
    return response


def _arrive(request: Request) -> Response:
    desk, provider, seal = _parts(request)
    now = desk.clock()
    journey = _journey(request, seal)
    claims = provider.arrive(journey, request.query_params, redirect_uri=_redirect_uri(request), now=now)
    with desk.store.transaction() as session:
        user = account_of(session, provider.settings, claims, now=now)
        token = start_session(session, user, now=now, origin=origin_of(request))
    end_session(request)
    # A page of ours that goes on by itself: a redirect would still be the other site's, without the Strict cookie.
    response = desk.render(request, Page("signed_in.html", {"next": safe_next(journey.next)}))
    cookies.set_token(response, token, https=desk.settings.https)
    response.delete_cookie(_cookie_name(desk), path="/", secure=desk.settings.https, httponly=True, samesite="lax")
    return response


def _leave(request: Request) -> Response:
    _desk, provider, _seal = _parts(request)
    return RedirectResponse(provider.way_out() or "/sign-in", status_code=303)


def _journey(request: Request, seal: Seal) -> Journey:
    try:
        return Journey.opened(request.cookies.get(_cookie_name(desk_of(request)), ""), seal)
    except (LurewatchError, ValueError, TypeError) as error:
        raise AccessError(
            "This sign-in was not begun in this browser.", hint="Sign in again from the start."
        ) from error


def _parts(request: Request) -> tuple[Desk, Provider, Seal]:
    desk = desk_of(request)
    if desk.provider is None or desk.seal is None:
        raise NotFoundError("No OpenID provider is set up here.", hint="Sign in with name and password.")
    return desk, desk.provider, desk.seal


def _redirect_uri(request: Request) -> str:
    # The host is one of the allowed ones: the middleware in front saw to that.
    scheme = "https" if desk_of(request).settings.https else request.url.scheme
    return f"{scheme}://{request.headers['host']}{CALLBACK}"


def _cookie_name(desk: Desk) -> str:
    return f"__Host-{_COOKIE}" if desk.settings.https else _COOKIE


async def _in_threads(step: Callable[[], Response]) -> Response:
    return await asyncio.get_running_loop().run_in_executor(_TRAVELLERS, step)
