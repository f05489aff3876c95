"""A signing key on a PKCS#11 token (a smart card or an HSM): it signs there and never leaves it.

Needs the extra `pkcs11`. A token draws its own random number for each signature, so that two packs of the same case at
the same instant differ in their signature, and in nothing else.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from lurewatch.errors import ConfigurationError, EvidenceError

if TYPE_CHECKING:
    from pkcs11.types import Session

SCHEME = "pkcs11:"
_NEEDED = ("module-path", "token", "object")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """The P-384 key labelled `label` on the token labelled `token`, behind the library `module`; `pin` opens it."""

    module: str
    token: str
    label: str
    pin: str

    @classmethod
    def at(cls, uri: str, pin: str) -> Self:
        """By an RFC 7512 address: pkcs11:token=T;object=KEY?module-path=/usr/lib/x.so. Raises ConfigurationError."""
        path, _, query = uri.removeprefix(SCHEME).partition("?")
        pairs = (part.partition("=") for part in (*path.split(";"), *query.split("&")))
        told = {name: unquote(value) for name, _, value in pairs}
        missing = [name for name in _NEEDED if not told.get(name)]
        if missing:
            raise ConfigurationError(
                f"signing_key: {uri!r} does not say its {missing[0]}.",
                hint="Write pkcs11:token=TOKEN;object=KEY?module-path=/path/of/the/library.so.",
            )
        return cls(module=told["module-path"], token=told["token"], label=told["object"], pin=pin)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public key as the token tells it. EvidenceError when there is none, or none of P-384."""
        from pkcs11 import KeyType, ObjectClass
        from pkcs11.util.ec import encode_ec_public_key

        with self._session() as session:
            found = session.get_key(object_class=ObjectClass.PUBLIC_KEY, key_type=KeyType.EC, label=self.label)
            public = load_der_public_key(encode_ec_public_key(found))  # type: ignore[arg-type]
        if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP384R1):
            raise EvidenceError(f"The key {self.label!r} on the token is of another kind than P-384.", hint="Make one.")
        return public

    def sign(self, data: bytes, signature_algorithm: ec.ECDSA) -> bytes:  # noqa: ARG002 - always SHA-256
        """The signature of SHA-256 over `data`, in DER."""
        from pkcs11 import KeyType, Mechanism, ObjectClass

        with self._session() as session:
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC, label=self.label)
            raw: bytes = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)  # type: ignore[attr-defined]
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    @contextmanager
    def _session(self) -> "Iterator[Session]":
        try:
            import pkcs11
        except ImportError as error:
            raise ConfigurationError(
                "signing_key names a token, but the extra `pkcs11` is not installed.",
                hint="Run `.venv/bin/pip install -e '.[pkcs11]'`.",
            ) from error
        try:
            with pkcs11.lib(self.module).get_token(token_label=self.token).open(user_pin=self.pin) as session:
                yield session
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise EvidenceError(
                f"The key {self.label!r} on the token {self.token!r} cannot be used: {type(error).__name__}.",
                hint="Check the address in signing_key, the PIN in signing_passphrase, and that the token is there.",
            ) from error
