"""The installation's signing key: ECDSA over P-384, made on first use and kept in a file that its owner alone reads.

Signatures are deterministic (RFC 6979), so that the same case, key and instant give the same pack.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from evidence.verify_standalone import CURVE_ORDER, fingerprint_of, public_key_pem, signature_der
from lurewatch.errors import EvidenceError

KEY_FILE = "signing.pem"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that signs packs."""

    private: ec.EllipticCurvePrivateKey

    @property
    def public_pem(self) -> bytes:
        """The public key, as packs carry it."""
        return public_key_pem(self._spki())

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over the SubjectPublicKeyInfo: how this installation is named in packs."""
        return fingerprint_of(self._spki())

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

    def _spki(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def signing_key(keys_dir: Path) -> SigningKey:
    """The key in `keys_dir`/signing.pem, made when there is none; never overwritten.

    Raises EvidenceError when the file is no P-384 key, can be read by others, or cannot be written.
    """
    path = keys_dir / KEY_FILE
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
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, unlike a rename, refuses to replace a key that somebody else has just made.
        path.hardlink_to(part)
    except FileExistsError:
        return
    finally:
        part.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, not only the contents."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise EvidenceError(f"{path} holds a key of another kind than P-384.", hint="Restore it from a backup.")
    return key
