"""Exports a case and enters the pack in the books; what the command line and the review application both call."""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from evidence.keys import sync_folder
from evidence.pack import ExportedPack, export_pack
from evidence.pack_stamps import stamp_pack
from evidence.signers import Signers
from evidence.timestamps import Authority
from lurewatch.errors import EvidenceError
from store import approvals
from store.batches import seal_batch
from store.cases import case_by_number, lock_case, pack_by_sha256, record_pack, record_stamped_pack
from store.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Where an installation keeps captures and keys, whose name its packs carry, and who stamps them.

    `key_source` and `passphrase` name a signing key that is kept elsewhere (`evidence.signers`).
    """

    store: Store
    captures_dir: Path
    keys_dir: Path
    organisation: str
    key_source: str = ""
    passphrase: str = ""
    authorities: tuple[Authority, ...] = ()

    def export(
        self,
        case_number: str,
        *,
        out: Path,
        exported_by: str,
        now: datetime,
        recipient: str = "",
        purpose: str = "",
        without_approval: str | None = None,
    ) -> ExportedPack:
        """Write the pack of a case to `out`, then record it. Raises NotFoundError, AccessError and EvidenceError.

        `exported_by` is a pseudonym; `recipient` and `purpose` go on record. A second person must have approved the
        case, unless `without_approval` says why not; that reason is on record before anything is made, and so in the
        pack's custody log too. The pack is made from a reading snapshot, without holding the write lock; what was
        captured and not sealed yet is sealed before. It is in the books before it gets its name: no pack goes out that
        the audit chain does not know of. Where no authority answers it goes out without time stamps, and says so.
        """
        unrecorded = out.with_name(f".{out.name}.{os.getpid()}.unrecorded")
        approval_id = self._permit(case_number, exported_by, without_approval, now)
        try:
            pack = self._make(case_number, unrecorded, exported_by, now)
            if self.authorities:
                pack = stamp_pack(unrecorded, unrecorded, self.authorities, now=now)
            pack = replace(pack, path=out)
            told = {"exported_by": exported_by, "recipient": recipient, "purpose": purpose}
            self._record(case_number, pack, now, approval_id, without_approval, **told)
            unrecorded.replace(out)
            sync_folder(out.parent)
        except OSError as error:
            raise EvidenceError(
                f"The pack {out} cannot be written: {error.strerror or error}.",
                hint="Check the folder and its free space.",
            ) from error
        finally:
            unrecorded.unlink(missing_ok=True)
        return pack

    def stamp(self, path: Path, *, actor: str, now: datetime) -> ExportedPack:
        """Add time stamps to a finished pack in place; one that is in the books is entered anew, as another file.

        Raises EvidenceError when it does not hold or cannot be written.
        """
        with path.open("rb") as file:
            before = hashlib.file_digest(file, "sha256").hexdigest()
        unrecorded = path.with_name(f".{path.name}.{os.getpid()}.unrecorded")
        try:
            pack = replace(stamp_pack(path, unrecorded, self.authorities, now=now), path=path)
            if pack.stamps:
                self._record_stamped(before, pack, actor)
                unrecorded.replace(path)
                sync_folder(path.parent)
        finally:
            unrecorded.unlink(missing_ok=True)
        return pack

    @property
    def signers(self) -> Signers:
        """The signing keys."""
        return Signers(store=self.store, keys_dir=self.keys_dir, source=self.key_source, passphrase=self.passphrase)

    def _record_stamped(self, before: str, pack: ExportedPack, actor: str) -> None:
        with self.store.transaction() as session:
            known = pack_by_sha256(session, before)
            if known is not None:
                record_stamped_pack(
                    session, known, sha256=pack.sha256, size_bytes=pack.size_bytes, actor=actor, stamps=pack.stamps
                )

    def _permit(self, case_number: str, actor: str, without_approval: str | None, now: datetime) -> int | None:
        """The id of the approval that lets the case go out, or None with the reason for doing without on record."""
        with self.store.transaction() as session:
            case = case_by_number(session, case_number)
            seal_batch(session, now=now)
            if without_approval is None:
                return approvals.require(session, case).id
            approvals.do_without(session, case, actor=actor, reason=without_approval)
            return None

    def _make(self, case_number: str, path: Path, exported_by: str, now: datetime) -> ExportedPack:
        key = self.signers.key(now=now)
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

    def _record(
        self,
        case_number: str,
        pack: ExportedPack,
        now: datetime,
        approval_id: int | None,
        without_approval: str | None,
        **told: str,
    ) -> None:
        with self.store.transaction() as session:
            case = lock_case(session, case_by_number(session, case_number))
            if approval_id is not None and approvals.require(session, case).id != approval_id:
                raise EvidenceError(f"Case {case_number} changed while its pack was made.", hint="Export it again.")
            record_pack(
                session,
                case,
                file_name=pack.path.name,
                sha256=pack.sha256,
                size_bytes=pack.size_bytes,
                signer=pack.signer,
                now=now,
                approval_id=approval_id,
                unapproved_because=without_approval,
                **told,
            )
