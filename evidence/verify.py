"""Verifies a pack with the same code that travels in it, and asks OpenSSL for a second opinion on the signature."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence.encryption import is_encrypted
from evidence.keys import signature_holds
from evidence.verify_standalone import (
    SIGNER_FILE,
    AlteredError,
    Claim,
    NotAPackError,
    PackReport,
    StampOpinion,
    examine,
    fingerprint_of,
    parse_fingerprint,
    parse_public_key,
    quoted,
    read_archive,
    report_json,
    report_lines,
)
from lurewatch.errors import EvidenceError

__all__ = [
    "Claim",
    "PackReport",
    "Trusted",
    "UnreadablePackError",
    "report_json",
    "report_lines",
    "signer_of",
    "verify_file",
    "verify_pack",
]


class UnreadablePackError(EvidenceError):
    """What was handed in is no pack at all, or cannot be read: wrong usage, not a failed verification."""

    code = "LW701"
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose packs are taken for ours, by the fingerprints of keys; `in_force` is what any other is measured by."""

    ours: frozenset[str]
    in_force: str | None

    def expected(self, sealed_by: str | None) -> str | None:
        """Which key must have sealed a pack that names `sealed_by`; None where no key was made yet."""
        return sealed_by if sealed_by in self.ours else self.in_force


def verify_pack(
    path: Path,
    *,
    trusted_signer: str | None = None,
    stamp_opinion: StampOpinion | None = None,
    needs_stamp: bool = False,
) -> PackReport:
    """The graded claims of the pack at `path`; `trusted_signer` is the fingerprint of the key that should have sealed.

    `stamp_opinion` is that of the authorities that are trusted (`evidence.timestamps`); with `needs_stamp` one of them
    must have stamped the pack. Reads nothing else and opens no connection. Raises UnreadablePackError when there is
    nothing to give a report on.
    """
    try:
        with path.open("rb") as file:
            return verify_file(
                file,
                path.name,
                trusted_signer=trusted_signer,
                stamp_opinion=stamp_opinion,
                needs_stamp=needs_stamp,
            )
    except OSError as error:
        raise _unreadable(path.name, error) from error


def verify_file(
    file: BinaryIO,
    name: str,
    *,
    trusted_signer: str | None = None,
    stamp_opinion: StampOpinion | None = None,
    needs_stamp: bool = False,
) -> PackReport:
    """The same for an open file, which must be seekable; errors call it `name`."""
    try:
        if is_encrypted(file):
            raise UnreadablePackError(
                f"{quoted(name)} is encrypted for its recipients.",
                hint="Whoever holds the key opens it first: `age --decrypt -i KEY PACK.zip.age > PACK.zip`.",
            )
        return examine(
            file,
            trusted_signer=parse_fingerprint(trusted_signer) if trusted_signer is not None else None,
            opinion=signature_holds,
            stamp_opinion=stamp_opinion,
            needs_stamp=needs_stamp,
        )
    except NotAPackError as error:
        raise UnreadablePackError(
            f"{quoted(name)} is no ZIP archive, so it is no pack.", hint="Give the ZIP file of an evidence pack."
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error


def signer_of(file: BinaryIO) -> str | None:
    """The fingerprint of the key that a pack names as its own, unverified; None when it names none."""
    try:
        return fingerprint_of(parse_public_key(read_archive(file).read(SIGNER_FILE)))
    except (AlteredError, NotAPackError, OSError):
        return None


def _unreadable(name: str, error: Exception) -> UnreadablePackError:
    reason = getattr(error, "strerror", None) or error
    return UnreadablePackError(
        f"{quoted(name)} cannot be verified: {reason}.",
        hint="Give the ZIP file of an evidence pack, and a key's fingerprint.",
    )
