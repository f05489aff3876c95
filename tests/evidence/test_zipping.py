"""The archive: the same files, the same bytes."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from evidence.pack_file import FileSlice, PackFile
from evidence.verify_standalone import read_archive
from evidence.zipping import write_zip
from lurewatch.errors import EvidenceError


def written(*files: PackFile) -> bytes:
    out = BytesIO()
    write_zip(out, "CASE-2026-0001", files)
    return out.getvalue()


def test_the_order_of_the_files_does_not_matter() -> None:
    one, two = PackFile("a.txt", (b"1",)), PackFile("data/b.txt", (b"2", b"3"))
    assert written(one, two) == written(two, one)


def test_every_entry_is_stored_under_the_folder_with_a_fixed_date() -> None:
    with zipfile.ZipFile(BytesIO(written(PackFile("data/b.txt", (b"2", b"3"))))) as archive:
        entry = archive.infolist()[0]
        assert (entry.filename, entry.date_time, entry.compress_type, entry.extra) == (
            "CASE-2026-0001/data/b.txt", (1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, b"",
        )  # fmt: skip
        assert archive.read(entry) == b"23"


def test_the_verifier_reads_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"0123456789")
    content = written(PackFile("data/x", (FileSlice(tmp_path / "source", 2, 3), b"!")), PackFile("empty", (b"",)))
    archive = read_archive(BytesIO(content))
    assert archive.read("data/x") == b"234!"
    assert archive.read("empty") == b""


def test_a_pack_beyond_the_plain_zip_format_is_refused(tmp_path: Path) -> None:
    huge = PackFile("data/x", (FileSlice(tmp_path / "never read", 0, 1 << 31),))
    with pytest.raises(EvidenceError, match="Divide the case"):
        written(huge)


def test_a_slice_behind_the_end_of_its_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"01")
    with pytest.raises(EvidenceError, match="ends 3 bytes before"):
        written(PackFile("data/x", (FileSlice(tmp_path / "source", 0, 5),)))
