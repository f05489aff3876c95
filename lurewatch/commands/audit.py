"""`audit`: walks the audit chain, sets it beside a copy that is kept elsewhere, and makes such copies."""

from datetime import UTC, datetime
from pathlib import Path

import click

from lurewatch.commands.options import with_installation
from lurewatch.commands.output import write_out
from lurewatch.errors import EvidenceError
from lurewatch.installation import Installation


@click.group()
def audit_command() -> None:
    """Check the chain of audit entries, and copy it for a second host."""


@audit_command.command("verify")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy that `audit export` made and that was kept elsewhere.",
)
@with_installation
def verify(installation: Installation, against: Path | None) -> None:
    """Name the first entry that was edited, removed, reordered or cut off at the end, and each WARC file that is not
    what it was when it was closed. Nothing is written.
    """
    from evidence.audit_export import checkpoint_fault, compare
    from evidence.checkpoints import own_fingerprint
    from evidence.warc_check import warc_faults
    from store.audit import verify_chain

    with installation.open_store_to_read() as store, store.reading() as session:
        report = verify_chain(session)
        own = own_fingerprint(installation.keys_dir)
        kept = checkpoint_fault(session, installation.checkpoints_file, own)
        copy = compare(session, against) if against else None
        files = list(warc_faults(session, installation.captures_dir, digests=True))
    faults = [fault for fault in (report.fault, kept, copy and copy.fault, report.clock_back, *files) if fault]
    if faults:
        raise EvidenceError(" ".join(faults), hint="What stands before it holds. Compare with a backup.")
    click.echo(f"The audit chain holds: {report.entries} entries, head {report.head_hash}.")
    if copy:
        click.echo(f"Up to entry {copy.agrees_up_to} it is the chain of {against}.")


@audit_command.command("export")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@click.option("--entries", "first", metavar="SEQ", type=click.IntRange(1), help="With the entries from this number on.")
@click.option("--recipient", default="a second host", show_default=True, help="Who keeps the copy; goes on record.")
@click.option("--purpose", default="to compare the chain with", show_default=True, help="What for; goes on record.")
@with_installation
def export(installation: Installation, out: Path, first: int | None, recipient: str, purpose: str) -> None:
    """Copy the signed checkpoints and the end of the chain, as JSON lines; `audit verify --against` compares."""
    from evidence.audit_export import export_lines
    from evidence.checkpoints import checkpoint_key
    from store import audit

    details = {"recipient": recipient, "purpose": purpose, "entries_from": first}
    with installation.open_existing_store() as store:
        with store.transaction() as session:
            audit.append(session, actor="command line", action="audit.exported", subject="audit", details=details)
        with store.reading() as session:
            key, now = checkpoint_key(installation.keys_dir), datetime.now(UTC)
            lines = export_lines(session, installation.checkpoints_file, key, now, entries_from=first)
            write_out(lines, out)
