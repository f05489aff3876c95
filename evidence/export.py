"""Exports a case and enters the pack in the books; what the command line and the review application both call."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence.keys import KEY_FILE, signing_key
from evidence.pack import ExportedPack, export_pack
from store.cases import case_by_number, record_pack
from store.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Where an installation keeps captures and keys, and whose name its packs carry."""

    store: Store
    captures_dir: Path
    keys_dir: Path
    organisation: str

    def export(self, case_number: str, *, out: Path, exported_by: str, now: datetime) -> ExportedPack:
        """Write the pack of a case to `out`, then record it. Raises NotFoundError and EvidenceError.

        `exported_by` is a pseudonym. The pack is made from a reading snapshot, without holding the write lock.
        """
        key = signing_key(self.keys_dir)
        with self.store.reading() as session:
            case = case_by_number(session, case_number)
            pack = export_pack(
                session,
                case,
                captures_dir=self.captures_dir,
                key=key,
                out=out,
                exported_by=exported_by,
                now=now,
                organisation=self.organisation,
            )
        with self.store.transaction() as session:
            record_pack(
                session,
                case_by_number(session, case_number),
                file_name=out.name,
                sha256=pack.sha256,
                size_bytes=pack.size_bytes,
                signer=pack.signer,
                exported_by=exported_by,
                now=now,
            )
        return pack


def own_fingerprint(keys_dir: Path) -> str | None:
    """The fingerprint of an installation's signing key; None where no key was made yet."""
    return signing_key(keys_dir).fingerprint if (keys_dir / KEY_FILE).exists() else None
