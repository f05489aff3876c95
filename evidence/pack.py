"""Exports a case as a sealed pack: written beside its final name, verified, and only then given that name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.orm import Session

from evidence.bag import sealed_bag, signed_in
from evidence.claims import CLAIMS_VERSION, Export, ReleaseFacts, no_release_facts
from evidence.contents import case_contents
from evidence.keys import SigningKey
from evidence.pack_file import PackFile
from evidence.timestamps import Authority, ask_each, seal_files
from evidence.verify import verify_pack
from evidence.verify_standalone import ORIGINAL, PROFILE
from evidence.zipping import write_zip
from lurewatch.errors import EvidenceError
from store.durable_files import file_sha256, new_file, replacing
from store.tables import Case


@dataclass(frozen=True, slots=True)
class ExportedPack:
    """A pack that was written and verified; `signer` is the fingerprint of the key that sealed it.

    `stamps` is how many time stamps were just added, `problems` why others were not.
    """

    path: Path
    sha256: str
    size_bytes: int
    signer: str
    stamps: int = 0
    problems: tuple[str, ...] = ()


def export_pack(
    session: Session,
    case: Case,
    *,
    captures_dir: Path,
    key: SigningKey,
    out: Path,
    exported_by: str,
    now: datetime,
    organisation: str = "",
    variant: str = ORIGINAL,
    release_facts: ReleaseFacts = no_release_facts,
    authorities: Sequence[Authority] = (),
) -> ExportedPack:
    """Write the pack of `case` to `out`, in place of what is there, with a stamp by each authority that answers.

    The same case, key and `now` give the same bytes, but for the stamps. What went wrong with an authority is told.

    `exported_by` is a pseudonym: it stands in the pack. `variant` is "original" or "redacted". Nothing is entered in
    the store; the caller does that with `store.cases.record_pack`. Raises EvidenceError, and leaves `out` as it was,
    when a capture, a revision or the audit chain is not what it was, when the case is empty, and when the pack cannot
    be written or does not verify.
    """
    export = Export(
        case=case,
        installation=key.fingerprint,
        organisation=organisation or f"Lurewatch installation {key.fingerprint[:16]}",
        software=f"lurewatch {version('lurewatch')}",
        exported_by=exported_by,
        exported_at=now,
        variant=variant,
        release_facts=release_facts,
    )
    try:
        bag = sealed_bag(case_contents(session, export, captures_dir, key), _bag_info(export), key)
        stamps, problems = ask_each(authorities, signed_in(bag))
        with replacing(out) as part:
            write_archive(part, case.number, [*bag, *seal_files(stamps)])
            return replace(verified(part, out, key.fingerprint), stamps=len(stamps), problems=tuple(problems))
    except OSError as error:
        raise EvidenceError(
            f"The pack {out} cannot be written: {error.strerror or error}.", hint="Check the folder and its free space."
        ) from error


def _bag_info(export: Export) -> dict[str, str]:
    return {
        "Bag-Software-Agent": export.software,
        "Bagging-Date": export.exported_at.date().isoformat(),
        "External-Identifier": export.case.number,
        "Source-Organization": export.organisation,
        "X-Claims-Version": CLAIMS_VERSION,
        "X-Pack-Profile": PROFILE,
    }


def write_archive(part: Path, folder: str, bag: Sequence[PackFile]) -> None:
    """Write the archive; on the disk when this returns. Only its owner may read it: it holds personal data."""
    with new_file(part) as file:
        write_zip(file, folder, bag)


def verified(part: Path, out: Path, signer: str) -> ExportedPack:
    """What was written, after it has passed the same verifier that the recipient runs."""
    report = verify_pack(part, trusted_signer=signer)
    if not report.holds:
        faults = "; ".join(f"{claim.name}: {claim.detail}" for claim in report.claims if claim.outcome == "altered")
        raise EvidenceError(f"The pack does not verify: {faults}.", hint="No pack was made. Report this.")
    return ExportedPack(out, file_sha256(part), part.stat().st_size, signer)
