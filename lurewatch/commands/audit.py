"""`audit verify`: walks the audit chain."""

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import EvidenceError
from lurewatch.installation import Installation


@click.group()
def audit_command() -> None:
    """Check the chain of audit entries."""


@audit_command.command("verify")
@with_installation
def verify(installation: Installation) -> None:
    """Name the first entry that was edited, removed, reordered or cut off at the end."""
    from store.audit import verify_chain

    with installation.open_existing_store() as store, store.reading() as session:
        report = verify_chain(session)
    if report.fault:
        raise EvidenceError(report.fault, hint="What stands before it holds. Compare with a backup.")
    click.echo(f"The audit chain holds: {report.entries} entries, head {report.head_hash}.")
