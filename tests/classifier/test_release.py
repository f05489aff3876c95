"""The loader takes a whole release and refuses everything else, naming file and remedy."""

import json
import os
import pickle
import shutil
from pathlib import Path

import pytest

from classifier.release import CARD, ENCODER, FILES, MANIFEST, WEIGHTS, Release, active_release, release_names
from lurewatch.errors import ModelError

pytestmark = pytest.mark.model


@pytest.fixture
def copied(release_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(release_dir, tmp_path / release_dir.name))


def edit_manifest(folder: Path, **changes: object) -> None:
    raw = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps(raw | changes), "utf-8")


def test_a_whole_release_loads(copied: Path) -> None:
    release = Release.load(copied)
    assert release.manifest.name == copied.name
    assert release.weights["ngrams"].shape[1] == len(release.manifest.heads)


def test_a_release_is_small_enough_to_keep_for_ever(release_dir: Path) -> None:
    assert sum((release_dir / name).stat().st_size for name in FILES) < 12_000_000


def test_a_pickle_beside_the_files_is_refused_and_not_run(copied: Path, tmp_path: Path) -> None:
    trace = tmp_path / "it-ran"

    class Malicious:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(trace),)

    (copied / "heads.joblib").write_bytes(pickle.dumps(Malicious()))
    with pytest.raises(ModelError, match=r"heads\.joblib does not belong in a release.*nothing else"):
        Release.load(copied)
    assert not trace.exists()


def test_a_pickle_in_the_place_of_the_weights_is_refused_and_not_run(copied: Path, tmp_path: Path) -> None:
    trace = tmp_path / "it-ran"

    class Malicious:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(trace),)

    content = pickle.dumps(Malicious())
    (copied / WEIGHTS).write_bytes(content)
    files = json.loads((copied / MANIFEST).read_text("utf-8"))["files"]
    from classifier.release import file_entry

    edit_manifest(copied, files=files | {WEIGHTS: file_entry(content).model_dump()})
    with pytest.raises(ModelError, match=r"weights\.safetensors is no safetensors file"):
        Release.load(copied)
    assert not trace.exists()


@pytest.mark.parametrize("name", sorted(FILES - {MANIFEST}))
def test_a_flipped_byte_is_noticed(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"{name} is not the file that release.json describes.*lurewatch train"):
        Release.load(copied)


def test_another_format_is_refused(copied: Path) -> None:
    edit_manifest(copied, format=99)
    with pytest.raises(ModelError, match="has format 99, this version reads format 2"):
        Release.load(copied)


def test_a_link_to_elsewhere_is_refused(copied: Path, tmp_path: Path) -> None:
    (copied / CARD).rename(tmp_path / "elsewhere")
    (copied / CARD).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match=r"CARD\.md does not belong"):
        Release.load(copied)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / ENCODER).unlink()
    with pytest.raises(ModelError, match=r"encoder\.onnx cannot be read"):
        Release.load(copied)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"thresholds": {"scam_centre": "high"}}, "thresholds.scam_centre", id="no-number"),
        pytest.param({"name": "../elsewhere"}, "key 'name'", id="path-as-name"),
        pytest.param({"files": {}}, "does not list the files", id="no-files"),
        pytest.param({"surprise": 1}, "key 'surprise'", id="unknown-key"),
    ],
)
def test_a_broken_manifest_is_named(copied: Path, changes: dict[str, object], message: str) -> None:
    edit_manifest(copied, **changes)
    with pytest.raises(ModelError, match=message):
        Release.load(copied)


@pytest.mark.parametrize(
    "content", [b"not json", b'"text"', b"[" * 100_000, b"\xff\xfe"], ids=["no-json", "text", "deep", "no-utf8"]
)
def test_a_manifest_that_is_none_is_one_error(copied: Path, content: bytes) -> None:
    (copied / MANIFEST).write_bytes(content)
    with pytest.raises(ModelError, match=r"release\.json"):
        Release.load(copied)


def test_the_pointer_names_the_release_in_use(copied: Path) -> None:
    (copied.parent / "ACTIVE").write_text(f"{copied.name}\n")
    assert active_release(copied.parent) == copied
    assert release_names(copied.parent) == [copied.name]


@pytest.mark.parametrize("name", ["2020.1.0", "", "../elsewhere", "."])
def test_a_pointer_to_no_release_names_those_there_are(copied: Path, name: str) -> None:
    (copied.parent / "ACTIVE").write_text(name)
    with pytest.raises(ModelError, match=f"which is no release here. Releases here: {copied.name}"):
        active_release(copied.parent)


def test_a_missing_pointer_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ACTIVE cannot be read"):
        active_release(tmp_path)
