"""Writes a release: five files in a new folder, complete or not there at all."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from classifier.release import CARD, ENCODER, FORMAT, MANIFEST, TOKENIZER, WEIGHTS, Manifest, file_entry
from lurewatch.errors import ModelError


def write_release(
    folder: Path,
    description: Mapping[str, Any],
    *,
    weights: Mapping[str, NDArray[np.generic]],
    encoder: bytes,
    tokenizer: bytes,
    card: str,
) -> Path:
    """Write `folder`; `description` holds the manifest's keys but `format` and `files`. Raises ModelError."""
    refuse_taken(folder)
    contents = {
        ENCODER: encoder,
        TOKENIZER: tokenizer,
        WEIGHTS: save({name: np.ascontiguousarray(tensor) for name, tensor in sorted(weights.items())}),
        CARD: card.encode(),
    }
    files = {name: file_entry(content) for name, content in contents.items()}
    manifest = Manifest.model_validate({"format": FORMAT, **description, "files": files})
    contents[MANIFEST] = manifest.model_dump_json(indent=1).encode() + b"\n"
    _write_whole(folder, contents)
    return folder


def refuse_taken(folder: Path) -> None:
    """A release is never changed: raises ModelError where `folder` exists."""
    if folder.exists():
        raise ModelError(f"{folder} exists already.", hint="Give the new release another name.")


def _write_whole(folder: Path, contents: Mapping[str, bytes]) -> None:
    unfinished = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, content in contents.items():
        (unfinished / name).write_bytes(content)
    unfinished.rename(folder)
