"""`lurewatch retention`: what goes by age, what on request, what is held, and the report of it."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from lurewatch.cli import lurewatch
from lurewatch.errors import AccessError, NotFoundError
from lurewatch.installation import Installation
from lurewatch.retention import run_retention
from store import audit, handed_in, redaction_marks
from store.handed_in import Given
from store.parsed_post import ParsedPost
from store.tables import Capture, HandedIn, Post, QueueItem, Tombstone
from tests.evidence.house import TEXTS, House, add_item, add_page
from tests.factories import NOW, make_capture, make_case, make_source, make_user
from tests.store.test_retention import make_plain


def call(folder: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, ["retention", *map(str, arguments), "--dir", str(folder)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation with a plain post (1), captured in a file, and one that waits in the queue (2)."""
    folder = tmp_path / "house"
    with Installation.at(folder, {}).open_store() as store:
        house = House(folder, store, count(500_000))  # Far from the factories' own.
        with store.transaction() as session:
            post = make_plain(session)
            page = add_page(house, session, "Cook wanted in Hanoi")
            placeholder = post.revisions[0].capture
            post.revisions[0].capture = page
            session.flush()
            session.delete(placeholder)
        with store.transaction() as session:
            capture = add_page(house, session, TEXTS["vi"])
            add_item(session, capture, ParsedPost(native_id="p-vi", text=TEXTS["vi"], url=capture.url), "vi")
    return folder


def _posts(folder: Path) -> list[int]:
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        return list(session.scalars(select(Post.id)))


def test_a_dry_run_counts_and_erases_nothing(folder: Path) -> None:
    assert json.loads(call(folder, "run", "--dry-run").output) == {"posts": 1, "images": 0, "days": 180}
    assert _posts(folder) == [1, 2]


def test_a_run_erases_post_and_capture(folder: Path) -> None:
    done = call(folder, "run")
    assert json.loads(done.output) == {"posts": 1, "captures": 1, "images": 0, "faults": []}
    assert _posts(folder) == [2]
    there = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Cook wanted in Hanoi" not in there
    assert json.loads(call(folder, "run").output)["posts"] == 0


def test_what_was_seen_within_the_days_stays(folder: Path) -> None:
    with Installation.at(folder, {}).open_store() as store, store.transaction() as session:
        session.execute(update(Post).values(last_seen_at=datetime.now(UTC) - timedelta(days=179)))
    assert json.loads(call(folder, "run").output)["posts"] == 0


def test_nought_days_are_for_ever(folder: Path) -> None:
    (folder / "settings.toml").write_text("retention_days = 0\n")
    assert json.loads(call(folder, "run").output) == {"posts": 0, "captures": 0, "images": 0, "faults": []}
    assert _posts(folder) == [1, 2]


def test_many_posts_go_batch_by_batch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lurewatch.retention._BATCH_SIZE", 2)
    installation = Installation.at(folder, {})
    with installation.open_store() as store:
        with store.transaction() as session:
            for number in range(4):
                make_plain(session, f"Nurse wanted {number}")
            session.execute(
                update(Capture).where(Capture.warc_path == "board.warc.gz").values(fetched_at=datetime.now(UTC))
            )
        assert run_retention(installation, store, datetime.now(UTC)).posts == 5
        with store.reading() as session:
            assert session.scalars(select(Tombstone.post_id)).all() == [1, 3, 4, 5, 6]


def test_images_that_were_handed_in_go_at_the_same_age_unless_their_source_is_held(folder: Path) -> None:
    with Installation.at(folder, {}).open_store() as store, store.transaction() as session:
        user = make_user(session)
        make_source(session, "intake:partner")
        for giver, at in (("hotline", NOW), ("partner", NOW), ("hotline", datetime.now(UTC))):
            given = Given(b"image", "image/png", giver, "Mai Lan", has_consented=True)
            handed_in.record(session, user, given, capture_id=None, sha256="0" * 64, now=at)
    call(folder, "hold", "source", "intake:partner", "--reason", "Court order")
    assert "source intake:partner\tcommand line" in call(folder, "holds").output
    assert "| 1 | source intake:partner | command line |" in call(folder, "report").output
    assert json.loads(call(folder, "run", "--dry-run").output)["images"] == 1
    assert json.loads(call(folder, "run").output)["images"] == 1
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        assert session.scalars(select(HandedIn.id)).all() == [2, 3]
        told = [one for one in audit.entries_about(session, ["retention"]) if one.action == "intake.erased"]
        assert [entry.details for entry in told] == [{"handed_in": [1]}]


def test_a_held_post_stays_until_the_hold_is_lifted(folder: Path) -> None:
    hold = call(folder, "hold", "post", "1", "--reason", "Court order").output.strip()
    assert "post 1\tcommand line" in call(folder, "holds").output
    assert json.loads(call(folder, "run").output)["posts"] == 0
    assert isinstance(call(folder, "erase", "1", "--reason", "Asked").exception, AccessError)
    assert call(folder, "release", hold, "--reason", "Trial over").exit_code == 0
    assert json.loads(call(folder, "run").output)["posts"] == 1


def test_a_post_is_erased_on_request_with_its_capture(folder: Path) -> None:
    assert json.loads(call(folder, "erase", "1", "--reason", "Asked by letter").output) == {"posts": 1, "captures": 1}
    assert _posts(folder) == [2]
    assert isinstance(call(folder, "erase", "1", "--reason", "Asked by letter").exception, NotFoundError)


def test_one_that_waits_in_the_queue_is_asked_for(folder: Path) -> None:
    assert json.loads(call(folder, "erase", "2", "--reason", "Asked by letter").output)["request"] == 1
    assert _posts(folder) == [1, 2]
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        assert session.scalars(select(QueueItem.state)).all() == ["open"]


def test_what_cannot_be_erased_is_told_and_fails(folder: Path) -> None:
    with Installation.at(folder, {}).open_store() as store, store.transaction() as session:
        session.execute(update(Capture).values(warc_path="lost.warc.gz"))
    done = call(folder, "erase", "1", "--reason", "Asked by letter")
    assert json.loads(done.output.splitlines()[0]) == {"posts": 1, "captures": 0}
    assert "lost.warc.gz" in str(done.exception)


def test_the_report_counts_and_names_nobody(folder: Path, tmp_path: Path) -> None:
    with Installation.at(folder, {}).open_store() as store, store.transaction() as session:
        make_capture(session, source_id=make_source(session, "import:telegram:Nguyen_Van_A | <b>.json").id)
        user = make_user(session)
        redaction_marks.add_mark(
            session, user, make_case(session, user, posts=0), kind="name", words="Nguyen Van A", now=NOW
        )
    call(folder, "hold", "post", "2", "--reason", "about Nguyen Van A")
    call(folder, "erase", "1", "--reason", "asked by Nguyen Van A")
    out = tmp_path / "report.md"
    assert call(folder, "report", "-o", out).exit_code == 0
    said = out.read_text("utf-8")
    assert "| board | jobposting | Watch for recruitment | Police act, section 1 | Unit 7 |" in said
    assert "| board | 1 | 1 | 0 |" in said
    assert "| board | 0 | 1 |" in said
    assert "| 1 | post 2 | command line |" in said
    assert "| CASE-2026-0001 | 1 | 0 |" in said
    assert "Nguyen" not in said
    assert TEXTS["vi"] not in said
    assert call(folder, "report").output.startswith("# Data-protection report")
