"""Binds a redacted copy to its original: to each hidden value belongs an HMAC that nobody can guess without its salt.

A plain hash of a telephone number is found by trying all of them. Salts follow from a secret of the installation, the
case and the place (HKDF, RFC 5869); the original alone carries what they follow from, redacted copies never do.
"""

import hmac
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SALT_BYTES = 32


def case_key(secret: bytes, case_number: str) -> bytes:
    """What all salts of a case follow from; `secret` is the installation's."""
    return _derived(secret, f"lurewatch redactions of {case_number}")


def commitment(key: bytes, place: tuple[str, str, int], value: str) -> str:
    """HMAC-SHA-256 in hex of what stands at a place (document, field, first code point of the mask in the copy)."""
    salt = _derived(key, "\n".join(map(str, place)))
    return hmac.digest(salt, value.encode("utf-8", "surrogatepass"), "sha256").hex()


def salts_document(key: bytes, case_number: str) -> dict[str, Any]:
    """data/redaction-salts.json of an original."""
    return {
        "case": case_number,
        "key": key.hex(),
        "salt": "HKDF-SHA256(key, info = document, field and start, a line each; 32 bytes; no HKDF salt)",
        "commitment": "HMAC-SHA256(salt, what the redaction hides, in UTF-8)",
    }


def _derived(secret: bytes, info: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_SALT_BYTES, salt=None, info=info.encode()).derive(secret)
