"""The installation's signing key, ECDSA over P-384 and no other kind: made here, from a PKCS#12 file, or on a token.

A key that is made here is kept in a file that its owner alone reads. Signatures are deterministic (RFC 6979) but for
those of a token, so that the same case, key and instant give the same pack. Which key is in force, and which were
before, `evidence.signers` knows.
"""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import pkcs12

from evidence.token_key import SCHEME, TokenKey
from evidence.verify_standalone import CURVE_ORDER, fingerprint_of, public_key_pem, signature_der
from lurewatch.errors import EvidenceError
from store.durable_files import write_first

KEY_FILE = "signing.pem"


class PrivateKey(Protocol):
    """What a signing key needs of a private key, wherever that is."""

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Its public half."""

    def sign(self, data: bytes, signature_algorithm: ec.ECDSA) -> bytes:
        """The signature in DER."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that signs packs."""

    private: PrivateKey

    @property
    def public_pem(self) -> bytes:
        """The public key, as packs carry it."""
        return public_key_pem(self.spki())

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over the SubjectPublicKeyInfo: how this installation is named in packs."""
        return fingerprint_of(self.spki())

    def sign(self, message: bytes) -> bytes:
        """The signature in DER; of its two forms the one with the lower s, so that there is only one."""
        try:
            der = self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        except UnsupportedAlgorithm as error:
            raise EvidenceError(
                "This build of cryptography cannot sign deterministically.",
                hint="Install the pinned wheel, which brings OpenSSL 3.2 or newer.",
            ) from error
        r, s = decode_dss_signature(der)
        return signature_der(r, min(s, CURVE_ORDER - s))

    def spki(self) -> bytes:
        """The public key as SubjectPublicKeyInfo in DER."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def signing_key(keys_dir: Path, name: str = KEY_FILE) -> SigningKey:
    """The key in the file `name` of `keys_dir`, made when there is none; never overwritten.

    Raises EvidenceError when the file is no P-384 key, can be read by others, or cannot be written.
    """
    path = keys_dir / name
    try:
        if not path.exists():
            _make_key(path)
        _refuse_open_file(path)
        content = path.read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"The signing key {path} cannot be used: {error.strerror}.", hint="Give its folder to the one who exports."
        ) from error
    return SigningKey(_parse_key(path, content))


def outside_key(source: str, passphrase: str) -> SigningKey:
    """The key that the setting `signing_key` names: a token's address (`pkcs11:...`), or a PKCS#12 file.

    Raises EvidenceError when it cannot be opened or is no P-384 key, ConfigurationError when a token's address is none.
    """
    if source.startswith(SCHEME):
        return SigningKey(TokenKey.at(source, passphrase))
    path = Path(source)
    try:
        key, _, _ = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise EvidenceError(
            f"The signing key {path} cannot be read: {error.strerror}.", hint="Mend the setting signing_key."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(
            f"{path} is no PKCS#12 file that the passphrase opens.",
            hint="Give it as LUREWATCH_SIGNING_PASSPHRASE, or as signing_passphrase in settings.toml.",
        ) from error
    return SigningKey(_p384(path, key))


def signature_holds(public_pem: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (DER) is one of `message` by the P-384 key in `public_pem`, by OpenSSL's judgement."""
    key = serialization.load_pem_public_key(public_pem)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _make_key(path: Path) -> None:
    """Write a new key; whoever comes second finds the first one's. A kill leaves no half of a key under this name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_first(path, pem)


def _refuse_open_file(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise EvidenceError(
            f"The signing key {path} can be read by others (mode {mode:04o}).",
            hint=f"Run `chmod 600 {path}`, and think about who may have copied it.",
        )


def _parse_key(path: Path, content: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{path} holds no private key.", hint="Restore it from a backup.") from error
    return _p384(path, key)


def _p384(path: Path, key: object) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise EvidenceError(f"{path} holds a key of another kind than P-384.", hint="Packs are sealed by P-384 alone.")
    return key
