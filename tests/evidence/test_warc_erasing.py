"""What is erased is gone from the files, and what is kept is byte for byte what it was, whenever the process dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from crawlers.warc import WarcFile
from evidence.records import cut_capture
from evidence.warc_erasing import Erasure, erase_captures
from store import audit, handed_in, holds, tombstones
from store.parsed_post import ParsedPost
from store.tables import Capture, HandedIn, WarcRewrite
from store.warc_files import where
from tests.evidence.house import NOW, House, open_house, record
from tests.factories import make_user, save_post

ROOT = Path(__file__).parents[2]
AFTER = NOW + timedelta(days=200)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_house(tmp_path / "house", new=True)
    yield house
    house.store.close()


def fill(house: House, count: int, name: str = "board.warc.gz") -> dict[int, bytes]:
    """One WARC file of `count` captures with bytes that do not shrink; their bytes by id."""
    written = {}
    with WarcFile(house.captures_dir / name, about={"software": "test"}, created_at=NOW) as warc:
        for _ in range(count):
            body = os.urandom(3_000)
            url = f"https://jobs.example.test/{len(written)}"
            place = warc.add_resource(BytesIO(body), url=url, media_type="text/html", name="x", at=NOW)
            ends = (place.offset, place.offset + place.length)
            with house.store.transaction() as session:
                kept = record(session, house, warc.path, ends, place.record_id, body, url=url)
            content = where(warc.path).read_bytes()[ends[0] : ends[1]]
            written[kept.id] = content
    return written


def mark(house: House, *numbers: int) -> None:
    with house.store.transaction() as session:
        tombstones.mark_captures(session, numbers, now=NOW)


def erase(house: House) -> Erasure:
    return erase_captures(house.store, house.captures_dir, actor="retention", before=None, now=NOW)


def must_hold(house: House, written: dict[int, bytes], gone: set[int]) -> None:
    """Every kept capture is whole where its row says, and nothing in the folder holds anything of the others."""
    with house.store.reading() as session:
        rows = session.scalars(select(Capture)).all()
        assert {row.id for row in rows} == set(written) - gone
        for row in rows:
            (place,) = cut_capture(row, house.captures_dir).slices
            assert b"".join(place.chunks()) == written[row.id]
    there = b"".join(path.read_bytes() for path in house.captures_dir.iterdir())
    assert not [number for number in gone if written[number][500:600] in there]


def test_a_capture_goes_and_the_others_stay_byte_for_byte(house: House) -> None:
    written = fill(house, 4)
    mark(house, 1, 3)
    assert erase(house) == Erasure(2, ())
    must_hold(house, written, {1, 3})
    assert {path.name for path in house.captures_dir.iterdir()} == {"board.r1.warc.gz", "board.r1.warc.gz.json"}
    with house.store.reading() as session:
        (entry,) = audit.entries_about(session, ["retention"])
        assert (entry.action, entry.details["captures"]) == ("captures.erased", [1, 3])
        assert session.scalars(select(WarcRewrite)).all() == []


def test_the_file_still_says_which_program_wrote_it(house: House) -> None:
    fill(house, 2)
    mark(house, 1)
    erase(house)
    with (house.captures_dir / "board.r1.warc.gz").open("rb") as file:
        kinds = [found.rec_type for found in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "resource"]


def test_a_second_time_makes_a_third_name(house: House) -> None:
    written = fill(house, 3)
    for number in (1, 2):
        mark(house, number)
        erase(house)
    must_hold(house, written, {1, 2})
    assert {path.name for path in house.captures_dir.iterdir()} == {"board.r2.warc.gz", "board.r2.warc.gz.json"}


def test_a_file_of_which_nothing_is_kept_goes(house: House) -> None:
    fill(house, 2)
    mark(house, 1, 2)
    assert erase(house).captures == 2
    assert list(house.captures_dir.iterdir()) == []


def test_what_a_revision_needs_stays_though_it_is_marked(house: House) -> None:
    written = fill(house, 2)
    with house.store.transaction() as session:
        post = ParsedPost(native_id="p", text="a text")
        save_post(session, source_id=1, capture_id=1, post=post, seen_at=NOW)
    mark(house, 1)
    assert erase(house) == Erasure(0, ())
    must_hold(house, written, set())


def test_old_captures_go_unless_their_source_is_held_or_they_are_rules(house: House) -> None:
    fill(house, 2)
    with house.store.transaction() as session:
        session.get_one(Capture, 1).url = "https://jobs.example.test/robots.txt"
        hold = holds.place(session, "source", "board", reason="Court order", actor="sup", now=NOW).id
    asked = {"actor": "retention", "now": AFTER}
    assert erase_captures(house.store, house.captures_dir, before=NOW, **asked).captures == 0
    assert erase_captures(house.store, house.captures_dir, before=AFTER, **asked).captures == 0
    with house.store.transaction() as session:
        holds.lift(session, hold, reason="Trial over", actor="sup", now=AFTER)
    assert erase_captures(house.store, house.captures_dir, before=AFTER, **asked).captures == 1


def test_later_captures_of_a_held_posts_page_stay(house: House) -> None:
    fill(house, 3)
    with house.store.transaction() as session:
        post = ParsedPost(native_id="p", text="a text")
        saved = save_post(session, source_id=1, capture_id=1, post=post, seen_at=NOW)
        assert saved is not None
        session.get_one(Capture, 2).url = session.get_one(Capture, 1).url
        holds.place(session, "post", str(saved.post_id), reason="Court order", actor="sup", now=NOW)
    erase_captures(house.store, house.captures_dir, actor="retention", before=AFTER, now=AFTER)
    with house.store.reading() as session:
        assert session.scalars(select(Capture.id)).all() == [1, 2]


def test_who_handed_something_in_goes_with_it(house: House) -> None:
    fill(house, 1)
    with house.store.transaction() as session:
        given = handed_in.Given(b"help", "text/plain", "hotline", giver_name="An", has_consented=True)
        handed_in.record(session, make_user(session), given, capture_id=1, sha256="0" * 64, now=NOW)
    mark(house, 1)
    erase(house)
    with house.store.reading() as session:
        assert session.scalars(select(HandedIn)).all() == []


def test_a_file_that_is_being_written_is_left_for_the_next_time(house: House) -> None:
    path = house.captures_dir / "growing.warc.gz"
    with WarcFile(path, about={"software": "test"}, created_at=NOW) as warc:
        place = warc.add_resource(BytesIO(b"body"), url="urn:x", media_type="text/html", name="x", at=NOW)
        with house.store.transaction() as session:
            ends = (place.offset, place.offset + place.length)
            record(session, house, path, ends, place.record_id, b"body", url="urn:x")
        mark(house, 1)
        (fault,) = erase(house).faults
        assert "still being written" in fault
        assert where(path).exists()
    assert erase(house) == Erasure(1, ())


def test_a_kept_record_that_was_altered_keeps_the_file_as_it_is(house: House) -> None:
    fill(house, 2)
    path = house.captures_dir / "board.warc.gz"
    content = bytearray(path.read_bytes())
    content[-1_000] ^= 1
    path.write_bytes(content)
    mark(house, 1)
    (fault,) = erase(house).faults
    assert "Capture 2" in fault
    assert path.read_bytes() == content


# Announced, new file begun, what is beside it begun, rows changed, old file removed, what was beside it removed,
# announcement taken back.
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 7])
def test_a_kill_loses_nothing_and_the_next_run_ends_what_was_begun(house: House, step: int) -> None:
    written = fill(house, 3)
    mark(house, 2)
    child = Path(__file__).with_name("erasing_child.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    died = subprocess.run([sys.executable, child, house.folder, str(step)], cwd=ROOT, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    with house.store.reading() as session:
        for row in session.scalars(select(Capture)):
            cut_capture(row, house.captures_dir)
    assert erase(house).faults == ()
    must_hold(house, written, {2})
    assert len(list(house.captures_dir.iterdir())) == 2
    with house.store.reading() as session:
        assert session.scalars(select(WarcRewrite)).all() == []
        assert audit.verify_chain(session).fault is None


def test_the_kills_above_are_all_there_are(house: House) -> None:
    fill(house, 3)
    mark(house, 2)
    child = Path(__file__).with_name("erasing_child.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert not subprocess.run(
        [sys.executable, child, house.folder, "8"], cwd=ROOT, env=environment, check=True
    ).returncode
