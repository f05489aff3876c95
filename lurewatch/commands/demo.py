"""`demo`: the whole chain on a bundled site."""

from pathlib import Path

import click


@click.command()
@click.option("--headless", is_flag=True, help="Decide, make a case, export and verify without a person.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Port of the review page; default: a free one.")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-run"),
    envvar="LUREWATCH_DIR",
    show_default=True,
    help="Folder for what the demo makes; an earlier demo in it is replaced.",
)
def demo_command(directory: Path, headless: bool, port: int) -> None:
    """Crawl the bundled site, score, link and queue its adverts, then open the review page."""
    from lurewatch.demo import run_demo

    run_demo(directory, headless=headless, port=port)
