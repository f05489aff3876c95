import stat
import threading
from pathlib import Path

import pytest

from store.durable_files import file_sha256, new_file, replacing, write_first, write_whole


def test_what_was_there_is_replaced_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    write_whole(path, b"after")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"after", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    with pytest.raises(TypeError), replacing(path) as part:
        part.write_text(b"aft")  # type: ignore[arg-type]
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"before", [path])


def test_a_block_that_writes_nothing_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    with replacing(path):
        pass
    assert path.read_bytes() == b"before"


def test_of_many_the_first_one_stands(tmp_path: Path) -> None:
    path = tmp_path / "key"
    threads = [threading.Thread(target=write_first, args=(path, b"%d" % number * 32)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    standing = path.read_bytes()
    write_first(path, b"late")
    assert len(set(standing)) == 1
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (standing, [path])


def test_what_a_kill_left_is_no_part_of_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"left over and longer")
    with new_file(tmp_path / "a") as file:
        file.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1.
    assert file_sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
