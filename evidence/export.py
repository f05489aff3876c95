"""Exports a case and enters the pack in the books; what the command line and the review application both call."""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from evidence.keys import KEY_FILE, signing_key, sync_folder
from evidence.pack import ExportedPack, export_pack
from lurewatch.errors import EvidenceError
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

        `exported_by` is a pseudonym. The pack is made from a reading snapshot, without holding the write lock. It is in
        the books before it gets its name: no pack goes out that the audit chain does not know of.
        """
        unrecorded = out.with_name(f".{out.name}.{os.getpid()}.unrecorded")
        try:
            pack = self._make(case_number, unrecorded, exported_by, now)
            self._record(case_number, out.name, pack, exported_by, now)
            unrecorded.replace(out)
            sync_folder(out.parent)
        except OSError as error:
            raise EvidenceError(
                f"The pack {out} cannot be written: {error.strerror or error}.",
                hint="Check the folder and its free space.",
            ) from error
        finally:
            unrecorded.unlink(missing_ok=True)
        return replace(pack, path=out)

    def _make(self, case_number: str, path: Path, exported_by: str, now: datetime) -> ExportedPack:
        key = signing_key(self.keys_dir)
        with self.store.reading() as session:
            return export_pack(
                session,
                case_by_number(session, case_number),
                captures_dir=self.captures_dir,
                key=key,
                out=path,
                exported_by=exported_by,
                now=now,
                organisation=self.organisation,
            )

    def _record(self, case_number: str, file_name: str, pack: ExportedPack, exported_by: str, now: datetime) -> None:
        with self.store.transaction() as session:
            record_pack(
                session,
                case_by_number(session, case_number),
                file_name=file_name,
                sha256=pack.sha256,
                size_bytes=pack.size_bytes,
                signer=pack.signer,
                exported_by=exported_by,
                now=now,
            )


def own_fingerprint(keys_dir: Path) -> str | None:
    """The fingerprint of an installation's signing key; None where no key was made yet."""
    return signing_key(keys_dir).fingerprint if (keys_dir / KEY_FILE).exists() else None
