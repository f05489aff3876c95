"""What the long stages of a training run made, kept on disk: a run that was cut short goes on where it was.

The folder's name is a digest of everything that went in (plan, settings, seed, data), so another run never finds it.
A change of the code is not in the digest: whoever changes the code of a stage starts with an empty folder. What is kept
may hold what decided posts taught; it can be deleted at any time.
"""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Work:
    """A folder of finished stages, or none at all where `folder` is None."""

    def __init__(self, folder: Path | None, inputs: Mapping[str, Any]) -> None:
        digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()
        self._folder = folder / digest[:16] if folder else None

    def kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The file of that name, made now unless it is there."""
        if self._folder is None:
            return make()
        path = self._folder / name
        if not path.exists():
            self._write(path, make())
        return path.read_bytes()

    def kept_array(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The array of that name, made now unless it is there."""
        found: NDArray[Any] = np.load(io.BytesIO(self.kept(name, lambda: _as_npy(make()))), allow_pickle=False)
        return found

    def seconds(self, stage: str, elapsed: float) -> float:
        """How long the stage took when its work was done, which may have been in an earlier run that got to its end."""
        return max(elapsed, float(self.kept(f"{stage}.seconds", lambda: str(elapsed).encode())))

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        part.rename(path)


def _as_npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()
