"""`seal rotate`: a fresh key for what is kept sealed in the store."""

import click

from lurewatch.commands.options import with_installation
from lurewatch.installation import Installation


@click.group()
def seal_command() -> None:
    """Keep the key that second factors and webhooks' secrets are sealed under."""


@seal_command.command("rotate")
@with_installation
def rotate(installation: Installation) -> None:
    """Seal everything under a fresh key and forget the old one. Stop `serve` and `watch` first."""
    from lurewatch.rotation import rotate_seal_key

    with installation.open_existing_store() as store:
        count = rotate_seal_key(installation, store)
    click.echo(f"Sealed {count} secrets under a fresh key. Back up {installation.keys_dir} anew.")
