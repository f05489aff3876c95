"""An export enters the books before the pack gets its name."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from evidence.export import Exporter
from evidence.verify import verify_pack
from lurewatch.errors import EvidenceError
from store import cases
from tests.evidence.house import LATER, House

NUMBER = "CASE-2026-0001"


def _exporter(house: House) -> Exporter:
    return Exporter(
        store=house.store, captures_dir=house.captures_dir, keys_dir=house.folder / "keys", organisation="Unit 7"
    )


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
