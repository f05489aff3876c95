"""Packs of every profile that was ever handed out verify for ever, with this verifier and with the one in them."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evidence.verify import verify_pack
from evidence.verify_standalone import CHECKS, PROFILE, PROFILE_1
from tests.evidence.house import KEY, unpack
from tests.evidence.keep_pack import KEPT, kept_pack


def claims_of(verifier: Path, pack: Path) -> dict[str, str]:
    command = [sys.executable, "-I", "-S", str(verifier), str(pack), "--trust", KEY.fingerprint, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return {claim["name"]: claim["outcome"] for claim in json.loads(done.stdout)["claims"]}


def test_there_is_one_of_every_profile() -> None:
    assert sorted(path.stem for path in KEPT.iterdir()) == sorted(CHECKS)


@pytest.mark.parametrize("profile", CHECKS)
def test_it_holds(profile: str) -> None:
    report = verify_pack(kept_pack(profile), trusted_signer=KEY.fingerprint)
    assert report.holds
    assert [claim.name for claim in report.claims] == list(CHECKS[profile])


@pytest.mark.parametrize("profile", CHECKS)
def test_the_verifier_in_it_still_says_so(profile: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(kept_pack(profile)) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("CASE-2026-0001/data/verify.py"))
    told = claims_of(tmp_path / "verify.py", kept_pack(profile))
    assert {name for name, outcome in told.items() if outcome != "intact"} <= {"inclusion", "batch stamps", "timestamp"}


def test_the_first_verifier_never_calls_a_later_pack_whole(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(unpack(kept_pack(PROFILE_1))["data/verify.py"])
    assert claims_of(tmp_path / "verify.py", kept_pack(PROFILE))["layout"] == "altered"
