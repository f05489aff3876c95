"""Stamps a finished pack: adds time stamps of its tag manifest under seal/stamps/ and changes nothing else in it.

They stand outside of the manifests, like the seal: a stamp can be had later, renewed before its certificate ends, and
taken away without harm to the rest.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from evidence.pack import ExportedPack, verified, write_archive
from evidence.pack_file import FileSlice, PackFile
from evidence.timestamps import Authority, NoStampError, TimeStamp, ask, read_stamp, renewal_of, seal_files
from evidence.verify import verify_pack
from evidence.verify_standalone import (
    SIGNED_FILE,
    STAMP_NAME,
    Archive,
    Pack,
    read_archive,
    read_stamps,
    stamp_stems,
)
from lurewatch.errors import EvidenceError
from store.durable_files import replacing


def stamp_pack(path: Path, out: Path, authorities: Sequence[Authority], *, now: datetime) -> ExportedPack:
    """Write the pack at `path` to `out`, which may be the same, with a stamp by each authority that answers.

    An authority that has stamped it renews its stamp when the certificate ends soon, and does nothing else. Raises
    EvidenceError when the pack does not hold; where no authority answers the pack stays as it is.
    """
    report = verify_pack(path)
    if not report.holds or report.signer is None:
        raise EvidenceError(f"{path.name} does not hold.", hint="`lurewatch evidence verify` says why.")
    with path.open("rb") as file:
        archive = read_archive(file)
        stamps, problems = _asked(Pack(archive), authorities, now)
    files = [*_present(path, archive), *seal_files(stamps, first=_next_number(archive))]
    with replacing(out) as part:
        write_archive(part, archive.folder, files)
        return replace(verified(part, out, report.signer), stamps=len(stamps), problems=tuple(problems))


def _asked(pack: Pack, authorities: Sequence[Authority], now: datetime) -> tuple[list[TimeStamp], list[str]]:
    """New stamps, and what went wrong with which authority."""
    stamps, problems = [], []
    for authority in authorities:
        earlier = _stamps_by(authority, pack)
        message = renewal_of(earlier, now=now) if earlier else pack.archive.read(SIGNED_FILE)
        if message is None:
            continue
        try:
            stamp = ask(authority, message)
        except NoStampError as error:
            problems.append(str(error))
            continue
        if earlier and stamp.good_until <= earlier[-1].good_until:
            problems.append(f"{authority.name} still signs with the certificate that ends soon.")
        else:
            stamps.append(stamp)
    return stamps, problems


def _stamps_by(authority: Authority, pack: Pack) -> list[TimeStamp]:
    """The stamps in the pack that an authority made, in their order."""
    kept = read_stamps(pack, stamp_stems(pack, STAMP_NAME), SIGNED_FILE, pack.archive.read(SIGNED_FILE))
    read = (read_stamp(authority, pack.archive.read(f"{one.stem}.tsq"), one.response, one.content) for one in kept)
    return [stamp for stamp in read if stamp is not None]


def _present(path: Path, archive: Archive) -> list[PackFile]:
    return [PackFile(name, (FileSlice(path, entry.start, entry.size),)) for name, entry in archive.entries.items()]


def _next_number(archive: Archive) -> int:
    return 1 + max((int(match[1][-4:]) for match in map(STAMP_NAME.fullmatch, archive.entries) if match), default=0)
