"""`crawl`, `import` and `parse`: from public pages and exports to kept posts, or to JSON lines."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError, SourceError
from lurewatch.installation import Installation
from lurewatch.lines import write_line
from lurewatch.progress import bar


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--once", is_flag=True, help="Crawl one round and stop (what it does anyway; `watch` goes on).")
@with_installation
def crawl_command(installation: Installation, sources: tuple[str, ...], once: bool) -> None:  # noqa: ARG001
    """Run the spiders of the source register, or of the SOURCES named."""
    from crawlers.run import CrawlOptions, crawl

    chosen = _chosen(installation, sources)
    settings = installation.settings
    options = CrawlOptions(
        contact=settings.contact,
        allow_loopback=settings.allow_loopback,
        delay_s=settings.crawl_delay_s,
        max_pages=settings.max_pages,
    )
    with installation.open_store() as store, bar("Crawling", "pages") as move_on:
        results = crawl(
            chosen,
            store=store,
            captures_dir=installation.captures_dir,
            options=options,
            on_progress=lambda _progress: move_on(1),
        )
    for result in results:
        write_line({name: getattr(result, name) for name in result.__dataclass_fields__})
        if result.errors or (result.reason == "finished" and not result.captures):
            click.echo(
                f"lurewatch: source {result.source!r}: {result.pages} pages read, {result.errors} errors, "
                f"{result.refused_robots} refused by robots.txt, {result.refused_egress} by the address guard.",
                err=True,
            )
    if results and all(result.errors and not result.pages for result in results):
        raise SystemExit(1)


def _chosen(installation: Installation, names: tuple[str, ...]) -> list[Any]:
    from crawlers.kinds import KINDS
    from crawlers.register import read_register

    registered = read_register(installation.sources_file, kinds=KINDS)
    unknown = set(names) - {source.name for source in registered}
    if unknown:
        raise SourceError(
            f"{installation.sources_file}: there is no source {sorted(unknown)[0]!r}.",
            hint=f"Registered are {', '.join(source.name for source in registered)}.",
        )
    return [source for source in registered if not names or source.name in names]


@click.command(name="import")
@click.argument("export_format", metavar="FORMAT", required=False)
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--to-jsonl", is_flag=True, help="Print the posts instead of keeping them; no store is touched.")
@click.option("--list", "list_formats", is_flag=True, help="List the formats.")
@click.option(
    "--provenance",
    type=click.Choice(["platform_export", "handed_over", "seized"]),
    help="Where the file is from, when it is not what the format says.",
)
@with_installation
def import_command(
    installation: Installation,
    export_format: str | None,
    path: Path | None,
    to_jsonl: bool,
    list_formats: bool,
    provenance: str | None,
) -> None:
    """Read an export (PATH) of a FORMAT into the store."""
    from crawlers.formats import FORMATS

    if list_formats:
        for name, importer in FORMATS.items():
            click.echo(f"{name:12} {importer.title}")
        return
    if export_format is None or path is None:
        raise click.UsageError("Give a FORMAT and a PATH; `lurewatch import --list` names the formats.")
    if export_format not in FORMATS:
        raise DataError(f"Format {export_format!r} is unknown.", hint=f"Known are {', '.join(FORMATS)}.")
    if not path.is_file():
        raise DataError(f"{path}: there is no such file.", hint="Check the path.")
    if to_jsonl:
        for post in FORMATS[export_format].read(path):
            write_line(post.as_line())
        return
    _import(installation, export_format, path, provenance or FORMATS[export_format].provenance)


def _import(installation: Installation, export_format: str, path: Path, provenance: str) -> None:
    from lurewatch.importing import import_export

    with installation.open_store() as store, bar("Importing", "posts") as move_on:
        done = import_export(
            store,
            installation.captures_dir,
            export_format=export_format,
            path=path,
            provenance=provenance,
            on_progress=move_on,
        )
    click.echo(f"{done.seen} posts read: {done.new} new, {done.edited} edited.", err=True)


@click.command()
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", required=True, help="Address the page was saved from.")
@click.option("--content-type", help="The Content-Type header it came with, if known.")
@click.option(
    "--fetched-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]),
    help="When it was saved (UTC); dates such as '3 days ago' count from it. Default: now.",
)
@with_installation
def parse_command(
    installation: Installation,  # noqa: ARG001 - every command takes --dir
    kind: str,
    file: Path,
    url: str,
    content_type: str | None,
    fetched_at: datetime | None,
) -> None:
    """Read a saved page (FILE) as the spider of KIND would; posts as JSONL on standard output, no store."""
    from crawlers.kinds import KINDS

    if kind not in KINDS:
        raise DataError(f"Kind {kind!r} is unknown.", hint=f"Known are {', '.join(KINDS)}.")
    try:
        body = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror}.", hint="Check the path.") from error
    at = fetched_at.replace(tzinfo=UTC) if fetched_at else datetime.now(UTC)
    count = 0
    for post in KINDS[kind].parse_page(body, url, fetched_at=at, content_type=content_type):
        write_line(post.as_line())
        count += 1
    if not count:
        click.echo(f"lurewatch: {file}: no post of kind {kind} in it.", err=True)
