"""Puts the review application together from an installation and serves it."""

import socket
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from classifier.lexicon import Lexicon
from lurewatch import resources
from lurewatch.errors import ConfigurationError
from lurewatch.installation import Installation
from review_ui.app import create_app
from review_ui.settings import ReviewSettings
from store.database import Store


def review_app(installation: Installation, store: Store, *, host: str) -> Starlette:
    """The application of an installation; it answers under the configured host names and `host`."""
    settings = ReviewSettings(
        allowed_hosts=sorted({*installation.settings.allowed_hosts, host}),
        concepts=Lexicon.load(resources.lexicons()).concepts,
        https=installation.settings.https,
        captures_dir=installation.captures_dir,
        keys_dir=installation.keys_dir,
        organisation=installation.settings.organisation,
    )
    return create_app(store, settings=settings)


def run_server(installation: Installation, store: Store, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Request lines are not logged: addresses may carry what was searched for."""
    listener = _listen(host, port)
    config = uvicorn.Config(
        review_app(installation, store, host=host), access_log=False, log_level="warning", server_header=False
    )
    with listener, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"Nothing can listen on {host} port {port}: {reason}.", hint="Give another --host or --port."
        ) from error
