"""`evidence`: export a case, stamp and verify packs, keep the keys that seal them, and count what was confirmed."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lurewatch.commands.options import ACTOR, with_installation, with_recipient
from lurewatch.commands.output import write_out
from lurewatch.errors import ConfigurationError, DataError
from lurewatch.installation import Installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evidence.pack import ExportedPack
    from store.database import Store

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def evidence_command() -> None:
    """Export cases as evidence packs, stamp and verify packs, keep signing keys."""


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
@click.option("--handed-to", default="", help="To whom the pack goes; on record.")
@click.option("--purpose", default="", help="What for, if it is not what was approved; on record.")
@click.option("--without-approval", metavar="REASON", help="Go without a second person; the reason stays on record.")
@click.option("--original", is_flag=True, help="Everything unmasked, encrypted for the recipients.")
@click.option(
    "--recipient",
    "recipients",
    metavar="NAME|KEY",
    multiple=True,
    help="For whom to encrypt: a name of `evidence recipients list`, or a public key (age1...).",
)
@click.option(
    "--unencrypted-original", metavar="REASON", help="Everything unmasked and in the clear; the reason stays on record."
)
@with_installation
def export(
    installation: Installation,
    case_number: str,
    out: Path,
    handed_to: str,
    purpose: str,
    without_approval: str | None,
    original: bool,
    recipients: tuple[str, ...],
    unencrypted_original: str | None,
) -> None:
    """Write the evidence pack of CASE, which a second person has approved: a redacted copy unless told otherwise."""
    from evidence.export import Manner
    from evidence.verify_standalone import ORIGINAL, REDACTED

    with installation.open_existing_store() as store:
        manner = Manner(
            variant=ORIGINAL if original or unencrypted_original is not None else REDACTED,
            recipients=_keys_of(store, recipients),
            unencrypted_because=unencrypted_original,
        )
        pack = installation.exporter(store).export(
            case_number,
            out=out,
            exported_by=ACTOR,
            now=datetime.now(UTC),
            recipient=handed_to,
            purpose=purpose,
            without_approval=without_approval,
            manner=manner,
        )
    _tell(pack, variant=manner.variant)


@evidence_command.command("stamp")
@click.argument("pack", type=click.Path(dir_okay=False, path_type=Path), required=False)
@with_installation
def stamp(installation: Installation, pack: Path | None) -> None:
    """Have the finished PACK stamped by the authorities of the settings, or its stamps renewed that end soon.

    Without PACK: seal what was captured, and have sealed batches and checkpoints of the audit chain stamped.
    """
    from lurewatch.batching import seal_and_stamp

    authorities = installation.authorities()
    if pack is not None and not authorities:
        raise ConfigurationError(
            "Nobody is named who could stamp it.",
            hint="Write timestamp_authorities into settings.toml (docs/settings.md).",
        )
    with installation.open_existing_store() as store:
        if pack is not None:
            _must_be_there(pack)
            stamped = installation.exporter(store).stamp(pack, actor=ACTOR, now=datetime.now(UTC))
            _tell(stamped)
            raise SystemExit(0 if stamped.stamps or not stamped.problems else 1)
        sealed = seal_and_stamp(store, authorities, installation.checkpoints_file)
    click.echo(json.dumps({"captures": sealed.captures, "stamps": sealed.stamps}))
    _complain(sealed.problems)


@evidence_command.group("keys")
def keys() -> None:
    """List, rotate and retire the keys that seal packs."""


@keys.command("list")
@with_installation
def list_keys(installation: Installation) -> None:
    """List the keys, the oldest first: fingerprint, from, until, why it ended, and which it followed."""
    from evidence.signers import listed

    for one in listed(installation.keys_dir):
        click.echo(f"{one.fingerprint}\t{one.since}\t{one.until or 'in force'}\t{one.ended}\t{one.follows or ''}")


@keys.command("rotate")
@click.option(
    "--to",
    "successor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Public key (PEM) of a key that is kept elsewhere; then name that one in signing_key.",
)
@with_installation
def rotate_key(installation: Installation, successor: Path | None) -> None:
    """Let a fresh key follow the one in force, which signs it, and print the new fingerprint."""
    with installation.open_existing_store() as store:
        signers = installation.exporter(store).signers
        new = signers.rotate(to=successor.read_bytes() if successor else None, now=datetime.now(UTC))
    click.echo(new.fingerprint)
    click.echo(f"Back up {installation.keys_dir} anew, and tell those who trust the key before.", err=True)


@keys.command("retire")
@click.argument("reason")
@with_installation
def retire_key(installation: Installation, reason: str) -> None:
    """End the key in force, for REASON, because it was lost or copied: what it sealed is no longer trusted here."""
    with installation.open_existing_store() as store:
        ended = installation.exporter(store).signers.retire(because=reason, now=datetime.now(UTC))
    click.echo(f"{ended} is retired. Tell those who trust it; the next export makes a new key.", err=True)


@evidence_command.command("statistics")
@click.option("--from", "first", type=_DAY, required=True, metavar="DAY", help="First day of a month, as 2026-01-01.")
@click.option("--to", "last", type=_DAY, required=True, metavar="DAY", help="Last day of a month that is over.")
@click.option("--format", "scheme", type=click.Choice(["htcds", "ictip"]), default="htcds", show_default=True)
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The table to write.")
@with_recipient()
@with_installation
def statistics(
    installation: Installation, first: datetime, last: datetime, scheme: str, out: Path, recipient: str, purpose: str
) -> None:
    """Count confirmed offers by month, country named, language and labels, for a national database.

    Figures of fewer than `statistics_k` posts are left out. How many were is told nowhere.
    """
    from evidence.exchange.national import counted, statistics_csv, whole_months
    from store.confirmed_posts import confirmed_posts

    period = whole_months(first.date(), last.date(), today=datetime.now(UTC).date())
    k = installation.settings.statistics_k
    with installation.open_existing_store() as store:
        with store.reading() as session:
            counts = counted(confirmed_posts(session, period), _countries())
        content, rows = statistics_csv(counts, scheme, k=k)
        asked = {"from": str(first.date()), "to": str(last.date()), "format": scheme}
        to_whom = {"recipient": recipient, "purpose": purpose}
        # The chain learns of an export before anybody has it.
        with store.transaction() as session:
            _enter(session, content, {**asked, **to_whom, "k": k, "rows": rows})
    write_out([content], out)
    click.echo(f"Figures written: {rows}, each of {k} posts or more.", err=True)


def _countries() -> dict[str, str]:
    """The country of every place that posts are searched for, by its name."""
    from classifier.identifiers.place import PlaceFinder
    from lurewatch.resources import lexicons

    return {name: place.country for name, place in PlaceFinder.load(lexicons() / "places.toml").places.items()}


def _enter(session: "Session", content: bytes, details: dict[str, str | int]) -> None:
    from store import audit

    told = {**details, "sha256": hashlib.sha256(content).hexdigest()}
    audit.append(session, actor=ACTOR, action="statistics.exported", subject="statistics", details=told)


def _keys_of(store: "Store", recipients: tuple[str, ...]) -> dict[str, str]:
    """Public keys by name; one that was given as a key is its own name."""
    from store import recipients as kept

    with store.reading() as session:
        return {one: one if one.startswith("age1") else kept.by_name(session, one).key for one in recipients}


@evidence_command.group("recipients")
def recipients_group() -> None:
    """For whom originals may be encrypted."""


@recipients_group.command("list")
@with_installation
def list_recipients(installation: Installation) -> None:
    """Name them with their public keys."""
    from store import recipients

    with installation.open_existing_store() as store, store.reading() as session:
        for row in recipients.listed(session):
            click.echo(f"{row.name}\t{row.key}")


@recipients_group.command("add")
@click.argument("name")
@click.argument("key")
@with_installation
def add_recipient(installation: Installation, name: str, key: str) -> None:
    """Keep the public key (age1...) that NAME gave you by a way that you trust."""
    from evidence.encryption import check_key
    from store import recipients

    with installation.open_existing_store() as store, store.transaction() as session:
        recipients.add(session, name=name, key=check_key(key), actor=ACTOR, now=datetime.now(UTC))


@recipients_group.command("remove")
@click.argument("name")
@with_installation
def remove_recipient(installation: Installation, name: str) -> None:
    """Encrypt nothing more for NAME."""
    from store import recipients

    with installation.open_existing_store() as store, store.transaction() as session:
        recipients.remove(session, name, actor=ACTOR, now=datetime.now(UTC))


@evidence_command.command("match-redactions")
@click.argument("original", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("copy", metavar="REDACTED", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def match_redactions(original: Path, copy: Path) -> None:
    """Prove that REDACTED is ORIGINAL but for its masks. Exit 0 only when nothing differs but what they open.

    Of the audit chain the entries that both hold are compared; where it ended is told anew at each export.
    """
    from evidence.matching import match_lines, match_packs

    match = match_packs(original, copy)
    click.echo("\n".join(match_lines(match)))
    raise SystemExit(1 if match.faults else 0)


@evidence_command.command("verify")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option(
    "--trust",
    "signer",
    metavar="FINGERPRINT",
    help="Fingerprint of the key you trust; default: this installation's own, if there is one.",
)
@click.option(
    "--tsa-cert",
    "tsa_roots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Root certificates (PEM) of an authority that must have stamped PACK; default: those of the settings, if any.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the claims as JSON.")
@with_installation
def verify(
    installation: Installation, pack: Path, signer: str | None, tsa_roots: tuple[Path, ...], as_json: bool
) -> None:
    """Say of each claim of PACK: intact, altered, or unchecked. Exit 0 only when all that must hold, holds."""
    from evidence.examination import Brought, examined
    from evidence.signers import trusted
    from evidence.verify import Trusted, report_json, report_lines
    from lurewatch.authorities import given_authority

    _must_be_there(pack)
    with pack.open("rb") as file:
        report = examined(
            Brought(pack.name, file),
            Trusted(frozenset(), signer) if signer else trusted(installation.keys_dir),
            [given_authority(path) for path in tsa_roots] or installation.authorities(),
            now=datetime.now(UTC),
            needs_stamp=bool(tsa_roots),
        ).report
    click.echo(report_json(report) if as_json else "\n".join(report_lines(report)))
    raise SystemExit(0 if report.holds else 1)


def _must_be_there(pack: Path) -> None:
    if not pack.is_file():
        raise DataError(f"{pack}: there is no such file.", hint="Give the pack's zip file.")


def _tell(pack: "ExportedPack", **besides: str) -> None:
    about = {"pack": str(pack.path), "sha256": pack.sha256, "signer": pack.signer, "stamps": pack.stamps, **besides}
    click.echo(json.dumps(about))
    _complain(pack.problems)


def _complain(problems: Iterable[str]) -> None:
    for problem in problems:
        click.echo(f"Not yet stamped: {problem}", err=True)
