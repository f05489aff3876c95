"""The review application as one ASGI app: every route, the right it needs, and what stands around them."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from evidence.typefaces import FOLDER as FONTS
from lurewatch.errors import LurewatchError
from review_ui import (
    account,
    audit_chain,
    campaign,
    case_acts,
    cases,
    dashboards,
    error_pages,
    export,
    helplines,
    identifiers,
    identities,
    intake,
    items,
    language_choice,
    openid_sign_in,
    people,
    practice,
    preferences,
    quality,
    queue,
    reading_languages,
    redaction,
    retention,
    search,
    second_factor,
    sign_in,
    tokens,
    unqueued,
    verification,
    webhooks,
    wellbeing,
)
from review_ui.api.app import create_api, show_refused
from review_ui.csrf import CrossSiteRefusal
from review_ui.desk import FOLDER, Desk, desk_of
from review_ui.fields import MAX_BODY_BYTES
from review_ui.headers import SecurityHeaders
from review_ui.openid import Provider
from review_ui.passwords import Passwords
from review_ui.sealing import Seal
from review_ui.settings import ReviewSettings
from review_ui.visits import see_other, signed_in
from store import users
from store.database import Store


class ReviewApplication(Starlette):
    """Starlette with the security headers around everything, its own error answers included."""

    def build_middleware_stack(self) -> ASGIApp:
        """The usual stack, wrapped once more."""
        return SecurityHeaders(super().build_middleware_stack(), https=self.state.desk.settings.https)


def create_app(
    store: Store, *, settings: ReviewSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Starlette:
    """The application on an open store; `clock` gives aware UTC instants."""
    app = ReviewApplication(
        routes=_routes(settings),
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts, www_redirect=False),
            Middleware(CrossSiteRefusal),
        ],
        exception_handlers={
            Exception: error_pages.show_unforeseen,
            HTTPException: _show_refused,
            LurewatchError: error_pages.show_known,
        },
        max_body_size=MAX_BODY_BYTES,
    )
    app.state.desk = Desk(
        store,
        settings,
        Passwords(settings.password_cost),
        clock,
        seal=Seal(settings.seal_key) if settings.seal_key else None,
        provider=Provider(settings.openid) if settings.openid else None,
    )
    app.mount("/api", create_api(app.state.desk), name="api")
    return app


async def _show_refused(request: Request, error: Exception) -> Response:
    # A path with a line break in it does not lead into the API, though a program meant it to.
    is_programs = request.url.path.startswith("/api/")
    return await show_refused(request, error) if is_programs else error_pages.show_http(request, error)


def _routes(settings: ReviewSettings) -> list[BaseRoute]:
    return [
        Route("/", _front_page),
        Route("/healthz", _health),
        Route("/sign-in", sign_in.show_form, methods=["GET"]),
        Route("/sign-in", sign_in.sign_in, methods=["POST"]),
        Route("/sign-out", sign_in.sign_out, methods=["POST"]),
        Route("/language", language_choice.choose, methods=["POST"]),
        Route("/queue", signed_in(queue.show_queue, right="view")),
        Route("/queue/next", signed_in(queue.go_on, right="decide")),
        Route("/items/{item_id}", signed_in(items.show_item, right="view")),
        Route("/posts/{post_id}", signed_in(unqueued.show_post, right="view")),
        Route("/posts/{post_id}/queue", signed_in(unqueued.put_into_queue, right="decide"), methods=["POST"]),
        Route("/items/{item_id}/decision", signed_in(queue.decide, right="decide"), methods=["POST"]),
        Route("/items/{item_id}/campaign", signed_in(campaign.show_campaign, right="campaign_decide"), methods=["GET"]),
        Route("/items/{item_id}/campaign", signed_in(campaign.decide, right="campaign_decide"), methods=["POST"]),
        Route("/items/{item_id}/golden", signed_in(quality.mark_golden, right="mark_golden"), methods=["POST"]),
        Route("/items/{item_id}/settling", signed_in(quality.settle, right="settle"), methods=["POST"]),
        Route("/quality/skips.csv", signed_in(quality.export_skips, right="quality")),
        Route("/quality", signed_in(quality.show_quality, right="quality")),
        Route("/languages", signed_in(reading_languages.show_languages, right="decide"), methods=["GET"]),
        Route("/languages", signed_in(reading_languages.set_languages, right="decide"), methods=["POST"]),
        Route("/undo", signed_in(queue.undo, right="decide"), methods=["POST"]),
        Route("/identifiers/{identifier_id}", signed_in(identifiers.show_identifier, right="view")),
        Route("/cases", signed_in(cases.show_cases, right="view"), methods=["GET"]),
        Route("/cases", signed_in(case_acts.open_case, right="open_case"), methods=["POST"]),
        Route("/cases/{number}", signed_in(cases.show_case, right="view")),
        Route("/cases/{number}/items", signed_in(case_acts.add_item, right="open_case"), methods=["POST"]),
        Route(
            "/cases/{number}/items/{item_id}/removal",
            signed_in(case_acts.remove_item, right="open_case"),
            methods=["POST"],
        ),
        Route("/cases/{number}/campaigns", signed_in(case_acts.add_campaign, right="open_case"), methods=["POST"]),
        Route("/cases/{number}/notes", signed_in(case_acts.write_note, right="open_case"), methods=["POST"]),
        Route("/cases/{number}/approval", signed_in(case_acts.ask_approval, right="open_case"), methods=["POST"]),
        Route("/cases/{number}/ruling", signed_in(case_acts.rule, right="approve"), methods=["POST"]),
        Route("/cases/{number}/cancellation", signed_in(case_acts.cancel, right="open_case"), methods=["POST"]),
        Route("/cases/{number}/closing", signed_in(case_acts.close_case, right="open_case"), methods=["POST"]),
        Route("/cases/{number}/reopening", signed_in(case_acts.reopen_case, right="open_case"), methods=["POST"]),
        Route("/cases/{number}/hand-overs", signed_in(case_acts.hand_over, right="export"), methods=["POST"]),
        Route("/cases/{number}/recipients", signed_in(case_acts.add_recipient, right="export"), methods=["POST"]),
        Route(
            "/cases/{number}/recipients/{recipient_id}/removal",
            signed_in(case_acts.remove_recipient, right="export"),
            methods=["POST"],
        ),
        Route("/cases/{number}/redacted", signed_in(redaction.show_redacted, right="open_case")),
        Route("/cases/{number}/marks", signed_in(redaction.add_mark, right="open_case"), methods=["POST"]),
        Route(
            "/cases/{number}/marks/{mark_id}/removal",
            signed_in(redaction.remove_mark, right="open_case"),
            methods=["POST"],
        ),
        Route("/cases/{number}/export", signed_in(export.export_case, right="export"), methods=["POST"]),
        Route("/audit", signed_in(audit_chain.show_chain, right="audit")),
        Route("/dashboards", signed_in(dashboards.show_dashboards, right="dashboards")),
        *_people_routes(),
        Route("/search", signed_in(search.show_search, right="view")),
        Route("/search/views", signed_in(search.save_view, right="view"), methods=["POST"]),
        Route("/search/views/{view_id}/removal", signed_in(search.remove_view, right="view"), methods=["POST"]),
        *_verification_routes(settings.largest_pack_bytes),
        *_exchange_routes(),
        *_retention_routes(),
        Mount("/static/fonts", StaticFiles(directory=FONTS), name="fonts"),
        Mount("/static", StaticFiles(directory=FOLDER / "static"), name="static"),
    ]


def _exchange_routes() -> list[BaseRoute]:
    return [
        Route("/tokens", signed_in(tokens.show_tokens, right="tokens"), methods=["GET"]),
        Route("/tokens", signed_in(tokens.make_token, right="tokens"), methods=["POST"]),
        Route("/tokens/{token_id}/revoke", signed_in(tokens.revoke_token, right="tokens"), methods=["POST"]),
        Route("/webhooks", signed_in(webhooks.show_webhooks, right="webhooks"), methods=["GET"]),
        Route("/webhooks", signed_in(webhooks.add_webhook, right="webhooks"), methods=["POST"]),
        Route("/webhooks/{webhook_id}/remove", signed_in(webhooks.remove_webhook, right="webhooks"), methods=["POST"]),
        Route("/webhooks/{webhook_id}/again", signed_in(webhooks.send_again, right="webhooks"), methods=["POST"]),
        Route("/intake", signed_in(intake.show_intake, right="intake"), methods=["GET"]),
        Route(
            "/intake",
            signed_in(intake.take_in, right="intake", most_files=1),
            methods=["POST"],
            max_body_size=intake.LARGEST_BODY_BYTES,
        ),
        Route("/practice", signed_in(practice.show_practice, right="practice"), methods=["GET"]),
        Route("/practice", signed_in(practice.begin, right="practice"), methods=["POST"]),
        Route("/practice/{run_id}/stop", signed_in(practice.stop, right="practice"), methods=["POST"]),
        Route("/practice/{run_id}/{position}", signed_in(practice.show_task, right="practice"), methods=["GET"]),
        Route("/practice/{run_id}/{position}", signed_in(practice.answer, right="practice"), methods=["POST"]),
        Route("/helplines", signed_in(helplines.show_helplines, right="helplines"), methods=["GET"]),
        Route("/helplines", signed_in(helplines.add_helpline, right="helplines"), methods=["POST"]),
        Route("/helplines/{helpline_id}", signed_in(helplines.change_helpline, right="helplines"), methods=["POST"]),
        Route(
            "/helplines/{helpline_id}/retire", signed_in(helplines.retire_helpline, right="helplines"), methods=["POST"]
        ),
    ]


def _verification_routes(largest_bytes: int) -> list[BaseRoute]:
    return [
        Route("/verify", signed_in(verification.show_form, right="view"), methods=["GET"]),
        Route(
            "/verify",
            signed_in(verification.verify, right="view", most_files=1),
            methods=["POST"],
            max_body_size=largest_bytes + MAX_BODY_BYTES,
        ),
        Route(
            "/verify/match",
            signed_in(verification.match, right="view", most_files=2),
            methods=["POST"],
            max_body_size=2 * largest_bytes + MAX_BODY_BYTES,
        ),
    ]


def _retention_routes() -> list[BaseRoute]:
    return [
        Route("/retention", signed_in(retention.show_retention, right="retention")),
        Route("/retention/holds", signed_in(retention.place_hold, right="hold"), methods=["POST"]),
        Route("/retention/holds/{hold_id}/lifting", signed_in(retention.lift_hold, right="hold"), methods=["POST"]),
        Route("/retention/erasures", signed_in(retention.ask_erasure, right="hold"), methods=["POST"]),
        Route(
            "/retention/erasures/{request_id}/ruling",
            signed_in(retention.rule_erasure, right="approve"),
            methods=["POST"],
        ),
    ]


def _people_routes() -> list[BaseRoute]:
    return [
        Route("/sign-in/code", sign_in.show_code_form, methods=["GET"]),
        Route("/sign-in/code", sign_in.send_code, methods=["POST"]),
        Route("/sign-in/openid", openid_sign_in.depart),
        Route(openid_sign_in.CALLBACK, openid_sign_in.arrive),
        Route("/sign-in/openid/leave", openid_sign_in.leave),
        Route("/account", signed_in(account.show_account, right=None)),
        Route("/account/sessions/end", signed_in(account.end_other_sessions, right=None), methods=["POST"]),
        Route("/account/sessions/{session_id}/end", signed_in(account.end_session, right=None), methods=["POST"]),
        Route(
            "/account/password",
            signed_in(account.show_password, right=None, before_duties=True),
            methods=["GET"],
        ),
        Route(
            "/account/password",
            signed_in(account.change_password, right=None, before_duties=True),
            methods=["POST"],
        ),
        Route(
            "/account/second-factor",
            signed_in(second_factor.show_second_factor, right=None, before_duties=True),
            methods=["GET"],
        ),
        Route(
            "/account/second-factor",
            signed_in(second_factor.confirm_second_factor, right=None, before_duties=True),
            methods=["POST"],
        ),
        Route("/account/preferences", signed_in(preferences.show_preferences, right=None), methods=["GET"]),
        Route("/account/preferences", signed_in(preferences.save_preferences, right=None), methods=["POST"]),
        Route("/break", signed_in(preferences.put_break_off, right=None), methods=["POST"]),
        Route("/items/{item_id}/all-the-same", signed_in(wellbeing.show_all_the_same, right="view"), methods=["POST"]),
        Route("/people", signed_in(people.show_people, right="accounts"), methods=["GET"]),
        Route("/people", signed_in(people.add_person, right="accounts"), methods=["POST"]),
        Route("/people/{user_id}", signed_in(people.show_person, right="accounts")),
        Route("/people/{user_id}/{change}", signed_in(people.change_person, right="accounts"), methods=["POST"]),
        Route("/sessions", signed_in(people.show_sessions, right="accounts")),
        Route("/sessions/{session_id}/end", signed_in(people.end_session, right="accounts"), methods=["POST"]),
        Route("/identities", signed_in(identities.show_form, right="identities"), methods=["GET"]),
        Route("/identities", signed_in(identities.reveal, right="identities"), methods=["POST"]),
    ]


async def _front_page(request: Request) -> Response:  # noqa: ARG001
    return see_other("/queue")


async def _health(request: Request) -> Response:
    """GET /healthz: "ok" once the store has answered a question."""
    await run_in_threadpool(_ask_store, desk_of(request).store)
    return PlainTextResponse("ok\n")


def _ask_store(store: Store) -> None:
    with store.reading() as session:
        users.user_count(session)
