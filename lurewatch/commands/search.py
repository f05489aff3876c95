"""`search rebuild`: indexes every stored post anew."""

import click

from lurewatch.commands.options import with_installation
from lurewatch.installation import Installation
from lurewatch.progress import bar


@click.group()
def search_command() -> None:
    """Keep the search of the review application."""


@search_command.command("rebuild")
@with_installation
def rebuild_command(installation: Installation) -> None:
    """Index every stored post anew, its text without disguise included; others can work meanwhile."""
    from classifier.cleaning import clean
    from store.search_rebuild import rebuild

    count = 0
    with installation.open_existing_store() as store, bar("indexing", "revisions") as move_on:
        for batch in rebuild(store, lambda text: clean(text).text):
            count += batch
            move_on(batch)
    click.echo(f"Indexed {count} revisions.")
