"""Exporting: a pack that others' tools accept, the same each time, or no pack at all."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text
from warcio.archiveiterator import ArchiveIterator

from evidence.pack import export_pack
from evidence.verify import verify_pack
from lurewatch.errors import EvidenceError
from store import cases, users
from store.parsed_post import ParsedPost
from store.posts import content_digest
from store.tables import Revision
from tests.evidence.house import LATER, NOW, Files, House, unpack, unpack_wacz

BAGIT = Path(sys.executable).with_name("bagit.py")


@pytest.fixture(scope="module")
def unzipped(golden_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unzipped")
    with zipfile.ZipFile(golden_pack) as archive:
        archive.extractall(folder)
    return folder / "CASE-2026-0001"


def test_bagit_accepts_the_unzipped_pack(unzipped: Path) -> None:
    done = subprocess.run([sys.executable, BAGIT, "--validate", unzipped], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_openssl_accepts_the_signature_as_the_readme_says(unzipped: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl command on this machine")
    command = (
        "openssl dgst -sha256 -verify seal/signer.pem -signature seal/tagmanifest-sha256.txt.sig tagmanifest-sha256.txt"
    )
    assert command in (unzipped / "data" / "README_VERIFY.txt").read_text()
    done = subprocess.run(command.split(), cwd=unzipped, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Verified OK"


def test_warcio_accepts_every_capture_with_its_digests(files: Files) -> None:
    kinds = []
    for name in sorted(name for name in files if name.startswith("data/captures/")):
        warc = unpack_wacz(files[name])["archive/data.warc.gz"]
        for record in ArchiveIterator(BytesIO(warc), check_digests="raise"):
            record.raw_stream.read()
            assert record.digest_checker.passed or record.rec_type == "request"
            kinds.append(record.rec_type)
    page = ["warcinfo", "response", "request"]
    assert kinds == [*page, "conversion", "resource", *page, *page, "warcinfo", "resource", *page]


def test_the_same_case_key_and_instant_give_the_same_bytes(
    golden_house: House, golden_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # Its report on paper, too.
    again = golden_house.export(tmp_path / "again.zip").path
    first, second = unpack(golden_pack), unpack(again)
    assert [name for name in first | second if first.get(name) != second.get(name)] == []
    assert again.read_bytes() == golden_pack.read_bytes()


def test_another_instant_gives_other_bytes(golden_house: House, golden_pack: Path, tmp_path: Path) -> None:
    later = golden_house.export(tmp_path / "later.zip", now=LATER + timedelta(seconds=1))
    assert later.path.read_bytes() != golden_pack.read_bytes()


def test_the_answer_describes_the_file(golden_house: House, tmp_path: Path) -> None:
    import hashlib

    made = golden_house.export(tmp_path / "pack.zip")
    content = (tmp_path / "pack.zip").read_bytes()
    assert (made.sha256, made.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert made.signer == golden_house.key.fingerprint


def test_only_its_owner_may_read_the_pack(golden_pack: Path) -> None:
    assert stat.S_IMODE(golden_pack.stat().st_mode) == 0o600


def test_an_export_that_was_recorded_is_in_the_next_packs_custody(house: House, tmp_path: Path) -> None:
    made = house.export(tmp_path / "one.zip")
    with house.store.transaction() as session:
        case = cases.case_by_number(session, "CASE-2026-0001")
        cases.record_pack(
            session, case, file_name="one.zip", sha256=made.sha256, size_bytes=made.size_bytes, signer=made.signer,
            exported_by="reviewer-0000aaaa", now=LATER,
        )  # fmt: skip
    with zipfile.ZipFile(house.export(tmp_path / "two.zip").path) as archive:
        assert made.sha256 in archive.read("CASE-2026-0001/data/custody.jsonl").decode()


def test_a_pack_can_be_made_within_a_writing_transaction(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        case = cases.case_by_number(session, "CASE-2026-0001")
        export_pack(
            session, case, captures_dir=house.captures_dir, key=house.key, out=tmp_path / "pack.zip",
            exported_by="reviewer-0000aaaa", now=LATER,
        )  # fmt: skip
    assert verify_pack(tmp_path / "pack.zip", trusted_signer=house.key.fingerprint).holds


def lose_a_warc(house: House) -> None:
    next(house.captures_dir.glob("board-*")).unlink()


def flip_a_byte(house: House) -> None:
    path = next(house.captures_dir.glob("export-*"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def statement(sql: str) -> Callable[[House], None]:
    def run(house: House) -> None:
        with house.store.transaction() as session:
            session.execute(text(sql))

    return run


def forge_a_text(house: House) -> None:
    with house.store.transaction() as session:
        revision = session.get_one(Revision, 1)
        revision.text += " forged"
        forged = ParsedPost(native_id="", title=revision.title, text=revision.text, author=revision.author)
        revision.sha256 = content_digest(forged)


BREAKS = {
    "a WARC file lost": (lose_a_warc, "cannot be read"),
    "a byte of a WARC file": (flip_a_byte, "cannot be read|another payload"),
    "a capture row's digest": (statement("UPDATE capture SET sha256 = 'x' WHERE id = 1"), "another payload"),
    "a capture row's time": (statement("UPDATE capture SET fetched_at = '2020-01-01' WHERE id = 1"), "does not verify"),
    "a revision row": (statement("UPDATE revision SET author = 'x' WHERE id = 1"), "Revision 1 was altered"),
    "an audit entry": (statement("UPDATE audit_entry SET subject = 'x' WHERE seq = 5"), "Audit entry 5 was altered"),
    "the audit chain's tail": (statement("DELETE FROM audit_entry WHERE seq > 9"), "was cut off there"),
    "a decision row": (
        statement("UPDATE decision SET outcome = 'unsure' WHERE outcome = 'confirmed'"),
        "stand confirmed",
    ),
    "a reviewer in a decision row": (statement("UPDATE decision SET user_id = 3 - user_id"), "does not verify"),
    "an indicator row": (statement("UPDATE indicator SET text = 'x'"), "does not quote the text"),
    "a note": (statement("UPDATE decision SET note = 'x'"), "note_sha256"),
    "the time of a decision": (statement("UPDATE decision SET decided_at = '2020-01-01'"), "decided_at"),
    "which decision was taken back": (
        statement("UPDATE decision SET undoes_id = NULL"),
        "undoes",
    ),
    "a text with its digest": (forge_a_text, "revision_sha256"),
    "a verdict": (statement("UPDATE verdict SET risk = 0.2"), "judgement_sha256"),
    "an indicator lost": (statement("DELETE FROM indicator WHERE id = 1"), "judgement_sha256"),
    "an indicator's code": (statement("UPDATE indicator SET code = 'debt_bondage'"), "judgement_sha256"),
    "an identifier": (statement("UPDATE identifier SET normalized = 'somebody_else'"), "judgement_sha256"),
    "a capture row's status": (statement("UPDATE capture SET status = 404 WHERE status = 200"), "another status"),
    "the case's title": (statement("UPDATE \"case\" SET title = 'x'"), "the case is not as"),
    "who opened the case": (statement('UPDATE "case" SET opened_by_id = 3 - opened_by_id'), "the case is not as"),
    "an item lost from the case": (statement("DELETE FROM case_item WHERE id = 1"), "is not in the case as"),
    "who put an item into the case": (
        statement("UPDATE case_item SET added_by_id = 3 - added_by_id"),
        "in the case as",
    ),
    "the case emptied": (statement("DELETE FROM case_item"), "is empty"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_not_as_it_was_gives_no_pack(name: str, house: House) -> None:
    damage, complaint = BREAKS[name]
    out = house.folder / "out" / "pack.zip"
    out.parent.mkdir()
    out.write_bytes(b"an earlier pack")
    damage(house)
    with pytest.raises(EvidenceError, match=complaint):
        house.export(out)
    assert [path.name for path in out.parent.iterdir()] == ["pack.zip"]
    assert out.read_bytes() == b"an earlier pack"


def test_a_folder_that_is_not_there_is_named(golden_house: House, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cannot be written: No such file or directory"):
        golden_house.export(tmp_path / "gone" / "pack.zip")


def test_a_disk_that_cannot_be_written_gives_no_pack(golden_house: House, tmp_path: Path) -> None:
    # Something stands where the unfinished pack would be written.
    (tmp_path / f".pack.zip.{os.getpid()}.part").mkdir()
    with pytest.raises(EvidenceError, match="cannot be written"):
        golden_house.export(tmp_path / "pack.zip")
    assert not (tmp_path / "pack.zip").exists()


def test_a_title_with_line_breaks_and_no_organisation_make_a_sound_pack(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        user = users.user_by_name(session, "secret.username.binh")
        assert user is not None
        case = cases.open_case(session, user, title="a\n<i>b", now=NOW)
        cases.add_item(session, user, case, cases.case_by_number(session, "CASE-2026-0001").items[0].item, now=NOW)
        export_pack(
            session, case, captures_dir=house.captures_dir, key=house.key, out=tmp_path / "pack.zip",
            exported_by="reviewer-0000aaaa", now=LATER,
        )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        info = archive.read("CASE-2026-0002/bag-info.txt").decode()
    assert f"Source-Organization: Lurewatch installation {house.key.fingerprint[:16]}\n" in info


def test_a_case_of_one_item_leaves_the_others_at_home(house: House, tmp_path: Path) -> None:
    with house.store.transaction() as session:
        user = users.user_by_name(session, "secret.username.binh")
        assert user is not None
        case = cases.open_case(session, user, title="Second", now=NOW)
        first = cases.case_by_number(session, "CASE-2026-0001")
        cases.add_item(session, user, case, first.items[0].item, now=NOW)
    with zipfile.ZipFile(house.export(tmp_path / "pack.zip", number="CASE-2026-0002").path) as archive:
        names = [name for name in archive.namelist() if "/captures/" in name or "/analysis/" in name]
    assert names == ["CASE-2026-0002/data/analysis/0001.json", "CASE-2026-0002/data/captures/0001.wacz"]


def test_every_file_of_the_pack_is_one_that_the_readme_or_bagit_names(files: Files) -> None:
    readme = files["data/README_VERIFY.txt"].decode()
    for name in files:
        if name.startswith("data/") and not name.startswith(("data/captures/", "data/analysis/", "data/README")):
            assert name in readme or name.removeprefix("data/exchange/") in readme
