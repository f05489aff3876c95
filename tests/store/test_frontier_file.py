import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from lurewatch.errors import ConfigurationError
from store.frontier_file import FrontierFile


def opened(folder: Path) -> FrontierFile:
    found = FrontierFile.open(folder / "frontier" / "source.db")
    assert found
    return found


def add(frontier: FrontierFile, number: str, *, priority: int = 0, fingerprint: bytes | None = None) -> bool:
    return frontier.add(number, number.encode(), priority=priority, fingerprint=fingerprint)


def test_higher_priority_goes_first_and_then_who_came_first(tmp_path: Path) -> None:
    frontier = opened(tmp_path)
    for number, priority in (("a", 0), ("b", 5), ("c", 0), ("d", -1)):
        assert add(frontier, number, priority=priority)
    assert [frontier.take() for _ in range(5)] == [(n, n.encode(), False) for n in "bacd"] + [None]


def test_a_fingerprint_is_kept_once_even_when_it_is_done(tmp_path: Path) -> None:
    frontier = opened(tmp_path)
    assert add(frontier, "a", fingerprint=b"x")
    frontier.take()
    frontier.done("a")
    assert not add(frontier, "b", fingerprint=b"x")
    assert add(frontier, "c")
    assert add(frontier, "d")


def test_what_was_taken_and_not_done_comes_back(tmp_path: Path) -> None:
    frontier = opened(tmp_path)
    for number in "abc":
        add(frontier, number)
    frontier.take()
    frontier.take()
    frontier.done("a")
    frontier.close(is_over=False)
    again = opened(tmp_path)
    assert [again.take() for _ in range(3)] == [("b", b"b", True), ("c", b"c", False), None]


def test_what_a_page_led_to_and_that_it_is_done_are_written_together(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from store.frontier_file import FrontierFile\n"
        "found = FrontierFile.open(Path(sys.argv[1]))\n"
        "found.add('a', b'', priority=0, fingerprint=None); found.take()\n"
        "found.add('b', b'', priority=0, fingerprint=b'b'); found.done('a')\n"
        "os._exit(9)\n"
    )
    path = tmp_path / "frontier" / "source.db"
    subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=120)
    again = opened(tmp_path)
    assert [again.take(), again.take()] == [("a", b"", True), None]
    assert add(again, "b", fingerprint=b"b")


def test_pages_are_counted_once_each_over_all_crawls(tmp_path: Path) -> None:
    frontier = opened(tmp_path)
    for number in "ab":
        add(frontier, number)
    assert [frontier.count_page("a"), frontier.count_page("a"), frontier.count_page("b")] == [1, 1, 2]
    frontier.close(is_over=False)
    assert opened(tmp_path).count_page("a") == 2


def test_a_source_that_was_read_to_its_end_begins_anew(tmp_path: Path) -> None:
    frontier = opened(tmp_path)
    add(frontier, "a", fingerprint=b"x")
    frontier.count_page("a")
    assert not frontier.is_empty()
    frontier.close(is_over=True)
    again = opened(tmp_path)
    assert again.is_empty()
    assert add(again, "a", fingerprint=b"x")
    assert again.count_page("a") == 1


def test_one_that_another_process_has_is_not_opened(tmp_path: Path) -> None:
    frontier = opened(tmp_path)
    assert FrontierFile.open(tmp_path / "frontier" / "source.db") is None
    frontier.close(is_over=False)
    assert opened(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(ConfigurationError, match=r"source\.db cannot be used") as raised:
        FrontierFile.open(path)
    assert "remove the file" in raised.value.hint


def test_a_file_that_is_no_frontier_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "source.db") as connection:
        connection.execute("CREATE TABLE request (x)")
    connection.close()
    with pytest.raises(ConfigurationError, match="cannot be used"):
        FrontierFile.open(tmp_path / "source.db")
