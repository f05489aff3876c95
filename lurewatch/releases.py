"""Which release an installation scores with: the bundled one, or another that was promoted here.

`DIR/releases.jsonl` lists every promotion and rollback. Releases that were trained here stand in `DIR/releases/`, the
bundled ones in `models/`. Whether one may be promoted is asked in `lurewatch.promotion`.
"""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifier.release import MANIFEST, WEIGHTS, Release, active_release, read_manifest, release_names
from lurewatch import resources
from lurewatch.errors import ModelError
from store.parsed_post import rfc3339

HISTORY = "releases.jsonl"
TRAINED = "releases"
WORK = "training"
# Told of a step before it counts: action, release and details. One that raises stops the step.
Witness = Callable[[str, str, dict[str, str]], None]


def known_releases(directory: Path) -> dict[str, Path]:
    """Every release that an installation can score with, by name; one trained there hides a bundled namesake."""
    folders = (resources.folder("models"), directory / TRAINED)
    return {name: folder / name for folder in folders if folder.is_dir() for name in release_names(folder)}


def release_in_force(directory: Path, wanted: str = "") -> Path:
    """The folder of `wanted`, or of the last promotion, or of the bundled active release; ModelError."""
    return _folder(directory, wanted or _last_promoted(directory))


def folder_in_force(directory: Path, wanted: str = "") -> Path:
    """`release_in_force`, or where it would be: its folder may be gone, and there must be a way back."""
    name = wanted or _last_promoted(directory)
    return directory / TRAINED / name if name and name not in known_releases(directory) else _folder(directory, name)


def facts_of(directory: Path, name: str) -> dict[str, Any] | None:
    """What stands in packs of a release: the SHA-256 of its weights, and its thresholds; None for one that is gone."""
    try:
        manifest = read_manifest(_folder(directory, name))
    except ModelError:  # Gone, or of a format that is no longer read: a pack says so and goes out.
        return None
    return {"sha256": manifest.files[WEIGHTS].sha256, "thresholds": dict(manifest.thresholds)}


def promote(directory: Path, name: str, *, witness: Witness = lambda *_told: None, **details: str) -> None:
    """Score with release `name` from now on; `details` are kept in its line. A damaged one is refused; ModelError."""
    told = {"release_sha256": _whole_sha256(_folder(directory, name)), **details}
    witness("release.promoted", name, told)
    _append(directory, {"release": name, **told})


def rollback(directory: Path, *, witness: Witness = lambda *_told: None) -> str:
    """Take the last promotion back and return the name of the release before it; ModelError when there is none."""
    promoted = _promoted(directory)
    if not promoted:
        raise ModelError("No promotion is left to take back.", hint="The bundled release is in force.")
    *earlier, undone = promoted
    folder = _folder(directory, earlier[-1] if earlier else "")
    told = {"release": folder.name, "release_sha256": _whole_sha256(folder)}
    witness("release.rolled_back", undone, told)
    _append(directory, {**told, "takes_back": undone})
    return folder.name


def _folder(directory: Path, name: str) -> Path:
    """Of the release `name`; of the bundled active one where no name is given."""
    if not name:
        return active_release(resources.folder("models"))
    known = known_releases(directory)
    if name not in known:
        raise ModelError(f"There is no release {name!r} here.", hint=f"Known are {', '.join(sorted(known)) or 'none'}.")
    return known[name]


def _whole_sha256(folder: Path) -> str:
    """The SHA-256 of the manifest, which holds those of all other files: another folder may take the name later."""
    Release.load(folder)
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _last_promoted(directory: Path) -> str:
    promoted = _promoted(directory)
    return promoted[-1] if promoted else ""


def _promoted(directory: Path) -> list[str]:
    """The promotions that were not taken back, oldest first."""
    promoted: list[str] = []
    for entry in _history(directory):
        promoted = promoted[:-1] if "takes_back" in entry else [*promoted, entry["release"]]
    return promoted


def _history(directory: Path) -> list[dict[str, str]]:
    path = directory / HISTORY
    if not path.exists():
        return []
    try:
        entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [{**entry, "release": str(entry["release"])} for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: a line is not a promotion: {error}.", hint="Remove the line that is broken."
        ) from error


def _append(directory: Path, entry: dict[str, str]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / HISTORY).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": rfc3339(datetime.now(UTC)), **entry}, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
