"""Puts the review application together from an installation and serves it."""

import socket
from collections.abc import Iterable
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from classifier.lexicon import Lexicon
from lurewatch import resources
from lurewatch.deliveries import delivering
from lurewatch.errors import ConfigurationError
from lurewatch.helplines import begin_directory, place_countries
from lurewatch.installation import Installation
from lurewatch.intake import Intake
from lurewatch.practice_set import PracticeSet
from lurewatch.settings import Settings
from review_ui.app import create_app
from review_ui.openid import OpenIdSettings
from review_ui.sealing import Seal
from review_ui.settings import ReviewSettings
from store.database import Store
from store.roles import RIGHTS
from store.rules import QueueRules


def review_app(installation: Installation, store: Store, *, host: str) -> Starlette:
    """The application of an installation; it answers under the configured host names and `host`."""
    settings = ReviewSettings(
        allowed_hosts=sorted({*installation.settings.allowed_hosts, host}),
        concepts=Lexicon.load(resources.lexicons()).concepts,
        https=installation.settings.https,
        exporter=installation.exporter(store),
        largest_pack_bytes=installation.settings.verify_max_mb * 1_000_000,
        seal_key=installation.seal_key(),
        second_factor_roles=frozenset(known_roles("second_factor_roles", installation.settings.second_factor_roles)),
        retention_days=installation.settings.retention_days,
        severe_per_day=installation.settings.severe_per_day,
        openid=openid_settings(installation.settings),
        rules=queue_rules(installation.settings),
        webhook_origins=installation.settings.webhook_origins,
        intake=Intake(
            store,
            installation.captures_dir,
            load_classifier=installation.load_classifier,
            audit_sample=installation.settings.audit_sample,
        ),
        practice=PracticeSet(resources.corpus()),
        place_countries=place_countries(resources.lexicons()),
    )
    begin_directory(store, resources.helplines())
    return create_app(store, settings=settings)


def openid_settings(settings: Settings) -> OpenIdSettings | None:
    """The OpenID provider of the settings; ConfigurationError when it is only half named."""
    needed = {name: getattr(settings, name) for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")}
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return None
    if missing:
        raise ConfigurationError(
            f"The setting {missing[0]} is missing.", hint="Name the provider wholly, or not at all."
        )
    known_roles("oidc_roles", settings.oidc_roles.values())
    return OpenIdSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        name_claim=settings.oidc_name_claim,
        role_claim=settings.oidc_role_claim,
        roles=settings.oidc_roles,
        create_accounts=settings.oidc_create_accounts,
    )


def known_roles(setting: str, roles: Iterable[str]) -> list[str]:
    """The roles that a setting names; ConfigurationError when one is unknown."""
    named = list(roles)
    for role in named:
        if role not in RIGHTS:
            raise ConfigurationError(
                f"The setting {setting} names the role {role!r}, which is unknown.",
                hint=f"Roles are {', '.join(RIGHTS)}.",
            )
    return named


def queue_rules(settings: Settings) -> QueueRules:
    """The queue's rules as an installation sets them."""
    weights = {
        "likely": settings.lane_likely,
        "uncertain": settings.lane_uncertain,
        "audit": settings.lane_audit,
    }
    return QueueRules(
        lane_weights=weights,
        blind_share=settings.blind_share,
        second_share=settings.second_share,
        golden_share=settings.golden_share,
    )


def run_server(installation: Installation, store: Store, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Request lines are not logged: addresses may carry what was searched for."""
    listener = _listen(host, port)
    config = uvicorn.Config(
        review_app(installation, store, host=host), access_log=False, log_level="warning", server_header=False
    )
    sending = delivering(store, Seal(installation.seal_key()), installation.settings.webhook_origins)
    with listener, sending, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"Nothing can listen on {host} port {port}: {reason}.", hint="Give another --host or --port."
        ) from error
