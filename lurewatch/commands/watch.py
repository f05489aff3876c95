"""`watch`: crawl, score, link, alert and seal, round after round, until stopped."""

import os
import signal
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from lurewatch.commands.options import with_installation
from lurewatch.crawl_process import crawl_in_a_process
from lurewatch.errors import ConfigurationError
from lurewatch.installation import Installation

if TYPE_CHECKING:
    from store.database import Store

DAY_S = 24 * 3600


@click.command()
@with_installation
def watch_command(installation: Installation) -> None:
    """Crawl, score, link, alert and seal until stopped (SIGINT or SIGTERM)."""
    from lurewatch.batching import batching
    from lurewatch.deliveries import delivering
    from lurewatch.pipeline import Linker, score_pending
    from review_ui.sealing import Seal
    from store.queue_list import open_counts

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    classifier = installation.load_classifier()
    authorities = installation.authorities()
    with (
        installation.open_store() as store,
        delivering(store, Seal(installation.seal_key()), installation.settings.webhook_origins),
        batching(store, authorities, installation.checkpoints_file, every_s=installation.settings.batch_interval_s),
    ):
        linker = Linker(store)
        urgent_before = 0
        is_first_round = True
        daily_at = time.monotonic()
        while not stop.is_set():
            exit_code = crawl_in_a_process(installation.directory, os.environ, stop)
            if is_first_round and exit_code == ConfigurationError.exit_code:
                raise ConfigurationError("Nothing can be crawled.", hint="The reason stands above.")
            is_first_round = False
            scored = score_pending(
                store,
                classifier,
                audit_sample=installation.settings.audit_sample,
                is_stopped=stop.is_set,
            )
            linker.link_pending()
            if time.monotonic() >= daily_at:
                _keep_house(installation, store)
                daily_at += DAY_S
            with store.reading() as session:
                counts = open_counts(session)
            click.echo(f"{scored.revisions} scored, {scored.queued} queued; open: {counts}", err=True)
            if counts["urgent"] > urgent_before:
                click.echo(f"URGENT: {counts['urgent']} posts may be calls for help. Open the queue.", err=True)
            urgent_before = counts["urgent"]
            stop.wait(installation.settings.watch_interval_s)


def _keep_house(installation: Installation, store: "Store") -> None:
    """What is due once a day: erase what was kept long enough, which tells the database how its rows are spread."""
    from lurewatch.retention import run_retention

    for fault in run_retention(installation, store, datetime.now(UTC)).faults:
        click.echo(f"Not erased yet: {fault}", err=True)
