"""What happened to a WARC file is said, and which file it was; a whole one is not complained of."""

import fcntl
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from crawlers.abandoned import close_abandoned
from crawlers.warc import WarcFile
from evidence.warc_check import warc_faults
from store.warc_files import beside, growing, record_closed, where
from tests.evidence.house import NOW, House, open_house, record

BODY = bytes(range(256)) * 20


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_house(tmp_path / "house", new=True)
    yield house
    house.store.close()


def opened(house: House, name: str = "board.warc.gz") -> WarcFile:
    """A file that still grows, with one acknowledged capture."""
    warc = WarcFile(house.captures_dir / name, about={"software": "test"}, created_at=NOW)
    place = warc.add_resource(BytesIO(BODY), url="urn:x", media_type="text/html", name="x", at=NOW)
    with house.store.transaction() as session:
        record(session, house, warc.path, (place.offset, place.offset + place.length), place.record_id, BODY, url="u")
    return warc


def closed(house: House) -> Path:
    warc = opened(house)
    with house.store.transaction() as session:
        record_closed(session, warc.finish(), actor="crawler")
    warc.close()
    return warc.path


def faults(house: House, *, digests: bool = True) -> list[str]:
    with house.store.reading() as session:
        return list(warc_faults(session, house.captures_dir, digests=digests))


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() * 2)


def test_a_whole_file_is_not_complained_of(house: House) -> None:
    closed(house)
    assert faults(house) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [(Path.unlink, "cannot be read: No such file"), (cut, "is cut off"), (grow, "has grown"), (flip, "was changed")],
    ids=["gone", "one byte shorter", "longer", "one bit"],
)
def test_a_closed_file_that_is_not_what_it_was_is_named(
    house: House, change: Callable[[Path], None], complaint: str
) -> None:
    change(closed(house))
    (fault,) = faults(house)
    assert fault.startswith("WARC file board.warc.gz ")
    assert complaint in fault


def test_the_quick_look_sees_a_missing_end_and_reads_no_file(house: House) -> None:
    path = closed(house)
    flip(path)
    assert faults(house, digests=False) == []
    cut(path)
    assert "is cut off" in faults(house, digests=False)[0]


def test_a_file_that_still_grows_is_measured_against_its_captures(house: House) -> None:
    with opened(house) as warc:
        assert faults(house) == []
        cut(where(warc.path))
        assert "is cut off" in faults(house)[0]


def test_a_file_that_was_left_is_closed_behind_its_last_whole_record(house: House) -> None:
    warc = opened(house)
    whole = where(warc.path).read_bytes()
    warc._file.close()
    where(warc.path).write_bytes(whole + whole[:200])
    assert close_abandoned(house.store, house.captures_dir) == 1
    assert warc.path.read_bytes() == whole
    assert beside(warc.path).exists()
    assert faults(house) == []
    flip(warc.path)
    assert "was changed" in faults(house)[0]


def test_a_file_that_somebody_writes_to_is_left_alone(house: House) -> None:
    with opened(house) as warc:
        assert close_abandoned(house.store, house.captures_dir) == 0
        assert not warc.path.exists()


def test_a_file_that_gets_its_name_meanwhile_is_left_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    warc, lock = opened(house), fcntl.flock

    def lock_late(file: Any, how: int) -> None:
        warc.close()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", lock_late)
    assert close_abandoned(house.store, house.captures_dir) == 0
    assert warc.path.exists()


def test_a_file_that_was_just_made_is_left_alone(house: House) -> None:
    part = growing(house.captures_dir / "board.warc.gz")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.touch()
    assert close_abandoned(house.store, house.captures_dir) == 0
    assert part.exists()
