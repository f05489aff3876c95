"""`lurewatch import`: what it lists, asks for, prints and keeps."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from crawlers.formats import FORMATS
from crawlers.warc import WarcFile
from lurewatch.cli import lurewatch
from lurewatch.installation import Installation
from store.tables import Capture, Post
from tests.factories import NOW

CHAT = "25/03/26, 21:05 - A: Cooks wanted\n25/03/26, 21:06 - B: How much\n"
MAIL = b"From: a@example.test\nSubject: Cooks\nMessage-ID: <%d@example.test>\n\nCooks wanted\n"


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, ["import", *map(str, arguments)])


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat.txt"
    path.write_text(CHAT)
    return path


def test_formats_are_listed_with_the_class_of_their_provenance() -> None:
    lines = call("--list").output.splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
    assert {line.split()[1] for line in lines} == {"platform_export", "handed_over"}


def test_printing_goes_on_without_a_time_zone_and_says_so(chat: Path) -> None:
    done = call("whatsapp", chat, "--to-jsonl")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["posted_at"], first["extra"]["date_local"]) == (None, "2026-03-25T21:05:00")
    assert second["author"] == "B"
    assert "2 posts have local times only" in done.stderr


def test_printing_says_that_the_order_of_dates_is_open(chat: Path) -> None:
    chat.write_text("1/2/26, 21:05 - A: Cooks wanted\n")
    assert "1 posts have dates whose order nothing decides; --date-order" in call("whatsapp", chat, "--to-jsonl").stderr
    assert "order" not in call("whatsapp", chat, "--to-jsonl", "--date-order", "dmy").stderr


def test_zone_makes_instants(chat: Path) -> None:
    done = call("whatsapp", chat, "--to-jsonl", "--time-zone", "Asia/Bangkok")
    assert json.loads(done.stdout.splitlines()[0])["posted_at"] == "2026-03-25T14:05:00Z"
    assert not done.stderr


@pytest.mark.parametrize(
    ("option", "value", "match"),
    [
        ("--time-zone", "Asia/Nowhere", "is no time zone"),
        ("--time-zone", "../../etc/passwd", "is no time zone"),
        ("--column", "text", "write FIELD=NAME"),
        ("--column", "colour=x", "write FIELD=NAME"),
        ("--date-order", "ydm", "is not one of"),
        ("--provenance", "public_crawl", "is not one of"),
    ],
)
def test_what_cannot_be_meant_is_refused(chat: Path, option: str, value: str, match: str) -> None:
    done = call("whatsapp", chat, option, value)
    assert done.exit_code == 2
    assert match in done.output


def test_store_asks_for_the_zone(chat: Path, tmp_path: Path) -> None:
    done = call("whatsapp", chat, "--dir", tmp_path / "i")
    assert "chat.txt says no time zone. Say --time-zone" in str(done.exception)
    kept = call("whatsapp", chat, "--dir", tmp_path / "i", "--time-zone", "unknown", "--provenance", "seized")
    assert kept.exit_code == 0
    assert "2 posts read: 2 new" in kept.output
    with Installation.at(tmp_path / "i", {}).open_store() as store, store.reading() as session:
        assert [capture.provenance for capture in session.scalars(select(Capture))] == ["platform_export", "seized"]


def test_each_file_of_a_folder_is_sealed_and_a_broken_one_costs_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.eml").write_bytes(MAIL % number)
    (folder / "1.eml").write_bytes(b"")
    done = call("mail", folder, "--dir", tmp_path / "i")
    assert "1 of 3 files are broken. 1.eml holds no mail" in str(done.exception)
    with Installation.at(tmp_path / "i", {}).open_store() as store, store.reading() as session:
        assert len(list(session.scalars(select(Capture)))) == 3
        assert [post.native_id for post in session.scalars(select(Post))] == ["<0@example.test>", "<2@example.test>"]


def test_what_a_killed_import_left_is_closed_by_the_next(chat: Path, tmp_path: Path) -> None:
    captures = Installation.at(tmp_path / "i", {}).captures_dir
    WarcFile(captures / "import-mail.warc.gz", about={"software": "test"}, created_at=NOW)._file.close()
    call("whatsapp", chat, "--dir", tmp_path / "i", "--time-zone", "unknown")
    assert (captures / "import-mail.warc.gz").exists()
    assert list(captures.glob("*.part")) == []


@pytest.mark.parametrize(
    ("form", "match"),
    [("mail", "no file of this format: Mail (.eml, .emlx, .mbox, folder)"), ("whatsapp", "read from one file")],
)
def test_folder_without_such_files_is_named(tmp_path: Path, form: str, match: str) -> None:
    assert match in str(call(form, tmp_path, "--to-jsonl").exception)


def test_mistyped_path_makes_no_installation(tmp_path: Path) -> None:
    assert "there is no such file" in str(call("mail", tmp_path / "typo", "--dir", tmp_path / "i").exception)
    assert not (tmp_path / "i").exists()


@pytest.mark.parametrize("form", ["zeeschuimer", "4cat", "facebook", "jsonl"])
def test_values_nested_deeply_are_no_traceback(tmp_path: Path, form: str) -> None:
    deep = b'{"text": "x", "source_platform": "x.com", "timestamp": 1, "data": %s1%s, "extra": %s1%s}'
    path = tmp_path / "deep.json"
    path.write_bytes(deep % (b'{"a":' * 900, b"}" * 900, b"[" * 900, b"]" * 900))
    done = call(form, path, "--to-jsonl")
    assert done.exception is None or "deep.json" in str(done.exception)
