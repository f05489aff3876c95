"""`watch`: crawl, score, link and alert, round after round, until stopped."""

import signal
import subprocess
import sys
import threading

import click

from lurewatch.commands.options import with_installation
from lurewatch.installation import Installation


@click.command()
@with_installation
def watch_command(installation: Installation) -> None:
    """Crawl, score, link and alert until stopped (SIGINT or SIGTERM)."""
    from lurewatch.pipeline import Linker, score_pending
    from store.queue import lane_counts

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    classifier = installation.load_classifier()
    store = installation.open_store()
    linker = Linker(store)
    urgent_before = 0
    while not stop.is_set():
        crawl_in_a_process(installation)
        scored = score_pending(store, classifier, audit_sample=installation.settings.audit_sample)
        linker.link_pending()
        with store.reading() as session:
            counts = lane_counts(session)
        click.echo(f"{scored.revisions} scored, {scored.queued} queued; open: {counts}", err=True)
        if counts["urgent"] > urgent_before:
            click.echo(f"URGENT: {counts['urgent']} posts may be calls for help. Open the queue.", err=True)
        urgent_before = counts["urgent"]
        stop.wait(installation.settings.watch_interval_s)
    store.close()


def crawl_in_a_process(installation: Installation) -> int:
    """One crawl in a process of its own, because Twisted's reactor runs once in a process; returns its exit code."""
    command = [sys.executable, "-m", "lurewatch", "crawl", "--once", "--dir", str(installation.directory)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode  # noqa: S603 - our own words
