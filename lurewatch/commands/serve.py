"""`serve`: the review application on this machine."""

import click

from lurewatch.commands.options import with_installation
from lurewatch.installation import Installation


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8765, show_default=True, help="Port to listen on.")
@with_installation
def serve_command(installation: Installation, host: str, port: int) -> None:
    """Serve the review application until stopped."""
    from lurewatch.review import run_server

    with installation.open_store() as store:
        store.analyse()
        click.echo(f"Review application: http://{host}:{port}/ (stop with Ctrl+C)", err=True)
        run_server(installation, store, host=host, port=port)
