"""`audit`: walks the audit chain, sets it beside a copy that is kept elsewhere, and makes such copies."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lurewatch.commands.options import ACTOR, with_installation, with_recipient
from lurewatch.commands.output import write_out
from lurewatch.errors import EvidenceError
from lurewatch.installation import Installation

if TYPE_CHECKING:
    from evidence.verify_standalone import StampOpinion


@click.group()
def audit_command() -> None:
    """Check the chain of audit entries, and copy it for a second host."""


@audit_command.command("verify")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy that `audit export` made and that was kept elsewhere.",
)
@click.option(
    "--tsa-cert",
    "tsa_roots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Root certificates (PEM) of an authority that must have stamped checkpoints; default: those of the settings.",
)
@with_installation
def verify(installation: Installation, against: Path | None, tsa_roots: tuple[Path, ...]) -> None:
    """Name the first entry that was edited, removed, reordered or cut off at the end, what is gone without one, and
    each WARC file that is not what it was when it was closed. Nothing is written.
    """
    from evidence.audit_export import checkpoint_fault, compare, read_copy
    from evidence.checkpoint_stamps import noted, stamps_told
    from evidence.checkpoints import own_fingerprint
    from evidence.warc_check import warc_faults
    from store.accounting import gap
    from store.audit import verify_chain

    kept, opinion = installation.checkpoints_file, _stamp_opinion(installation, tsa_roots)
    copy = read_copy(against) if against else None
    with installation.open_store_to_read() as store, store.reading() as session:
        report = verify_chain(session)
        astray = checkpoint_fault(session, kept, own_fingerprint(installation.keys_dir))
        compared = compare(session, copy) if copy else None
        missing = None if report.fault else gap(session)
        files = warc_faults(session, installation.captures_dir, digests=True)
        faults = [report.fault, astray, compared and compared.fault, missing, report.clock_back, *files]
    if any(faults):
        told = " ".join(fault for fault in faults if fault)
        raise EvidenceError(told, hint="What stands before it holds. Compare with a backup.")
    click.echo(f"The audit chain holds: {report.entries} entries, head {report.head_hash}.")
    click.echo(stamps_told(noted(kept), opinion, needs_stamp=bool(tsa_roots)))
    if copy and compared:
        click.echo(f"Up to entry {compared.agrees_up_to} it is the chain of {against}.")
        click.echo(stamps_told(copy.noted, opinion, needs_stamp=bool(tsa_roots)))


def _stamp_opinion(installation: Installation, tsa_roots: tuple[Path, ...]) -> "StampOpinion | None":
    from evidence.timestamps import opinion_of
    from lurewatch.authorities import given_authority

    given = [given_authority(path) for path in tsa_roots]
    return opinion_of(given or installation.authorities(), now=datetime.now(UTC))


@audit_command.command("export")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@click.option("--entries", "first", metavar="SEQ", type=click.IntRange(1), help="With the entries from this number on.")
@with_recipient("a second host", "to compare the chain with")
@with_installation
def export(installation: Installation, out: Path, first: int | None, recipient: str, purpose: str) -> None:
    """Copy the chain's signed checkpoints, a new one of its end and their time stamps among them, as JSON lines."""
    from evidence.audit_export import export_lines, sound_end
    from evidence.checkpoint_stamps import stamp_checkpoints
    from evidence.checkpoints import checkpoint_key, note_end
    from lurewatch.batching import stamps_by
    from store import audit

    details = {"recipient": recipient, "purpose": purpose, "entries_from": first}
    kept, now = installation.checkpoints_file, datetime.now(UTC)
    with installation.open_existing_store() as store:
        with store.transaction() as session:
            audit.append(session, actor=ACTOR, action="audit.exported", subject="audit", details=details)
        with store.reading() as session:
            end = sound_end(session)
        note_end(kept, checkpoint_key(installation.keys_dir), *end, now)
        _, problems = stamps_by(installation.authorities(), lambda one: stamp_checkpoints(kept, one, now=now))
        with store.reading() as session:
            write_out(export_lines(session, kept, end[0], entries_from=first), out)
    for problem in problems:
        click.echo(f"Not yet stamped: {problem}", err=True)
