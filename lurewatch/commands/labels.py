"""`labels export`: what reviewers decided, as rows to train on."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lurewatch.commands.options import ACTOR, with_installation, with_recipient
from lurewatch.commands.output import write_out
from lurewatch.errors import ConfigurationError
from lurewatch.installation import Installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lurewatch.labels import LabelExport


@click.group()
def labels_command() -> None:
    """Turn decisions into training rows."""


@labels_command.command("export")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; default: standard output."
)
@with_recipient(purpose="to train on")
@with_installation
def export(installation: Installation, out: Path | None, recipient: str, purpose: str) -> None:
    """Confirmed and benign posts as JSON lines, de-identified; posts in DIR/frozen/ and their like are left out."""
    from lurewatch.labels import export_labels
    from lurewatch.pipeline import Linker
    from lurewatch.promotion import installation_frozen

    _refuse_frozen(out, installation)
    frozen = installation_frozen(installation.directory)
    with installation.open_existing_store() as store:
        Linker(store).link_pending()
        with store.reading() as session:
            made = export_labels(session, frozen)
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made.rows).encode()
        # The chain learns of an export before anybody has it.
        with store.transaction() as session:
            _enter(session, content, made, recipient=recipient, purpose=purpose)
    write_out([content], out)
    click.echo(_summary(len(made.rows), made.left_out), err=True)


def _refuse_frozen(out: Path | None, installation: Installation) -> None:
    from lurewatch.promotion import holds_rows, is_frozen

    if out and holds_rows(out) and is_frozen(out, installation.directory):
        raise ConfigurationError(
            f"{out} holds frozen posts, which an export leaves out: they would be lost.",
            hint="Give a new name, in that folder to freeze what was decided since, elsewhere to train on it.",
        )


def _enter(session: "Session", content: bytes, made: "LabelExport", **to_whom: str) -> None:
    from store import audit

    told = {"rows": len(made.rows), "sha256": hashlib.sha256(content).hexdigest(), "left_out": dict(made.left_out)}
    details = {**told, **to_whom}
    audit.append(session, actor=ACTOR, action="labels.exported", subject="labels", details=details)


def _summary(rows: int, left_out: Counter[str]) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.most_common()) or "nothing"
    return f"{rows} rows. Left out: {reasons}. Names of persons in the texts are not masked: read docs/retraining.md."
