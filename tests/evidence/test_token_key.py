"""A signing key on a PKCS#11 token, by SoftHSM."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.keys import outside_key, signature_holds
from evidence.token_key import TokenKey
from evidence.verify_standalone import CURVE_ORDER, parse_signature
from lurewatch.errors import ConfigurationError, EvidenceError

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
PIN = "4711"


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, monkeypatch_module: pytest.MonkeyPatch) -> str:
    """The address of a P-384 key `seal`, beside which there is a P-256 key `small`."""
    pkcs11 = pytest.importorskip("pkcs11", reason="NO PYTHON-PKCS11 HERE: install the extra `pkcs11`")
    module = next((path for path in MODULES if Path(path).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("NO SOFTHSM HERE: install Debian's package `softhsm2` to run these tests")
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    monkeypatch_module.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    make = ["softhsm2-util", "--init-token", "--free", "--label", "evidence", "--so-pin", "0815", "--pin", PIN]
    subprocess.run(make, check=True, capture_output=True)
    with pkcs11.lib(module).get_token(token_label="evidence").open(rw=True, user_pin=PIN) as session:
        for label, curve in (("seal", "secp384r1"), ("small", "secp256r1")):
            parameters = pkcs11.util.ec.encode_named_curve_parameters(curve)
            domain = session.create_domain_parameters(
                pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: parameters}, local=True
            )
            domain.generate_keypair(store=True, label=label)
    return f"pkcs11:token=evidence;object=seal?module-path={module}"


def test_the_token_signs_what_the_verifier_accepts(token: str) -> None:
    key = outside_key(token, PIN)
    signature = key.sign(b"tag manifest")
    assert signature_holds(key.public_pem, signature, b"tag manifest")
    assert not signature_holds(key.public_pem, signature, b"another")
    assert parse_signature(signature)[1] <= CURVE_ORDER // 2
    assert outside_key(token, PIN).fingerprint == key.fingerprint


@pytest.mark.parametrize(
    ("old", "new", "pin"),
    [
        pytest.param("", "", "0000", id="wrong PIN"),
        pytest.param("token=evidence", "token=another", PIN, id="no such token"),
        pytest.param("object=seal", "object=another", PIN, id="no such key"),
        pytest.param("libsofthsm2.so", "none.so", PIN, id="no such library"),
    ],
)
def test_a_key_that_is_not_to_be_had_is_named(token: str, old: str, new: str, pin: str) -> None:
    with pytest.raises(EvidenceError, match=r"on the token '\w+' cannot be used: \w+\. Check the address") as caught:
        _ = outside_key(token.replace(old, new), pin).fingerprint
    assert pin not in str(caught.value)


def test_another_curve_is_refused(token: str) -> None:
    with pytest.raises(EvidenceError, match="'small' on the token is of another kind than P-384"):
        _ = outside_key(token.replace("object=seal", "object=small"), PIN).fingerprint


@pytest.mark.parametrize("missing", ["token=a", "object=b", "module-path=c"])
def test_an_address_must_say_all_three(missing: str) -> None:
    uri = "pkcs11:token=a;object=b?module-path=c".replace(missing, "x=y")
    with pytest.raises(ConfigurationError, match=f"does not say its {missing.split('=')[0]}"):
        TokenKey.at(uri, PIN)
