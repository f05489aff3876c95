"""The signing key: made once, kept for its owner alone, deterministic."""

import multiprocessing
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.keys import SigningKey, signature_holds, signing_key
from evidence.verify_standalone import CURVE_ORDER, parse_signature, signature_der
from lurewatch.errors import EvidenceError

KEY = SigningKey(ec.derive_private_key(0x5EED, ec.SECP384R1()))


def test_a_key_is_made_on_first_use_and_found_afterwards(tmp_path: Path) -> None:
    first = signing_key(tmp_path / "keys")
    assert signing_key(tmp_path / "keys").fingerprint == first.fingerprint


def test_only_the_owner_may_read_key_and_folder(tmp_path: Path) -> None:
    signing_key(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "signing.pem").stat().st_mode) == 0o600


def test_nothing_but_the_key_is_left_in_the_folder(tmp_path: Path) -> None:
    signing_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["signing.pem"]


def _fingerprint(folder: Path) -> str:
    return signing_key(folder).fingerprint


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert len(set(pool.map(_fingerprint, [tmp_path] * 6))) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660], ids=oct)
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    signing_key(tmp_path)
    (tmp_path / "signing.pem").chmod(mode)
    with pytest.raises(EvidenceError, match="can be read by others"):
        signing_key(tmp_path)


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b"", "holds no private key", id="empty"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----\n", "holds no private key", id="cut off"),
        pytest.param(_pem(ed25519.Ed25519PrivateKey.generate()), "another kind than P-384", id="ed25519"),
        pytest.param(_pem(ec.generate_private_key(ec.SECP256R1())), "another kind than P-384", id="p-256"),
    ],
)
def test_a_file_that_is_no_p384_key_is_refused_and_kept(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "signing.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(EvidenceError, match=complaint):
        signing_key(tmp_path)
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match=r"signing\.pem cannot be used"):
        signing_key(tmp_path / "file" / "keys")


def test_the_same_message_gives_the_same_signature() -> None:
    assert KEY.sign(b"x") == KEY.sign(b"x") != KEY.sign(b"y")


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_signatures_have_the_lower_s_and_openssl_accepts_them(message: bytes) -> None:
    signature = KEY.sign(message)
    assert parse_signature(signature)[1] <= CURVE_ORDER // 2
    assert signature_holds(KEY.public_pem, signature, message)


def test_openssl_refuses_a_signature_of_something_else() -> None:
    assert not signature_holds(KEY.public_pem, KEY.sign(b"x"), b"y")


def test_openssl_refuses_another_kind_of_key() -> None:
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert not signature_holds(pem, signature_der(1, 1), b"x")


def test_the_public_pem_is_as_cryptography_writes_it() -> None:
    public = KEY.private.public_key()
    assert KEY.public_pem == public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
