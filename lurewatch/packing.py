"""Exports a case of an installation, and enters the pack in its books."""

from datetime import datetime
from pathlib import Path

from evidence.keys import KEY_FILE, signing_key
from evidence.pack import ExportedPack, export_pack
from lurewatch.installation import Installation
from store.cases import case_by_number, record_pack
from store.database import Store


def export_case(
    installation: Installation, store: Store, case_number: str, *, out: Path, exported_by: str, now: datetime
) -> ExportedPack:
    """Write the pack of a case to `out` and record the export; NotFoundError, EvidenceError."""
    key = signing_key(installation.keys_dir)
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
    if not (installation.keys_dir / KEY_FILE).exists():
        return None
    return signing_key(installation.keys_dir).fingerprint
