"""Work that is kept: made once, found by the same inputs, never by others."""

from pathlib import Path

import numpy as np
import pytest

from classifier.training.work import Work


class Maker:
    """Counts how often it is asked."""

    def __init__(self, content: bytes = b"made") -> None:
        self.asked = 0
        self.content = content

    def __call__(self) -> bytes:
        self.asked += 1
        return self.content


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    make = Maker()
    assert [Work(tmp_path, {"seed": 1}).kept("graph", make) for _ in range(2)] == [b"made", b"made"]
    assert make.asked == 1


def test_other_inputs_find_nothing(tmp_path: Path) -> None:
    make = Maker()
    for seed in (1, 2):
        Work(tmp_path, {"seed": seed}).kept("graph", make)
    assert make.asked == 2


def test_without_a_folder_everything_is_made_anew() -> None:
    make = Maker()
    work = Work(None, {})
    assert (work.kept("graph", make), work.kept("graph", make)) == (b"made", b"made")
    assert make.asked == 2


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    work, array = Work(tmp_path, {}), np.arange(6.0).reshape(2, 3)
    work.kept_array("table", lambda: array)
    assert (work.kept_array("table", lambda: np.zeros(1)) == array).all()


def test_a_stage_that_failed_is_not_kept(tmp_path: Path) -> None:
    def fails() -> bytes:
        raise RuntimeError("power cut")

    work = Work(tmp_path, {})
    with pytest.raises(RuntimeError, match="power cut"):
        work.kept("graph", fails)
    assert work.kept("graph", Maker()) == b"made"


def test_the_time_of_a_stage_is_that_of_its_work(tmp_path: Path) -> None:
    assert Work(tmp_path, {}).seconds("tuning", 120.0) == 120.0
    assert Work(tmp_path, {}).seconds("tuning", 0.1) == 120.0
