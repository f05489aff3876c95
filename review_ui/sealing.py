"""Small secrets under a key that is not in the database: AES-256-GCM, bound to what they are for.

`about` is authenticated with the secret: one that is copied into another person's row does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lurewatch.errors import EvidenceError

KEY_BYTES = 32
_NONCE_BYTES = 12


class Seal:
    """Seals and opens under one key of KEY_BYTES bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, secret: bytes, *, about: str) -> bytes:
        """The secret as it may be kept or handed out."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """The secret again; EvidenceError when it was altered, was for something else, or under another key."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise EvidenceError(
                f"The secret kept for {about} does not open with this installation's key.",
                hint="Restore keys/seal.key from a backup, or reset what the secret was for.",
            ) from error
