"""An export enters the books before the pack gets its name."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from evidence import pack as packing
from evidence import pack_stamps
from evidence.export import Exporter, Manner
from evidence.timestamps import opinion_of
from evidence.verify import PackReport, verify_pack
from lurewatch.errors import AccessError, DataError, EvidenceError
from store import audit, batches, cases
from tests.evidence.authorities import Stamper, make_stamper, serving
from tests.evidence.house import LATER, House, approve

NUMBER = "CASE-2026-0001"


@pytest.fixture(autouse=True)
def approved(house: House) -> None:
    """The house's case, approved by somebody who put nothing into it."""
    approve(house)


def _exporter(house: House) -> Exporter:
    return house.exporter


def test_the_pack_on_the_disk_is_the_one_in_the_books(house: House, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    pack = _exporter(house).export(NUMBER, out=out, exported_by="reviewer-0000aaaa", now=LATER)
    assert (pack.path, list(tmp_path.glob(".*"))) == (out, [])
    assert verify_pack(out, trusted_signer=pack.signer).holds
    with house.store.reading() as session:
        (kept,) = cases.case_by_number(session, NUMBER).packs
        assert (kept.file_name, kept.sha256) == ("pack.zip", pack.sha256)


def test_a_pack_that_cannot_be_recorded_does_not_go_out(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        session.execute(text("ALTER TABLE pack RENAME TO gone"))
    with pytest.raises(OperationalError):
        _exporter(house).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    assert not any(path.name.endswith(("pack.zip", "unrecorded")) for path in tmp_path.iterdir())


def test_a_name_that_is_taken_by_a_folder_is_named(house: House, tmp_path: Path) -> None:
    (tmp_path / "pack.zip").mkdir()
    with pytest.raises(EvidenceError, match=r"pack\.zip cannot be written: Is a directory"):
        _exporter(house).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)


def _take_out(house: House) -> int:
    """Take an item out of the case, as a person with something to say about it would."""
    with house.store.transaction() as session:
        case = cases.case_by_number(session, NUMBER)
        item_id = case.items[0].item_id
        cases.remove_item(session, case.opened_by, case, item_id, reason="a warning", now=LATER)
    return item_id


def test_a_case_that_is_not_approved_stays(house: House, tmp_path: Path) -> None:
    _take_out(house)
    with pytest.raises(AccessError, match=f"{NUMBER} is not approved for export"):
        _exporter(house).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    assert not (tmp_path / "pack.zip").exists()


def test_the_pack_names_its_approval(house: House, tmp_path: Path) -> None:
    _exporter(house).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    with house.store.reading() as session:
        (kept,) = cases.case_by_number(session, NUMBER).packs
        assert kept.approval is not None
        assert (kept.approval.outcome, kept.unapproved_because) == ("approved", None)
    assert "case.approved" in _told(tmp_path / "pack.zip")


def test_going_without_approval_is_in_the_books_and_in_the_pack(house: House, tmp_path: Path) -> None:
    _take_out(house)
    out = tmp_path / "pack.zip"
    _exporter(house).export(NUMBER, out=out, exported_by="command line", now=LATER, without_approval="Danger to life")
    assert verify_pack(out).holds
    assert _told(out)["case.approval_waived"]["because"] == "Danger to life"
    with house.store.reading() as session:
        (kept,) = cases.case_by_number(session, NUMBER).packs
        assert (kept.approval_id, kept.unapproved_because) == (None, "Danger to life")


def test_going_without_approval_needs_a_reason(house: House, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="needs a reason"):
        _exporter(house).export(
            NUMBER, out=tmp_path / "p.zip", exported_by="command line", now=LATER, without_approval=""
        )


def test_a_case_that_changes_while_its_pack_is_made_does_not_go_out(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Exporter._make

    def change_meanwhile(exporter: Exporter, *about: object) -> object:
        pack = make(exporter, *about)  # type: ignore[arg-type]
        _take_out(house)
        return pack

    monkeypatch.setattr(Exporter, "_make", change_meanwhile)
    with pytest.raises(AccessError, match="is not approved"):
        _exporter(house).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    assert list(tmp_path.glob("*.zip")) == []
    with house.store.reading() as session:
        assert cases.case_by_number(session, NUMBER).packs == []
        assert audit.verify_chain(session).fault is None


def test_what_was_taken_out_is_in_no_pack_and_the_custody_log_tells(house: House, tmp_path: Path) -> None:
    gone = _take_out(house)
    out = tmp_path / "pack.zip"
    _exporter(house).export(NUMBER, out=out, exported_by="command line", now=LATER, without_approval="x")
    assert verify_pack(out).holds
    told = _told(out)
    assert (told["case.item_removed"]["item"], told["case.item_removed"]["because"]) == (gone, "a warning")
    with zipfile.ZipFile(out) as archive:
        assert gone not in json.loads(archive.read(f"{NUMBER}/data/claims.json"))["items"]


def test_what_is_put_in_again_is_in_the_pack(house: House, tmp_path: Path) -> None:
    gone = _take_out(house)
    with house.store.transaction() as session:
        case = cases.case_by_number(session, NUMBER)
        item = next(entry.item for entry in case.entries if entry.item_id == gone)
        cases.add_item(session, case.opened_by, case, item, now=LATER)
    out = tmp_path / "pack.zip"
    _exporter(house).export(NUMBER, out=out, exported_by="command line", now=LATER, without_approval="x")
    assert verify_pack(out).holds


def test_what_was_captured_is_sealed_before_it_goes_out(house: House, tmp_path: Path) -> None:
    with house.store.reading() as session:
        assert batches.unsealed(session) == 5
    _exporter(house).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    with house.store.reading() as session:
        assert batches.unsealed(session) == 0
        assert audit.verify_chain(session).fault is None


@pytest.fixture
def stamper(tmp_path: Path) -> Iterator[Stamper]:
    with serving(make_stamper(tmp_path / "one")) as stamper:
        yield stamper


def _stamping(house: House, stamper: Stamper) -> Exporter:
    return replace(_exporter(house), authorities=(stamper.as_authority(),))


def test_a_pack_is_stamped_before_it_goes_out(house: House, tmp_path: Path, stamper: Stamper) -> None:
    out = tmp_path / "pack.zip"
    pack = _stamping(house, stamper).export(NUMBER, out=out, exported_by="reviewer-0000aaaa", now=LATER)
    opinion = opinion_of([stamper.as_authority()], now=LATER)
    assert verify_pack(out, stamp_opinion=opinion, needs_stamp=True).holds
    assert (pack.stamps, pack.sha256) == (1, hashlib.sha256(out.read_bytes()).hexdigest())
    with house.store.reading() as session:
        assert [one.sha256 for one in cases.case_by_number(session, NUMBER).packs] == [pack.sha256]


def test_a_pack_is_verified_once_with_its_stamps_in_it(
    house: House, tmp_path: Path, stamper: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[set[str]] = []

    def watched(path: Path, **options: Any) -> PackReport:
        with zipfile.ZipFile(path) as archive:
            verified.append({name.partition("/")[2] for name in archive.namelist()})
        return verify_pack(path, **options)

    monkeypatch.setattr(packing, "verify_pack", watched)
    monkeypatch.setattr(pack_stamps, "verify_pack", watched)
    _stamping(house, stamper).export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    (names,) = verified
    assert "seal/stamps/0001.tsr" in names


def test_where_no_authority_answers_the_pack_goes_out_and_says_so(
    house: House, tmp_path: Path, stamper: Stamper
) -> None:
    deaf = replace(_exporter(house), authorities=(stamper.as_authority(url="http://127.0.0.1:9/"),))
    pack = deaf.export(NUMBER, out=tmp_path / "pack.zip", exported_by="reviewer-0000aaaa", now=LATER)
    assert (pack.stamps, len(pack.problems)) == (0, 1)
    assert "not yet stamped" in {claim.name: claim.detail for claim in verify_pack(pack.path).claims}["timestamp"]


def test_a_pack_that_is_stamped_later_is_entered_as_another_file(
    house: House, tmp_path: Path, stamper: Stamper
) -> None:
    out = tmp_path / "pack.zip"
    before = _exporter(house).export(NUMBER, out=out, exported_by="reviewer-0000aaaa", now=LATER)
    after = _stamping(house, stamper).stamp(out, actor="command line", now=LATER)
    assert (after.stamps, after.sha256) == (1, hashlib.sha256(out.read_bytes()).hexdigest())
    assert _stamping(house, stamper).stamp(out, actor="command line", now=LATER).stamps == 0
    with house.store.reading() as session:
        first, second = cases.case_by_number(session, NUMBER).packs
        assert (first.sha256, second.sha256) == (before.sha256, after.sha256)
        assert second.approval_id == first.approval_id is not None
        entry = audit.entries_about(session, ["case:1"])[-1]
        assert (entry.action, entry.details["of"], entry.details["pack"]) == ("pack.stamped", first.id, second.id)


AGE = pyrage.x25519.Identity.generate()


def test_a_pack_leaves_redacted_unless_it_is_asked_for_whole(house: House, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    _exporter(house).export(NUMBER, out=out, exported_by="reviewer-0000aaaa", now=LATER)
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read(f"{NUMBER}/data/claims.json"))["variant"] == "redacted"


def test_an_original_leaves_encrypted_and_its_recipient_opens_the_sealed_pack(house: House, tmp_path: Path) -> None:
    out = tmp_path / "case.original.zip.age"
    manner = Manner(variant="original", recipients={"District court": str(AGE.to_public())})
    pack = _exporter(house).export(NUMBER, out=out, exported_by="reviewer-0000aaaa", now=LATER, manner=manner)
    assert not out.read_bytes().startswith(b"PK")
    (tmp_path / "opened.zip").write_bytes(pyrage.decrypt(out.read_bytes(), [AGE]))
    assert verify_pack(tmp_path / "opened.zip", trusted_signer=pack.signer).holds
    assert list((house.folder / "keys").glob(".sealing-*")) == []
    with house.store.reading() as session:
        (kept,) = cases.case_by_number(session, NUMBER).packs
        assert kept.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
        told = audit.entries_about(session, ["case:1"])[-1].details
    opened = hashlib.sha256((tmp_path / "opened.zip").read_bytes()).hexdigest()
    assert (told["variant"], list(told["encrypted_for"]), told["sealed_sha256"]) == (
        "original",
        ["District court"],
        opened,
    )


def test_an_original_in_the_clear_has_its_reason_on_record(house: House, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    manner = Manner(variant="original", unencrypted_because="Our disks are encrypted")
    _exporter(house).export(NUMBER, out=out, exported_by="command line", now=LATER, manner=manner)
    assert verify_pack(out).holds
    with house.store.reading() as session:
        told = audit.entries_about(session, ["case:1"])[-1].details
    assert told["unencrypted_because"] == "Our disks are encrypted"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"variant": "original"}, "0 of the two ways"),
        ({"variant": "original", "unencrypted_because": " "}, "needs a reason"),
        ({"recipients": {"x": str(AGE.to_public())}}, "1 of the two ways"),
        ({"variant": "original", "recipients": {"x": "age1nobody"}}, "no public key of age"),
        ({"variant": "abridged"}, "neither original nor redacted"),
    ],
)
def test_a_pack_leaves_in_no_other_manner(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        Manner(**changes)


def _told(pack: Path) -> dict[str, dict[str, object]]:
    """The newest custody entry of each action, by its details."""
    with zipfile.ZipFile(pack) as archive:
        lines = archive.read(f"{NUMBER}/data/custody.jsonl").splitlines()
    return {record["action"]: record["details"] for record in map(json.loads, lines)}
