"""Stamps in a pack: added to a finished one, verified by the library and by `openssl ts`, read by verify.py."""

import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence.pack_stamps import stamp_pack
from evidence.timestamps import Authority, ask, opinion_of
from evidence.verify import PackReport, verify_pack
from evidence.verify_standalone import MAX_STAMP_BYTES, read_response
from lurewatch.errors import EvidenceError
from tests.evidence.authorities import Stamper, give_certificate, make_stamper, serving
from tests.evidence.house import Files, pack_again, unpack

STAMP = "seal/stamps/0001"
SIGNED = "tagmanifest-sha256.txt"


@pytest.fixture
def stamper(tmp_path: Path) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path / "one")) as stamper:
        yield stamper


@pytest.fixture
def stamped(golden_pack: Path, stamper: Stamper, tmp_path: Path) -> Path:
    out = tmp_path / "stamped.zip"
    pack = stamp_pack(golden_pack, out, [stamper.as_authority()], now=datetime.now(UTC))
    assert (pack.stamps, pack.problems) == (1, ())
    return out


def _verify(pack: Path, *authorities: Authority, needs_stamp: bool = True) -> PackReport:
    opinion = opinion_of(authorities, now=datetime.now(UTC))
    return verify_pack(pack, stamp_opinion=opinion, needs_stamp=needs_stamp)


def _timestamp(report: PackReport) -> tuple[str, str]:
    (claim,) = (claim for claim in report.claims if claim.name == "timestamp")
    return claim.outcome, claim.detail


def test_a_stamp_changes_nothing_else(golden_pack: Path, stamped: Path) -> None:
    before, after = unpack(golden_pack), unpack(stamped)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {f"{STAMP}.{kind}" for kind in ("tsq", "tsr", "pem")}
    assert stamped.stat().st_mode & 0o077 == 0


def test_the_library_vouches_for_it(stamped: Path, stamper: Stamper) -> None:
    report = _verify(stamped, stamper.as_authority())
    outcome, detail = _timestamp(report)
    assert report.holds
    assert outcome == "intact"
    assert detail.startswith(f"{SIGNED} existed at 20")
    assert "signed by one, whose certificate holds until" in detail


def test_openssl_verifies_what_a_pack_holds(stamped: Path, stamper: Stamper, tmp_path: Path) -> None:
    with zipfile.ZipFile(stamped) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "CASE-2026-0001"
    command = ["openssl", "ts", "-verify", "-data", SIGNED, "-in", f"{STAMP}.tsr", "-CAfile", str(stamper.roots_file)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr
    query = ["openssl", "ts", "-verify", "-queryfile", f"{STAMP}.tsq", "-in", f"{STAMP}.tsr", "-CAfile", f"{STAMP}.pem"]
    assert subprocess.run(query, cwd=folder, capture_output=True).returncode == 0


def test_the_command_that_the_verifier_names_is_the_right_one(stamped: Path, stamper: Stamper, tmp_path: Path) -> None:
    with zipfile.ZipFile(stamped) as archive:
        archive.extractall(tmp_path)
    outcome, detail = _timestamp(verify_pack(stamped))
    assert outcome == "unchecked"
    command = detail.split("run: ")[1].replace("AUTHORITY_ROOT.pem", str(stamper.roots_file)).split()
    assert subprocess.run(command, cwd=tmp_path / "CASE-2026-0001", capture_output=True).returncode == 0


def test_the_file_in_the_pack_reads_imprint_and_time_and_leaves_the_signature_open(stamped: Path) -> None:
    report = verify_pack(stamped)
    at = read_response(unpack(stamped)[f"{STAMP}.tsr"])[1]
    outcome, detail = _timestamp(report)
    assert report.holds
    assert outcome == "unchecked"
    assert f"existed at {datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" in detail


def test_a_pack_without_stamps_says_so_and_does_not_hold_where_one_is_needed(
    golden_pack: Path, stamper: Stamper
) -> None:
    report = _verify(golden_pack, stamper.as_authority())
    assert _timestamp(report)[1].startswith("not yet stamped")
    assert not report.holds
    assert _verify(golden_pack, stamper.as_authority(), needs_stamp=False).holds


def _stamps_other_data(files: Files, stamper: Stamper) -> None:
    stamp = ask(stamper.as_authority(), b"another manifest")
    files[f"{STAMP}.tsq"], files[f"{STAMP}.tsr"] = stamp.query, stamp.response


def _answers_another_query(files: Files, stamper: Stamper) -> None:
    files[f"{STAMP}.tsq"] = ask(stamper.as_authority(), files[SIGNED]).query


def _flip_signature(files: Files, _stamper: Stamper) -> None:
    files[f"{STAMP}.tsr"] = files[f"{STAMP}.tsr"][:-3] + b"\0\0\0"


def _another_time(files: Files, _stamper: Stamper) -> None:
    year = datetime.now(UTC).strftime("%Y%m").encode()
    files[f"{STAMP}.tsr"] = files[f"{STAMP}.tsr"].replace(year, b"2019" + year[4:], 1)


def _cut_off(files: Files, _stamper: Stamper) -> None:
    files[f"{STAMP}.tsr"] = files[f"{STAMP}.tsr"][:-1]


def _something_else_than_certificates(files: Files, _stamper: Stamper) -> None:
    files[f"{STAMP}.pem"] += b"#!/bin/sh\n"


def _huge(files: Files, _stamper: Stamper) -> None:
    files[f"{STAMP}.tsr"] += b"\0" * MAX_STAMP_BYTES


def _no_query(files: Files, _stamper: Stamper) -> None:
    del files[f"{STAMP}.tsq"]


Tamper = Callable[[Files, Stamper], None]


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        pytest.param(_stamps_other_data, f"{STAMP}.tsr stamps neither {SIGNED} nor an earlier stamp", id="other data"),
        pytest.param(_answers_another_query, "answers another query", id="nonce mismatch"),
        pytest.param(_flip_signature, f"{STAMP}.tsr: not signed by one", id="signature"),
        pytest.param(_another_time, f"{STAMP}.tsr: not signed by one", id="time"),
        pytest.param(_cut_off, f"{STAMP}: a time stamp is cut off", id="cut off"),
        pytest.param(_something_else_than_certificates, f"{STAMP}.pem holds something else", id="not certificates"),
        pytest.param(_huge, f"{STAMP}.tsr is larger than a time stamp ever is", id="huge"),
        pytest.param(_no_query, f"'{STAMP}.tsq' is missing", id="no query"),
    ],
)
def test_a_tampered_stamp_is_found_and_named(
    stamped: Path, stamper: Stamper, tmp_path: Path, tamper: Tamper, complaint: str
) -> None:
    files = unpack(stamped)
    tamper(files, stamper)
    report = _verify(pack_again(files, tmp_path / "tampered.zip"), stamper.as_authority(), needs_stamp=False)
    outcome, detail = _timestamp(report)
    assert outcome == "altered"
    assert complaint in detail
    assert not report.holds


def test_a_stamp_by_another_authority_is_not_taken_for_the_trusted_one(
    stamped: Path, stamper: Stamper, tmp_path: Path
) -> None:
    report = _verify(stamped, make_stamper(tmp_path / "other").as_authority())
    outcome, detail = _timestamp(report)
    assert outcome == "unchecked"
    assert f"{STAMP}.tsr; by no authority whose certificates you gave" in detail
    assert not report.holds


def test_a_stamp_whose_certificate_has_ended_since_still_tells_its_time(
    golden_pack: Path, stamper: Stamper, tmp_path: Path
) -> None:
    give_certificate(stamper, ends=timedelta(seconds=6))
    out = tmp_path / "stamped.zip"
    assert stamp_pack(golden_pack, out, [stamper.as_authority()], now=datetime.now(UTC)).stamps == 1
    time.sleep(6.5)
    outcome, detail = _timestamp(_verify(out, stamper.as_authority()))
    assert outcome == "intact"
    assert "ended at" in detail


def test_a_stamp_made_after_its_certificate_had_ended_is_found(
    golden_pack: Path, stamper: Stamper, tmp_path: Path
) -> None:
    files = unpack(golden_pack)
    stamp = ask(stamper.as_authority(), files[SIGNED])
    query = stamp.query
    give_certificate(stamper, ends=-timedelta(days=1))
    files |= {f"{STAMP}.tsq": query, f"{STAMP}.tsr": stamper.stamp(query), f"{STAMP}.pem": stamp.chain.encode()}
    outcome, detail = _timestamp(_verify(pack_again(files, tmp_path / "late.zip"), stamper.as_authority()))
    assert outcome == "altered"
    assert "certificate has expired" in detail


def test_a_second_time_nothing_is_added(stamped: Path, stamper: Stamper) -> None:
    before = stamped.read_bytes()
    assert stamp_pack(stamped, stamped, [stamper.as_authority()], now=datetime.now(UTC)).stamps == 0
    assert (stamped.read_bytes(), len(stamper.queries)) == (before, 1)


def test_a_stamp_that_only_bears_the_name_of_an_authority_is_not_taken_for_its_own(
    golden_pack: Path, stamper: Stamper, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    out, now = tmp_path / "stamped.zip", datetime.now(UTC)
    assert stamp_pack(golden_pack, out, [stamper.as_authority()], now=now).stamps == 1
    with serving(make_stamper(tmp_path / "real" / "one")) as real:
        assert stamp_pack(out, out, [real.as_authority()], now=now).stamps == 1


def test_a_second_authority_stamps_it_too(stamped: Path, stamper: Stamper, tmp_path: Path) -> None:
    with serving(make_stamper(tmp_path / "two")) as other:
        both = [stamper.as_authority(), other.as_authority()]
        assert stamp_pack(stamped, stamped, both, now=datetime.now(UTC)).stamps == 1
    outcome, detail = _timestamp(_verify(stamped, *both))
    assert outcome == "intact"
    assert "signed by one" in detail
    assert "signed by two" in detail
    assert "unchecked: " in _timestamp(_verify(stamped, both[1]))[1]


def test_a_stamp_is_renewed_before_its_certificate_ends(golden_pack: Path, stamper: Stamper, tmp_path: Path) -> None:
    give_certificate(stamper, ends=timedelta(days=30))
    out, authority, now = tmp_path / "stamped.zip", stamper.as_authority(), datetime.now(UTC)
    assert stamp_pack(golden_pack, out, [authority], now=now).stamps == 1
    again = stamp_pack(out, out, [authority], now=now)
    assert (again.stamps, again.problems) == (0, ("one still signs with the certificate that ends soon.",))
    give_certificate(stamper, ends=timedelta(days=3000))
    assert stamp_pack(out, out, [authority], now=now).stamps == 1
    outcome, detail = _timestamp(_verify(out, authority))
    assert outcome == "intact"
    assert f"{STAMP}.tsr existed at 20" in detail
    assert stamp_pack(out, out, [authority], now=now).stamps == 0


def test_where_no_authority_answers_the_pack_stays_as_it_is(
    golden_pack: Path, stamper: Stamper, tmp_path: Path
) -> None:
    out = tmp_path / "pack.zip"
    pack = stamp_pack(golden_pack, out, [stamper.as_authority(url="http://127.0.0.1:9/")], now=datetime.now(UTC))
    assert pack.stamps == 0
    assert "gave no answer" in pack.problems[0]
    assert out.read_bytes() == golden_pack.read_bytes()


def test_a_pack_that_does_not_hold_is_not_stamped(files: Files, stamper: Stamper, tmp_path: Path) -> None:
    files["data/claims.json"] += b" "
    broken = pack_again(files, tmp_path / "broken.zip")
    with pytest.raises(EvidenceError, match=r"broken\.zip does not hold"):
        stamp_pack(broken, broken, [stamper.as_authority()], now=datetime.now(UTC))
    assert stamper.queries == []
