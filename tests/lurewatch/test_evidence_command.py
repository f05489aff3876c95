"""`lurewatch evidence export`: not without a second person, unless an operator says why, and that stays on record."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import AccessError, ConfigurationError, DataError, EvidenceError, LurewatchError
from lurewatch.installation import Installation
from store import audit, cases
from tests.evidence.authorities import Stamper, give_certificate, make_stamper, name_authority, serving
from tests.evidence.house import House, approve, furnish
from tests.factories import NOW, make_user


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation with an empty case."""
    with Installation.at(tmp_path, {}).open_store() as store, store.transaction() as session:
        cases.open_case(session, make_user(session), title="Typing work", now=NOW)
    return tmp_path


def _told(folder: Path) -> list[audit.AuditEntry]:
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        return audit.entries_about(session, ["case:1"])


def _export(folder: Path, *options: str) -> Result:
    return call("evidence", "export", "CASE-2026-0001", "-o", folder / "p.zip", "--dir", folder, *options)


def test_a_case_without_approval_is_refused_with_the_remedy(folder: Path) -> None:
    refusal = _export(folder).exception
    assert isinstance(refusal, AccessError)
    assert "is not approved for export" in str(refusal)
    assert "--without-approval REASON" in str(refusal)
    assert [entry.action for entry in _told(folder)] == ["case.opened"]


def test_the_reason_for_doing_without_is_on_record_before_anything_is_made(folder: Path) -> None:
    stopped = _export(folder, "--without-approval", "Danger to life").exception
    assert isinstance(stopped, EvidenceError)
    assert "is empty" in str(stopped)
    entry = _told(folder)[-1]
    assert (entry.actor, entry.action) == ("command line", "case.approval_waived")
    assert entry.details["because"] == "Danger to life"


def test_doing_without_needs_a_reason(folder: Path) -> None:
    assert isinstance(_export(folder, "--without-approval", " ").exception, DataError)


def test_an_original_is_refused_without_recipients(folder: Path) -> None:
    assert "0 of the two ways" in str(_export(folder, "--original").exception)
    assert "no recipient 'Court'" in str(_export(folder, "--original", "--recipient", "Court").exception)
    assert not (folder / "p.zip").exists()


def test_recipients_are_kept_by_name(folder: Path) -> None:
    key = str(pyrage.x25519.Identity.generate().to_public())
    assert call("evidence", "recipients", "add", "Court", key, "--dir", folder).exit_code == 0
    assert call("evidence", "recipients", "list", "--dir", folder).output == f"Court\t{key}\n"
    assert isinstance(call("evidence", "recipients", "add", "Unit", "age1x", "--dir", folder).exception, DataError)
    assert call("evidence", "recipients", "remove", "Court", "--dir", folder).exit_code == 0
    assert call("evidence", "recipients", "list", "--dir", folder).output == ""


def test_packs_that_are_no_pair_are_not_matched(folder: Path) -> None:
    (folder / "p.zip").write_bytes(b"PK")
    answer = call("evidence", "match-redactions", folder / "p.zip", folder / "p.zip")
    assert isinstance(answer.exception, LurewatchError)


def test_the_list_of_cases_tells_their_state(folder: Path) -> None:
    assert call("evidence", "cases", "--dir", folder).output.split("\t")[-1].strip() == "open"


# -- Time stamps and keys --------------------------------------------------------------------------------------------


@pytest.fixture
def stamper(tmp_path: Path) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path / "national")) as stamper:
        yield stamper


@pytest.fixture
def furnished(tmp_path: Path, stamper: Stamper) -> Path:
    """An installation with a case that was approved, and an authority in its settings."""
    folder = tmp_path / "house"
    with Installation.at(folder, {}).open_store() as store:
        house = House(folder, store)
        furnish(house)
        approve(house)
    name_authority(folder, stamper)
    return folder


def test_export_stamps_and_verify_says_by_whom(furnished: Path, stamper: Stamper) -> None:
    made = _export(furnished)
    assert json.loads(made.output)["stamps"] == 1
    done = call("evidence", "verify", furnished / "p.zip", "--tsa-cert", stamper.roots_file, "--dir", furnished)
    assert done.exit_code == 0
    assert "signed by root.pem, whose certificate holds until" in done.output
    assert "signed by national" in call("evidence", "verify", furnished / "p.zip", "--dir", furnished).output


def test_offline_a_pack_goes_out_and_is_stamped_later(furnished: Path, stamper: Stamper) -> None:
    name_authority(furnished, stamper, url="http://127.0.0.1:9/")
    made = _export(furnished)
    assert made.exit_code == 0
    assert "Not yet stamped: national" in made.stderr
    pack = furnished / "p.zip"
    verify = ("evidence", "verify", pack, "--dir", furnished)
    assert "not yet stamped" in call(*verify).output
    assert call(*verify, "--tsa-cert", stamper.roots_file).exit_code == 1
    assert call("evidence", "stamp", pack, "--dir", furnished).exit_code == 1
    name_authority(furnished, stamper)
    stamped = call("evidence", "stamp", pack, "--dir", furnished)
    assert (stamped.exit_code, json.loads(stamped.output)["stamps"]) == (0, 1)
    assert call(*verify, "--tsa-cert", stamper.roots_file).exit_code == 0


def test_stamp_without_a_pack_seals_and_stamps_batches_and_checkpoints(furnished: Path) -> None:
    assert json.loads(call("evidence", "stamp", "--dir", furnished).output) == {"captures": 5, "stamps": 2}
    assert json.loads(call("evidence", "stamp", "--dir", furnished).output) == {"captures": 0, "stamps": 0}


def test_a_pack_cannot_be_stamped_by_nobody(folder: Path) -> None:
    (folder / "p.zip").touch()
    refusal = call("evidence", "stamp", folder / "p.zip", "--dir", folder).exception
    assert "Write timestamp_authorities into settings.toml" in str(refusal)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"roots": "none.pem"}, r"none\.pem cannot be read: No such file", id="no roots"),
        pytest.param({"roots": "settings.toml"}, "holds no certificate in PEM", id="no certificates"),
        pytest.param({"url": "ftp://tsa.example"}, "not one of http or https", id="scheme"),
        pytest.param({"url": "http://me@tsa.example"}, "not one of http or https", id="user name"),
        pytest.param({"policy": "gold"}, "timestamp_authorities", id="policy"),
        pytest.param({"hash": "md5"}, "timestamp_authorities", id="hash"),
        pytest.param({"pin": "x"}, "timestamp_authorities", id="unknown key"),
    ],
)
def test_an_authority_that_is_not_understood_is_named(
    furnished: Path, stamper: Stamper, change: dict[str, str], complaint: str
) -> None:
    name_authority(furnished, stamper, **change)
    refusal = call("evidence", "stamp", "--dir", furnished).exception
    assert isinstance(refusal, ConfigurationError)
    assert re.search(complaint, str(refusal))


def test_keys_are_rotated_listed_and_packs_of_the_old_one_are_still_ours(furnished: Path) -> None:
    old = json.loads(_export(furnished).output)["signer"]
    new = call("evidence", "keys", "rotate", "--dir", furnished).stdout.strip()
    first, second = [
        line.split("\t") for line in call("evidence", "keys", "list", "--dir", furnished).output.splitlines()
    ]
    assert (first[0], first[3], second[0], second[2], second[4]) == (old, "rotated", new, "in force", old)
    verify = ("evidence", "verify", furnished / "p.zip", "--dir", furnished)
    assert call(*verify).exit_code == 0
    assert call(*verify, "--trust", new).exit_code == 1


def test_packs_of_a_retired_key_are_no_longer_ours(furnished: Path) -> None:
    old = json.loads(_export(furnished).output)["signer"]
    assert old in call("evidence", "keys", "retire", "a laptop was stolen", "--dir", furnished).stderr
    call("evidence", "export", "CASE-2026-0001", "-o", furnished / "q.zip", "--dir", furnished)
    assert call("evidence", "verify", furnished / "q.zip", "--dir", furnished).exit_code == 0
    assert "was sealed by the key" in call("evidence", "verify", furnished / "p.zip", "--dir", furnished).output


def test_doctor_tells_of_keys_authorities_and_what_waits(furnished: Path, stamper: Stamper) -> None:
    output = call("doctor", "--dir", furnished).output
    assert re.search(r"signing key +none yet", output)
    assert re.search(r"time stamps +national; 5 captures not sealed yet, 0 batches and 1 checkpoints", output)
    give_certificate(stamper, ends=timedelta(days=30))
    signer = json.loads(_export(furnished).output)["signer"]
    call("evidence", "stamp", "--dir", furnished)
    output = call("doctor", "--dir", furnished).output
    assert re.search(rf"signing key +{signer} in force", output)
    assert "2 batches or checkpoints whose stamps END SOON" in output
    (furnished / "keys" / "signing.pem").unlink()
    assert re.search(r"signing key +BROKEN: The signing key .* is gone", call("doctor", "--dir", furnished).output)
