"""Encrypts a pack for named recipients in the age format (age-encryption.org/v1), so that nobody else can read it.

An installation keeps no key that opens it again. What is encrypted is the sealed pack itself, byte for byte.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pyrage

from lurewatch.errors import DataError

_HEADER = b"age-encryption.org/"


def check_key(key: str) -> str:
    """A recipient's public key (age1...) without white space around it; DataError when it is none."""
    _recipient(key)
    return key.strip()


def encrypt(pack: Path, out: Path, keys: Iterable[str]) -> None:
    """Write `pack` to `out`, which must not exist, so that each of `keys` opens it; on the disk when this returns."""
    recipients = [_recipient(key) for key in keys]
    with pack.open("rb") as plain, os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sealed:
        pyrage.encrypt_io(plain, sealed, recipients)
        sealed.flush()
        os.fsync(sealed.fileno())


def is_encrypted(file: BinaryIO) -> bool:
    """Whether an open file is one that `encrypt` wrote, by how it begins."""
    file.seek(0)
    return file.read(len(_HEADER)) == _HEADER


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError as error:
        raise DataError(
            f"{key[:80]!r} is no public key of age.",
            hint="Ask the recipient for the line that begins with age1.",
        ) from error
