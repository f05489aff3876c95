"""`crawling`: the stop switch. It holds for every crawl that works with this store, under way or to come."""

import click

from lurewatch.commands.options import ACTOR, with_installation
from lurewatch.installation import Installation


@click.group()
def crawling_command() -> None:
    """Stop all crawling, or allow it again."""


@crawling_command.command("stop")
@click.argument("reason")
@with_installation
def stop(installation: Installation, reason: str) -> None:
    """End the crawls that are under way within seconds, and let none begin. REASON goes on record."""
    from store import crawl_stop

    with installation.open_existing_store() as store, store.transaction() as session:
        crawl_stop.stop(session, actor=ACTOR, reason=reason)
    click.echo("Crawling is stopped; `lurewatch crawling allow` ends that.", err=True)


@crawling_command.command("allow")
@click.argument("reason")
@with_installation
def allow(installation: Installation, reason: str) -> None:
    """Let crawls begin again. REASON goes on record."""
    from store import crawl_stop

    with installation.open_existing_store() as store, store.transaction() as session:
        crawl_stop.allow(session, actor=ACTOR, reason=reason)
