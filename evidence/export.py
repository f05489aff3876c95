"""Exports a case and enters the pack in the books; what the command line and the review application both call.

A pack leaves as a redacted copy unless it is asked for whole; whole it leaves encrypted for recipients, or with a
reason on record for not being so.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from evidence.claims import ReleaseFacts, no_release_facts
from evidence.encryption import check_key, encrypt
from evidence.pack import ExportedPack, export_pack
from evidence.pack_stamps import stamp_pack
from evidence.signers import Signers
from evidence.timestamps import Authority
from evidence.verify_standalone import ORIGINAL, REDACTED
from lurewatch.errors import DataError, EvidenceError
from store import approvals
from store.batches import seal_batch
from store.cases import case_by_number, lock_case, pack_by_sha256, record_pack, record_stamped_pack
from store.database import Store
from store.durable_files import file_sha256, replacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a pack leaves: redacted, or as the original, for `recipients` (public keys by name) or in the clear.

    Raises DataError for an original without either, and for a redacted copy with one.
    """

    variant: str = REDACTED
    recipients: Mapping[str, str] = field(default_factory=dict)
    unencrypted_because: str | None = None

    def __post_init__(self) -> None:
        if self.variant not in (ORIGINAL, REDACTED):
            raise DataError(
                f"Variant {self.variant[:20]!r} is neither original nor redacted.", hint="Send one of these."
            )
        for key in self.recipients.values():
            check_key(key)
        if self.unencrypted_because is not None and not self.unencrypted_because.strip():
            raise DataError("An original in the clear needs a reason.", hint="Say why it is not encrypted.")
        ways = bool(self.recipients) + (self.unencrypted_because is not None)
        if ways != (self.variant == ORIGINAL):
            raise DataError(
                f"{ways} of the two ways in which an original leaves were given for the variant {self.variant}.",
                hint="Give an original recipients, or a reason for not encrypting it; a redacted copy neither.",
            )

    @property
    def on_record(self) -> dict[str, Any]:
        """What the audit chain is told."""
        told: dict[str, Any] = {"variant": self.variant}
        if self.recipients:
            told["encrypted_for"] = dict(self.recipients)
        if self.unencrypted_because is not None:
            told["unencrypted_because"] = self.unencrypted_because.strip()
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Where an installation keeps captures and keys, whose name its packs carry, and who stamps them.

    `key_source` and `passphrase` name a signing key that is kept elsewhere (`evidence.signers`); `release_facts` says
    what packs tell of a release.
    """

    store: Store
    captures_dir: Path
    keys_dir: Path
    organisation: str
    key_source: str = ""
    passphrase: str = field(default="", repr=False)
    authorities: tuple[Authority, ...] = ()
    release_facts: ReleaseFacts = no_release_facts

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
        manner: Manner | None = None,
    ) -> ExportedPack:
        """Write the pack of a case to `out`, then record it. Raises NotFoundError, AccessError and EvidenceError.

        `exported_by` is a pseudonym; `recipient` and `purpose` go on record. A second person must have approved the
        case, unless `without_approval` says why not; that reason is on record before anything is made, and so in the
        pack's custody log too. The pack is made from a reading snapshot, without holding the write lock; what was
        captured and not sealed yet is sealed before. It is in the books before it gets its name: no pack goes out that
        the audit chain does not know of. Where no authority answers it goes out without time stamps, and says so. The
        digest that is told is that of the file, encrypted or not.
        """
        leaving = _Leaving(case_number, exported_by, now, recipient, purpose, without_approval, manner or Manner())
        approval_id = self._permit(leaving)
        try:
            with replacing(out) as unrecorded:
                pack, sealed = self._make(leaving, unrecorded)
                pack = replace(pack, path=out)
                self._record(leaving, pack, sealed, approval_id)
        except OSError as error:
            raise EvidenceError(
                f"The pack {out} cannot be written: {error.strerror or error}.",
                hint="Check the folder and its free space.",
            ) from error
        return pack

    def stamp(self, path: Path, *, actor: str, now: datetime) -> ExportedPack:
        """Add time stamps to a finished pack in place; one that is in the books is entered anew, as another file.

        Raises EvidenceError when it does not hold or cannot be written.
        """
        before = file_sha256(path)
        with replacing(path) as unrecorded:
            pack = replace(stamp_pack(path, unrecorded, self.authorities, now=now), path=path)
            if pack.stamps:
                self._record_stamped(before, pack, actor)
            else:
                unrecorded.unlink()
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

    def _permit(self, leaving: "_Leaving") -> int | None:
        """The id of the approval that lets the case go out, or None with the reason for doing without on record."""
        with self.store.transaction() as session:
            case = case_by_number(session, leaving.case_number)
            seal_batch(session, now=leaving.now)
            if leaving.without_approval is None:
                return approvals.require(session, case).id
            approvals.do_without(session, case, actor=leaving.exported_by, reason=leaving.without_approval)
            return None

    def _make(self, leaving: "_Leaving", path: Path) -> tuple[ExportedPack, str]:
        """The file as it leaves, and the SHA-256 of the sealed pack, which encryption hides."""
        if not leaving.manner.recipients:
            pack = self._seal(leaving, path)
            return pack, pack.sha256
        with self._closed_folder() as folder:
            pack = self._seal(leaving, folder / "pack.zip")
            encrypt(pack.path, path, leaving.manner.recipients.values())
        return replace(pack, sha256=file_sha256(path), size_bytes=path.stat().st_size), pack.sha256

    @contextmanager
    def _closed_folder(self) -> Iterator[Path]:
        # What is to leave encrypted alone must not touch the disk that it is written to: that may be carried away.
        self.keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sealing-", dir=self.keys_dir) as folder:
            yield Path(folder)

    def _seal(self, leaving: "_Leaving", path: Path) -> ExportedPack:
        """The sealed pack, stamped where there are authorities."""
        key = self.signers.key(now=leaving.now)
        with self.store.reading() as session:
            return export_pack(
                session,
                case_by_number(session, leaving.case_number),
                captures_dir=self.captures_dir,
                key=key,
                out=path,
                exported_by=leaving.exported_by,
                now=leaving.now,
                organisation=self.organisation,
                variant=leaving.manner.variant,
                release_facts=self.release_facts,
                authorities=self.authorities,
            )

    def _record(self, leaving: "_Leaving", pack: ExportedPack, sealed: str, approval_id: int | None) -> None:
        with self.store.transaction() as session:
            case = lock_case(session, case_by_number(session, leaving.case_number))
            if approval_id is not None and approvals.require(session, case).id != approval_id:
                raise EvidenceError(f"Case {case.number} changed while its pack was made.", hint="Export it again.")
            record_pack(
                session,
                case,
                file_name=pack.path.name,
                sha256=pack.sha256,
                size_bytes=pack.size_bytes,
                signer=pack.signer,
                exported_by=leaving.exported_by,
                now=leaving.now,
                recipient=leaving.recipient,
                purpose=leaving.purpose,
                approval_id=approval_id,
                unapproved_because=leaving.without_approval,
                manner={**leaving.manner.on_record, "sealed_sha256": sealed, "stamps": pack.stamps},
            )


@dataclass(frozen=True, slots=True)
class _Leaving:
    case_number: str
    exported_by: str
    now: datetime
    recipient: str
    purpose: str
    without_approval: str | None
    manner: Manner
