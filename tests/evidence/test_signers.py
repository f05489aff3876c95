"""The list of signing keys: never replaced without a word, rotated with a signature, retired with a reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from evidence import signers as module
from evidence.keys import SigningKey, outside_key, signature_holds
from evidence.signers import Signers, listed, own_fingerprint, trusted
from lurewatch.errors import DataError, EvidenceError
from store import audit, cases
from store.database import Store
from tests.factories import NOW, make_user

LATER = NOW + timedelta(days=1)
OTHER = SigningKey(ec.derive_private_key(0xA11CE, ec.SECP384R1()))


@pytest.fixture
def signers(sqlite_store: Store, tmp_path: Path) -> Signers:
    (tmp_path / "keys").mkdir(mode=0o700)
    return Signers(store=sqlite_store, keys_dir=tmp_path / "keys")


def _told(signers: Signers, fingerprint: str) -> list[str]:
    with signers.store.reading() as session:
        return [entry.action for entry in audit.entries_about(session, [f"signing_key:{fingerprint}"])]


def _seal_a_pack(signers: Signers, fingerprint: str) -> None:
    with signers.store.transaction() as session:
        case = cases.open_case(session, make_user(session, role="supervisor"), title="x", now=NOW)
        about = {"file_name": "p.zip", "sha256": "a" * 64, "size_bytes": 1, "exported_by": "x"}
        cases.record_pack(session, case, signer=fingerprint, now=NOW, **about)  # type: ignore[arg-type]


def test_the_first_key_is_entered_once(signers: Signers) -> None:
    first = signers.key(now=NOW).fingerprint
    assert signers.key(now=LATER).fingerprint == first
    (known,) = listed(signers.keys_dir)
    assert (known.fingerprint, known.since, known.until) == (first, "2026-03-01T12:00:00Z", None)
    assert _told(signers, first) == ["signing_key.taken"]


def test_a_key_that_sealed_before_there_was_a_list_is_taken_over(signers: Signers) -> None:
    made = module.signing_key(signers.keys_dir).fingerprint
    _seal_a_pack(signers, made)
    assert signers.key(now=NOW).fingerprint == made


def test_a_lost_key_is_not_replaced(signers: Signers) -> None:
    signers.key(now=NOW)
    (signers.keys_dir / "signing.pem").unlink()
    with pytest.raises(EvidenceError, match=r"signing\.pem is gone.*Restore it from a backup.*keys retire REASON"):
        signers.key(now=LATER)
    assert not (signers.keys_dir / "signing.pem").exists()


def test_a_key_that_was_lost_before_there_was_a_list_is_not_replaced(signers: Signers) -> None:
    _seal_a_pack(signers, "b" * 64)
    with pytest.raises(EvidenceError, match=r"signing\.pem is gone"):
        signers.key(now=NOW)
    assert signers.retire(because="the disk burnt", now=NOW) == "b" * 64
    assert signers.key(now=LATER).fingerprint != "b" * 64


def test_the_next_key_is_signed_by_the_one_before(signers: Signers) -> None:
    old = signers.key(now=NOW)
    new = signers.rotate(to=None, now=LATER)
    assert signers.key(now=LATER).fingerprint == new.fingerprint != old.fingerprint
    before, after = listed(signers.keys_dir)
    assert (before.until, before.ended, after.follows) == ("2026-03-02T12:00:00Z", "rotated", old.fingerprint)
    folder = signers.keys_dir / "signers"
    pem = (folder / f"{new.fingerprint}.pem").read_bytes()
    assert signature_holds(old.public_pem, (folder / f"{new.fingerprint}.sig").read_bytes(), pem)
    assert (folder / f"{old.fingerprint}.pem").read_bytes() == old.public_pem
    assert _told(signers, new.fingerprint) == ["signing_key.rotated"]
    assert {path.stat().st_mode & 0o077 for path in signers.keys_dir.rglob("*")} == {0}


def test_of_the_old_private_key_nothing_is_left(signers: Signers) -> None:
    old = signers.key(now=NOW)
    private = old.private.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signers.rotate(to=None, now=LATER)
    assert all(path.read_bytes() != private for path in signers.keys_dir.rglob("*") if path.is_file())


@pytest.mark.parametrize("killed_at", ["_write_list", "_take_over"])
def test_a_rotation_that_was_killed_leaves_a_key_that_seals(
    signers: Signers, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    old = signers.key(now=NOW).fingerprint

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Signers if killed_at == "_take_over" else module, killed_at, kill)
        # The take-over of the key in force comes first, and finds nothing to do.
        patch.setattr(Signers, "must_be_there", lambda *_: old)
        with pytest.raises(KeyboardInterrupt):
            signers.rotate(to=None, now=LATER)
    current = signers.key(now=LATER).fingerprint
    assert current == own_fingerprint(signers.keys_dir)
    assert (current == old) == (killed_at == "_write_list")
    signers.rotate(to=None, now=LATER)


def test_a_retired_key_no_longer_counts_as_ours_a_rotated_one_does(signers: Signers) -> None:
    first = signers.key(now=NOW).fingerprint
    second = signers.rotate(to=None, now=LATER).fingerprint
    signers.retire(because="copied", now=LATER)
    third = signers.key(now=LATER).fingerprint
    assert trusted(signers.keys_dir).expected(first) == first
    assert trusted(signers.keys_dir).expected(second) == third
    assert trusted(signers.keys_dir).expected("c" * 64) == third
    assert _told(signers, second) == ["signing_key.rotated", "signing_key.retired"]
    assert [one.ended for one in listed(signers.keys_dir)] == ["rotated", "retired: copied", ""]


def test_a_key_that_ended_never_seals_again(signers: Signers, tmp_path: Path) -> None:
    ours = replace(signers, source=_p12(tmp_path / "k.p12", OTHER.private), passphrase="open sesame")
    ours.key(now=NOW)
    with pytest.raises(EvidenceError, match="has been in force before"):
        ours.rotate(to=OTHER.public_pem, now=LATER)
    ours.retire(because="rotated", now=LATER)
    with pytest.raises(EvidenceError, match=f"The key {OTHER.fingerprint[:16]} has been in force before"):
        ours.key(now=LATER)
    assert trusted(signers.keys_dir).expected(OTHER.fingerprint) is None


def test_without_its_list_another_key_than_sealed_before_is_not_taken(signers: Signers) -> None:
    _seal_a_pack(signers, "b" * 64)
    module.signing_key(signers.keys_dir)
    with pytest.raises(EvidenceError, match="but bbbbbbbbbbbbbbbb is in force"):
        signers.key(now=NOW)


def test_retiring_needs_a_reason_and_a_key(signers: Signers) -> None:
    with pytest.raises(DataError, match="needs a reason"):
        signers.retire(because=" ", now=NOW)
    with pytest.raises(EvidenceError, match="No signing key is in force"):
        signers.retire(because="lost", now=NOW)


def test_a_damaged_list_is_named(signers: Signers) -> None:
    for content in ("{", '[{"finger": 1}]', "[1]"):
        (signers.keys_dir / "signers.json").write_text(content)
        with pytest.raises(EvidenceError, match=r"signers\.json is damaged"):
            signers.key(now=NOW)


# -- Keys from elsewhere ---------------------------------------------------------------------------------------------


def _p12(path: Path, key: object, passphrase: bytes = b"open sesame") -> str:
    encryption = serialization.BestAvailableEncryption(passphrase)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, None, None, encryption))  # type: ignore[arg-type]
    return str(path)


def test_a_pkcs12_key_seals(signers: Signers, tmp_path: Path) -> None:
    ours = replace(signers, source=_p12(tmp_path / "k.p12", OTHER.private), passphrase="open sesame")
    key = ours.key(now=NOW)
    assert key.fingerprint == OTHER.fingerprint == own_fingerprint(signers.keys_dir)
    assert signature_holds(OTHER.public_pem, key.sign(b"x"), b"x")
    assert not (signers.keys_dir / "signing.pem").exists()


@pytest.mark.parametrize(
    ("key", "passphrase", "complaint"),
    [
        pytest.param(OTHER.private, "wrong", "no PKCS#12 file that the passphrase opens", id="passphrase"),
        pytest.param(OTHER.private, "", "LUREWATCH_SIGNING_PASSPHRASE", id="no passphrase"),
        pytest.param(ec.generate_private_key(ec.SECP256R1()), "open sesame", "another kind than P-384", id="p-256"),
    ],
)
def test_a_pkcs12_file_that_cannot_seal_is_refused(
    tmp_path: Path, key: object, passphrase: str, complaint: str
) -> None:
    source = _p12(tmp_path / "k.p12", key)
    with pytest.raises(EvidenceError, match=complaint) as caught:
        outside_key(source, passphrase)
    assert "sesame" not in str(caught.value)


def test_a_pkcs12_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"none\.p12 cannot be read: No such file"):
        outside_key(str(tmp_path / "none.p12"), "")


def test_a_key_elsewhere_follows_one_that_was_made_here(signers: Signers, tmp_path: Path) -> None:
    old = signers.key(now=NOW).fingerprint
    moved = replace(signers, source=_p12(tmp_path / "k.p12", OTHER.private), passphrase="open sesame")
    with pytest.raises(EvidenceError, match=r"is in force.*keys rotate --to PUBLIC_KEY"):
        moved.key(now=LATER)
    assert signers.rotate(to=OTHER.public_pem, now=LATER).follows == old
    with pytest.raises(EvidenceError, match="name it in the setting signing_key"):
        signers.key(now=LATER)
    assert moved.key(now=LATER).fingerprint == OTHER.fingerprint
    with pytest.raises(DataError, match="its successor is not made here"):
        moved.rotate(to=None, now=LATER)


@pytest.mark.parametrize("spoil", [lambda pem: b"", lambda pem: pem.replace(b"A", b"B"), lambda pem: pem + b"\n"])
def test_only_a_p384_public_key_can_follow(signers: Signers, spoil: Callable[[bytes], bytes]) -> None:
    signers.key(now=NOW)
    with pytest.raises(DataError, match="no P-384 public key"):
        signers.rotate(to=spoil(OTHER.public_pem), now=LATER)
    assert len(json.loads((signers.keys_dir / "signers.json").read_text())) == 1
