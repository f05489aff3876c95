"""Verifies a pack with the same code that travels in it, and asks OpenSSL for a second opinion on the signature."""

from pathlib import Path

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

__all__ = ["Claim", "PackReport", "UnreadablePackError", "report_json", "report_lines", "signer_of", "verify_pack"]


class UnreadablePackError(EvidenceError):
    """What was handed in is no pack at all, or cannot be read: wrong usage, not a failed verification."""

    code = "LW701"
    exit_code = 2


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
        trusted = parse_fingerprint(trusted_signer) if trusted_signer is not None else None
        with path.open("rb") as file:
            return examine(
                file,
                trusted_signer=trusted,
                opinion=signature_holds,
                stamp_opinion=stamp_opinion,
                needs_stamp=needs_stamp,
            )
    except (NotAPackError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadablePackError(
            f"{quoted(path.name)}: {reason}.", hint="Give the ZIP file of an evidence pack, and a key's fingerprint."
        ) from error


def signer_of(path: Path) -> str | None:
    """The fingerprint of the key that a pack names as its own, unverified; None when it names none."""
    try:
        with path.open("rb") as file:
            return fingerprint_of(parse_public_key(read_archive(file).read(SIGNER_FILE)))
    except (AlteredError, NotAPackError, OSError):
        return None
