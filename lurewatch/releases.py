"""Which release an installation scores with: the bundled one, or another that was promoted here.

`DIR/releases.jsonl` lists every promotion and rollback; its last line is in force. Releases that were trained here
stand in `DIR/releases/`, the bundled ones in `models/`.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from classifier.release import Release, active_release, release_names
from lurewatch import resources
from lurewatch.errors import ModelError
from store.parsed_post import rfc3339

HISTORY = "releases.jsonl"
TRAINED = "releases"


def known_releases(directory: Path) -> dict[str, Path]:
    """Every release that an installation can score with, by name; one trained there hides a bundled namesake."""
    folders = (resources.folder("models"), directory / TRAINED)
    return {name: folder / name for folder in folders if folder.is_dir() for name in release_names(folder)}


def release_in_force(directory: Path, wanted: str = "") -> Path:
    """The folder of `wanted`, or of the last promotion, or of the bundled active release; ModelError."""
    history = _history(directory)
    name = wanted or (history[-1] if history else "")
    if not name:
        return active_release(resources.folder("models"))
    known = known_releases(directory)
    if name not in known:
        raise ModelError(f"There is no release {name!r} here.", hint=f"Known are {', '.join(sorted(known)) or 'none'}.")
    return known[name]


def promote(directory: Path, name: str) -> None:
    """Score with release `name` from now on. It is loaded first, so a damaged one is refused; ModelError."""
    Release.load(release_in_force(directory, name))
    _append(directory, name)


def rollback(directory: Path) -> str:
    """Go back to the release before the last promotion and return its name; ModelError when there is none."""
    history = _history(directory)
    if not history:
        raise ModelError("Nothing was promoted in this installation.", hint="The bundled release is in force.")
    before = history[-2] if len(history) > 1 else active_release(resources.folder("models")).name
    promote(directory, before)
    return before


def _history(directory: Path) -> list[str]:
    path = directory / HISTORY
    if not path.exists():
        return []
    try:
        return [json.loads(line)["release"] for line in path.read_text(encoding="utf-8").splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: a line is not a promotion: {error}.", hint="Remove the line that is broken."
        ) from error


def _append(directory: Path, name: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / HISTORY).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": rfc3339(datetime.now(UTC)), "release": name}) + "\n")
        file.flush()
        os.fsync(file.fileno())
