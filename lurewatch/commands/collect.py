"""`crawl`, `import` and `parse`: from public pages and exports to kept posts, or to JSON lines."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import AccessError, DataError, SourceError
from lurewatch.installation import Installation
from lurewatch.lines import write_line
from lurewatch.progress import bar

if TYPE_CHECKING:
    from evidence.timestamps import Authority
    from store.database import Store
    from store.parsed_post import ParsedPost

# What a column of a table can be.
_FIELDS = ("text", "title", "author", "posted_at", "url", "location", "salary", "native_id", "lang_hint")


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--once", is_flag=True, help="Crawl one round and stop (what it does anyway; `watch` goes on).")
@with_installation
def crawl_command(installation: Installation, sources: tuple[str, ...], once: bool) -> None:  # noqa: ARG001
    """Run the spiders of the source register, or of the SOURCES named."""
    from crawlers.run import UNDER_WAY, CrawlOptions, crawl

    chosen = _chosen(installation, sources)
    for source in filter(lambda each: each.off_because, chosen):
        click.echo(
            f"lurewatch: source {source.name!r} is off: {source.off_because}. "
            "Write `enabled = true` if your organisation has decided to read it.",
            err=True,
        )
    settings = installation.settings
    options = CrawlOptions(
        contact=settings.contact,
        allow_loopback=settings.allow_loopback,
        delay_s=settings.crawl_delay_s,
        max_pages=settings.max_pages,
        max_bytes=settings.max_bytes,
        max_seconds=settings.max_seconds,
        run_max_pages=settings.run_max_pages,
        run_max_bytes=settings.run_max_bytes,
        redis_url=settings.redis_url,
        rest_s=settings.watch_interval_s,
    )
    authorities = installation.authorities()
    with installation.open_store() as store:
        _refuse_while_stopped(store)
        with bar("Crawling", "pages") as move_on:
            results = crawl(
                chosen,
                store=store,
                captures_dir=installation.captures_dir,
                frontier_dir=installation.frontier_dir,
                options=options,
                on_progress=lambda _progress: move_on(1),
            )
        _seal(store, authorities, installation.checkpoints_file)
    for result in results:
        write_line({name: getattr(result, name) for name in result.__dataclass_fields__})
        if result.reason == UNDER_WAY:
            click.echo(f"lurewatch: source {result.source!r} is being crawled by another process.", err=True)
        elif result.errors or (result.reason == "finished" and not result.captures):
            click.echo(
                f"lurewatch: source {result.source!r}: {result.pages} pages read, {result.errors} errors, "
                f"{result.refused_robots} refused by robots.txt, {result.refused_egress} by the address guard.",
                err=True,
            )
    if results and all(result.errors and not result.pages for result in results):
        raise SystemExit(1)


def _refuse_while_stopped(store: "Store") -> None:
    from store.crawl_stop import stopped_because

    with store.reading() as session:
        reason = stopped_because(session)
    if reason is not None:
        raise AccessError(
            f"Crawling is stopped: {reason[:200]}.", hint="`lurewatch crawling allow REASON` lets it begin again."
        )


def _seal(store: "Store", authorities: "tuple[Authority, ...]", checkpoints: Path) -> None:
    """Seal what was captured as a batch, and have it stamped; where no authority answers it waits."""
    from lurewatch.batching import seal_and_stamp

    for problem in seal_and_stamp(store, authorities, checkpoints).problems:
        click.echo(f"lurewatch: not yet stamped: {problem}", err=True)


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
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy", "ymd"]),
    help="Order of day, month and year, when the file's dates leave it open.",
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    callback=lambda _context, _option, value: _zone(value),
    help="Where the clock stood that wrote local times, such as Asia/Bangkok; `unknown` keeps them as they are.",
)
@click.option(
    "--column",
    "columns",
    metavar="FIELD=NAME",
    multiple=True,
    callback=lambda _context, _option, values: _columns(values),
    help="Table only: which column holds text, title, author, posted_at, url, location, salary or native_id.",
)
@click.option(
    "--language",
    "languages",
    metavar="CODE",
    multiple=True,
    help="Screenshots only: a language they are in, such as th; without it all that are installed are tried.",
)
@with_installation
def import_command(
    installation: Installation,
    export_format: str | None,
    path: Path | None,
    to_jsonl: bool,
    list_formats: bool,
    provenance: str | None,
    **said: Any,
) -> None:
    """Read an export (PATH, for some formats a folder) of a FORMAT into the store."""
    from crawlers.formats import FORMATS, files_of

    if list_formats:
        for name, importer in FORMATS.items():
            click.echo(f"{name:12} {importer.provenance:16} {importer.title}")
        return
    if export_format is None or path is None:
        raise click.UsageError("Give a FORMAT and a PATH; `lurewatch import --list` names the formats.")
    if export_format not in FORMATS:
        raise DataError(f"Format {export_format!r} is unknown.", hint=f"Known are {', '.join(FORMATS)}.")
    # Before a store is opened: a mistyped path must not make an installation.
    files_of(FORMATS[export_format], path)
    if to_jsonl:
        _print_posts(export_format, path, said)
    else:
        _import(installation, export_format, path, provenance or FORMATS[export_format].provenance, said)


def _zone(value: str | None) -> str | None:
    from zoneinfo import ZoneInfo

    from crawlers.importers.choices import UNKNOWN_ZONE

    if value is None or value == UNKNOWN_ZONE:
        return value
    try:
        return str(ZoneInfo(value))
    except (OSError, ValueError, LookupError) as error:
        raise click.BadParameter(f"{value!r} is no time zone; write one such as Asia/Bangkok or UTC.") from error


def _columns(values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, sign, _column in pairs:
        if not sign or name not in _FIELDS:
            raise click.BadParameter(f"{name!r}: write FIELD=NAME with a field out of {', '.join(_FIELDS)}.")
    return {name: column for name, _sign, column in pairs}


def _print_posts(export_format: str, path: Path, said: dict[str, Any]) -> None:
    from crawlers.formats import FORMATS, files_of, with_each
    from crawlers.importers.choices import Choices

    importer, choices = FORMATS[export_format], Choices(**said)
    without_zone, without_order = [0], [0]

    def print_file(file: Path) -> None:
        for post in importer.read(file, choices):
            without_zone[0] += post.posted_at is None and "date_local" in post.extra
            without_order[0] += post.extra.get("date_order") == "unknown"
            write_line(post.as_line())

    try:
        with_each(files_of(importer, path), print_file)
    finally:
        if without_zone[0]:
            click.echo(f"lurewatch: {without_zone[0]} posts have local times only; --time-zone places them.", err=True)
        if without_order[0]:
            click.echo(
                f"lurewatch: {without_order[0]} posts have dates whose order nothing decides; --date-order does.",
                err=True,
            )


def _import(installation: Installation, export_format: str, path: Path, provenance: str, said: dict[str, Any]) -> None:
    from crawlers.importers.choices import Choices
    from lurewatch.importing import import_export

    authorities = installation.authorities()
    with installation.open_store() as store:
        with bar("Importing", "posts") as move_on:
            done = import_export(
                store,
                installation.captures_dir,
                export_format=export_format,
                path=path,
                provenance=provenance,
                choices=Choices(must_know=True, **said),
                on_progress=move_on,
            )
        _seal(store, authorities, installation.checkpoints_file)
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
    """Read a saved page (FILE, with or without its HTTP head) as the spider of KIND would; posts as JSONL, no store."""
    from crawlers.bounded_reading import MOST_BYTES, MOST_SECONDS, PageTooCostlyError, read_bounded
    from crawlers.kinds import KINDS
    from crawlers.reading.raw_http import split_raw_answer
    from crawlers.source_spider import first_tellings

    if kind not in KINDS:
        raise DataError(f"Kind {kind!r} is unknown.", hint=f"Known are {', '.join(KINDS)}.")
    try:
        body = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror}.", hint="Check the path.") from error
    at = fetched_at.replace(tzinfo=UTC) if fetched_at else datetime.now(UTC)
    stated, page = split_raw_answer(body)

    def read() -> list["ParsedPost"]:
        return list(KINDS[kind].parse_page(page, url, fetched_at=at, content_type=content_type or stated))

    try:
        found = first_tellings(read_bounded(read, len(page)))
    except PageTooCostlyError as error:
        raise DataError(
            f"{file}: reading it takes more than {MOST_SECONDS} s or {MOST_BYTES // 2**20} MiB of memory.",
            hint="A crawl would keep such a page and not read it either.",
        ) from error
    for post in found:
        write_line(post.as_line())
    if not found:
        click.echo(f"lurewatch: {file}: no post of kind {kind} in it.", err=True)
