"""`retention`: erase what was kept long enough or what somebody asked to have erased, and hold what must stay."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import click

from lurewatch.commands.options import ACTOR, with_installation, with_recipient
from lurewatch.commands.output import write_out
from lurewatch.errors import EvidenceError
from lurewatch.installation import Installation
from lurewatch.lines import write_line


@click.group()
def retention_command() -> None:
    """Erase what was kept long enough, hold what must stay, and report what is kept."""


@retention_command.command("run")
@click.option("--dry-run", is_flag=True, help="Say how many posts and images would go; erase nothing.")
@with_installation
def run(installation: Installation, dry_run: bool) -> None:
    """Erase posts that nobody needs and that were last seen `retention_days` ago, with their captures."""
    from lurewatch.retention import count_due, run_retention

    now = datetime.now(UTC)
    with installation.open_existing_store() as store:
        if dry_run:
            write_line({**count_due(installation, store, now), "days": installation.settings.retention_days})
            return
        done = run_retention(installation, store, now)
    write_line(done.as_line())
    _refuse_faults(done.faults)


@retention_command.command("hold")
@click.argument("kind")
@click.argument("name")
@click.option("--reason", required=True, help="Who asked for it, and why.")
@with_installation
def hold(installation: Installation, kind: str, name: str, reason: str) -> None:
    """Let nothing be erased of a case (its number), a source (its name), or the post or campaign of that number."""
    from store import holds

    with installation.open_existing_store() as store, store.transaction() as session:
        placed = holds.place(session, kind, name, reason=reason, actor=ACTOR, now=datetime.now(UTC))
        click.echo(placed.id)


@retention_command.command("holds")
@with_installation
def list_holds(installation: Installation) -> None:
    """List the holds that stand: number, what is held, by whom, since when, why."""
    from store import holds
    from store.parsed_post import rfc3339

    with installation.open_existing_store() as store, store.reading() as session:
        for one in holds.standing(session):
            what = f"{one.kind} {holds.called(session, one)}"
            click.echo(f"{one.id}\t{what}\t{one.set_by}\t{rfc3339(one.set_at)}\t{one.reason}")


@retention_command.command("release")
@click.argument("hold_id", metavar="HOLD", type=int)
@click.option("--reason", required=True, help="Who decided it, and why.")
@with_installation
def release(installation: Installation, hold_id: int, reason: str) -> None:
    """Lift the hold of that number."""
    from store import holds

    with installation.open_existing_store() as store, store.transaction() as session:
        holds.lift(session, hold_id, reason=reason, actor=ACTOR, now=datetime.now(UTC))


@retention_command.command("erase")
@click.argument("post_id", metavar="POST", type=int)
@click.option("--reason", required=True, help="Who asked for it, and on what ground; names nobody.")
@with_installation
def erase(installation: Installation, post_id: int, reason: str) -> None:
    """Erase a post now; where it is confirmed, in a case, golden or open, ask a supervisor to approve it."""
    from evidence.warc_erasing import erase_captures
    from store import erasure_requests
    from store.erasing import Erased
    from store.scrubbing import scrub

    now = datetime.now(UTC)
    with installation.open_existing_store() as store:
        with store.transaction() as session:
            done = erasure_requests.ask(session, post_id, reason=reason, actor=ACTOR, now=now)
            request_id = None if isinstance(done, Erased) else done.id
        if request_id is not None:
            write_line({"request": request_id, "waits_for": "a supervisor's approval on the page Retention"})
            return
        captures = erase_captures(store, installation.captures_dir, actor=ACTOR, before=None, now=now)
        scrub(store)
    write_line({"posts": 1, "captures": captures.captures})
    _refuse_faults(captures.faults)


@retention_command.command("report")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; default: standard output."
)
@click.option("--days", type=click.IntRange(1, 36_500), default=365, show_default=True, help="The period reported.")
@with_recipient()
@with_installation
def report(installation: Installation, out: Path | None, days: int, recipient: str, purpose: str) -> None:
    """What is stored about whom and why, as Markdown; it names no post and nobody outside."""
    from lurewatch.data_report import report_markdown
    from store import audit

    with installation.open_existing_store() as store:
        content = report_markdown(installation, store, datetime.now(UTC), days=days).encode()
        told = {"recipient": recipient, "purpose": purpose, "sha256": hashlib.sha256(content).hexdigest()}
        with store.transaction() as session:
            audit.append(session, actor=ACTOR, action="report.exported", subject="retention", details=told)
    write_out([content], out)


def _refuse_faults(faults: tuple[str, ...]) -> None:
    if faults:
        raise EvidenceError(f"Not erased yet: {'; '.join(faults)}", hint="Mend that, and run the retention again.")
