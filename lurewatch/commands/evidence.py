"""`evidence`: export a case as a pack, and verify a pack."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from lurewatch.commands.options import with_installation
from lurewatch.errors import DataError
from lurewatch.installation import Installation


@click.group()
def evidence_command() -> None:
    """Export cases as evidence packs and verify packs."""


@evidence_command.command("cases")
@with_installation
def cases(installation: Installation) -> None:
    """List the cases."""
    from store.cases import all_cases

    with installation.open_existing_store() as store, store.reading() as session:
        for case in all_cases(session):
            click.echo(f"{case.number}\t{len(case.items)} posts\t{len(case.packs)} packs\t{case.title}\t{case.state}")


@evidence_command.command("export")
@click.argument("case_number", metavar="CASE")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The pack to write.")
@click.option("--without-approval", metavar="REASON", help="Go without a second person; the reason stays on record.")
@with_installation
def export(installation: Installation, case_number: str, out: Path, without_approval: str | None) -> None:
    """Write the evidence pack of CASE, which a second person has approved."""
    with installation.open_existing_store() as store:
        pack = installation.exporter(store).export(
            case_number,
            out=out,
            exported_by="command line",
            now=datetime.now(UTC),
            without_approval=without_approval,
        )
    click.echo(json.dumps({"pack": str(pack.path), "sha256": pack.sha256, "signer": pack.signer}))


@evidence_command.command("verify")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option(
    "--trust",
    "signer",
    metavar="FINGERPRINT",
    help="Fingerprint of the key you trust; default: this installation's own, if there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the claims as JSON.")
@with_installation
def verify(installation: Installation, pack: Path, signer: str | None, as_json: bool) -> None:
    """Say of each claim of PACK: intact, altered, or unchecked. Exit 0 only when all that must hold, holds."""
    from evidence.export import own_fingerprint
    from evidence.verify import report_json, report_lines, verify_pack

    if not pack.is_file():
        raise DataError(f"{pack}: there is no such file.", hint="Give the pack's zip file.")
    report = verify_pack(pack, trusted_signer=signer or own_fingerprint(installation.keys_dir))
    click.echo(report_json(report) if as_json else "\n".join(report_lines(report)))
    raise SystemExit(0 if report.holds else 1)
