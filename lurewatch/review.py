"""Puts the review application together from an installation and serves it."""

import uvicorn
from starlette.applications import Starlette

from classifier.lexicon import Lexicon
from lurewatch import resources
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
    uvicorn.run(
        review_app(installation, store, host=host),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
    )
