"""Which release is in force: the last promotion that was not taken back, whole, and on record."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifier.release import MANIFEST, WEIGHTS
from lurewatch.cli import lurewatch
from lurewatch.errors import ModelError
from lurewatch.releases import facts_of, known_releases, promote, release_in_force, rollback
from tests.lurewatch.invented_releases import BUNDLED, outdate, trained

pytestmark = pytest.mark.usefixtures("models")


def test_the_bundled_release_is_in_force_at_first(tmp_path: Path) -> None:
    assert release_in_force(tmp_path).name == BUNDLED
    with pytest.raises(ModelError, match="No promotion is left"):
        rollback(tmp_path)


def test_each_rollback_takes_one_promotion_back(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        trained(tmp_path, name)
        promote(tmp_path, name)
    assert [rollback(tmp_path) for _ in range(2)] == ["two", "one"]
    promote(tmp_path, "three")
    assert [rollback(tmp_path) for _ in range(2)] == ["one", BUNDLED]
    assert release_in_force(tmp_path).name == BUNDLED
    with pytest.raises(ModelError, match="No promotion is left"):
        rollback(tmp_path)


def test_the_history_keeps_every_step_and_why(tmp_path: Path) -> None:
    trained(tmp_path, "one")
    promote(tmp_path, "one", forced="the test set is wrong in Lao")
    rollback(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "releases.jsonl").read_text("utf-8").splitlines()]
    assert [{key: line[key] for key in line if key not in {"at", "release_sha256"}} for line in lines] == [
        {"release": "one", "forced": "the test set is wrong in Lao"},
        {"release": BUNDLED, "takes_back": "one"},
    ]


def test_the_history_tells_apart_two_releases_that_had_one_name(tmp_path: Path, models: Path) -> None:
    digests = []
    for seed in (1, 2):
        folder = trained(tmp_path, "one", seed=seed)
        digests.append(hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest())
        promote(tmp_path, "one")
        shutil.rmtree(folder)
    rollback_to = trained(tmp_path, "one", seed=3)
    rollback(tmp_path)
    digests.append(hashlib.sha256((rollback_to / MANIFEST).read_bytes()).hexdigest())
    rollback(tmp_path)
    digests.append(hashlib.sha256((models / BUNDLED / MANIFEST).read_bytes()).hexdigest())
    lines = (tmp_path / "releases.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["release_sha256"] for line in lines] == digests
    assert len(set(digests)) == 4


def test_a_witness_that_objects_stops_a_step(tmp_path: Path) -> None:
    def object_(*_told: object) -> None:
        raise RuntimeError

    trained(tmp_path, "one")
    with pytest.raises(RuntimeError):
        promote(tmp_path, "one", witness=object_)
    assert release_in_force(tmp_path).name == BUNDLED
    promote(tmp_path, "one")
    with pytest.raises(RuntimeError):
        rollback(tmp_path, witness=object_)
    assert release_in_force(tmp_path).name == "one"


def test_a_witness_hears_of_no_damaged_release(tmp_path: Path) -> None:
    heard: list[object] = []
    (trained(tmp_path, "one") / WEIGHTS).write_bytes(b"cut")
    with pytest.raises(ModelError, match="is not the file"):
        promote(tmp_path, "one", witness=lambda *told: heard.append(told))
    assert heard == []


def test_there_is_a_way_back_from_a_release_whose_folder_is_gone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        trained(tmp_path, name)
        promote(tmp_path, name)
    shutil.rmtree(tmp_path / "releases" / "two")
    assert rollback(tmp_path) == "one"


def test_a_damaged_release_is_neither_promoted_nor_gone_back_to(tmp_path: Path) -> None:
    for name in ("one", "two"):
        trained(tmp_path, name)
        promote(tmp_path, name)
    (tmp_path / "releases" / "one" / WEIGHTS).write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"weights\.safetensors is not the file"):
        rollback(tmp_path)
    with pytest.raises(ModelError, match=r"weights\.safetensors is not the file"):
        promote(tmp_path, "one")
    assert release_in_force(tmp_path).name == "two"


@pytest.mark.parametrize("line", ["{", "[]", "{}", "7"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "releases.jsonl").write_text(f"{line}\n", "utf-8")
    with pytest.raises(ModelError, match=r"releases\.jsonl: a line is not a promotion"):
        release_in_force(tmp_path)


def test_a_rollback_of_nothing_in_the_history_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "releases.jsonl").write_text('{"release": "x", "takes_back": "y"}\n', "utf-8")
    assert release_in_force(tmp_path).name == BUNDLED


def test_packs_are_told_hash_and_thresholds_and_nothing_of_a_release_that_cannot_be_read(tmp_path: Path) -> None:
    one = trained(tmp_path, "one")
    facts = facts_of(tmp_path, "one")
    assert facts
    assert facts["sha256"] == hashlib.sha256((one / WEIGHTS).read_bytes()).hexdigest()
    assert facts["thresholds"] == json.loads((one / MANIFEST).read_bytes())["thresholds"]
    outdate(one)
    assert facts_of(tmp_path, "one") is None
    assert facts_of(tmp_path, "gone") is None


def test_a_release_trained_here_hides_a_bundled_namesake(tmp_path: Path) -> None:
    trained(tmp_path, BUNDLED)
    assert known_releases(tmp_path)[BUNDLED] == tmp_path / "releases" / BUNDLED


def test_a_namesake_of_the_bundled_release_scores_only_when_promoted(tmp_path: Path, models: Path) -> None:
    trained(tmp_path, BUNDLED)
    assert release_in_force(tmp_path) == models / BUNDLED
    promote(tmp_path, BUNDLED)
    assert release_in_force(tmp_path) == tmp_path / "releases" / BUNDLED


def listed(directory: Path) -> list[str]:
    done = CliRunner().invoke(lurewatch, ["releases", "list", "--dir", str(directory)])
    assert done.exit_code == 0
    return done.stdout.splitlines()


def test_the_list_marks_the_one_in_force_and_goes_on_after_one_that_cannot_be_read(tmp_path: Path) -> None:
    outdate(trained(tmp_path, "a-first"))
    (trained(tmp_path, "c-third") / MANIFEST).write_text("{", "utf-8")
    first, bundled, third = listed(tmp_path)
    assert first.startswith("  a-first ")
    assert "cannot be read: " in first
    assert "has format 1" in first
    assert bundled == f"* {BUNDLED:20} 2026-03-01T12:00:00+00:00  2 languages"
    assert third.startswith("  c-third              cannot be read: ")


def test_the_list_names_the_one_in_force_though_its_folder_is_gone(tmp_path: Path) -> None:
    trained(tmp_path, "one")
    promote(tmp_path, "one")
    shutil.rmtree(tmp_path / "releases" / "one")
    bundled, gone = listed(tmp_path)
    assert bundled.startswith(f"  {BUNDLED}")
    assert gone.startswith("* one                  cannot be read: ")
