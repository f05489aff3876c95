"""Exports a case of an installation, and enters the pack in its books."""

from datetime import datetime
from pathlib import Path

from evidence.keys import fingerprint, load_or_make_key
from evidence.pack import ExportedPack, export_pack

from lurewatch.installation import Installation
from store.cases import case_by_number, record_pack
from store.database import Store

SIGNING_KEY = "signing.pem"


def export_case(
    installation: Installation, store: Store, case_number: str, *, out: Path, exported_by: str, now: datetime
) -> ExportedPack:
    """Write the pack of a case to `out` and record the export; NotFoundError, EvidenceError."""
    key = load_or_make_key(installation.keys_dir / SIGNING_KEY)
    with store.transaction() as session:
        case = case_by_number(session, case_number)
        pack = export_pack(
            session,
            case,
            captures_dir=installation.captures_dir,
            key=key,
            out=out,
            exported_by=exported_by,
            now=now,
            organisation=installation.settings.organisation,
        )
        record_pack(
            session,
            case,
            file_name=out.name,
            sha256=pack.sha256,
            size_bytes=pack.size_bytes,
            signer=pack.signer,
            exported_by=exported_by,
            now=now,
        )
    return pack


def own_fingerprint(installation: Installation) -> str | None:
    """The fingerprint of this installation's signing key; None where no key was made yet."""
    path = installation.keys_dir / SIGNING_KEY
    return fingerprint(load_or_make_key(path)) if path.exists() else None
