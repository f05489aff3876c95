"""Small secrets under a key that is not in the database: AES-256-GCM, bound to what they are for.

`about` is authenticated with the secret: one that is copied into another person's row does not open.
"""

import secrets
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lurewatch.errors import EvidenceError

KEY_BYTES = 32
_NONCE_BYTES = 12


class Seal:
    """Seals under a key of KEY_BYTES bytes; behind it may stand earlier keys, which still open."""

    def __init__(self, keys: bytes) -> None:
        self._ciphers = [AESGCM(keys[at : at + KEY_BYTES]) for at in range(0, len(keys), KEY_BYTES)]

    def close(self, secret: bytes, *, about: str) -> bytes:
        """The secret as it may be kept or handed out."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """The secret again; EvidenceError when it was altered, was for something else, or under another key."""
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):
                return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
        raise EvidenceError(
            f"The secret kept for {about} does not open with this installation's key.",
            hint="Restore keys/seal.key from a backup, or reset what the secret was for.",
        )
