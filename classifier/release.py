"""A trained release on disk: data that describes a model, never anything that can run code.

A folder of exactly five files. `release.json` names the size and SHA-256 of the other four; everything is read once,
checked, and only then handed to the libraries that parse it. Later releases keep this format.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from classifier.calibration import EVERY, Calibration
from classifier.labels import HEADS
from lurewatch.errors import ModelError

FORMAT = 2
MANIFEST, ENCODER, TOKENIZER, WEIGHTS, CARD = (
    "release.json",
    "encoder.onnx",
    "tokenizer.json",
    "weights.safetensors",
    "CARD.md",
)
FILES = frozenset({MANIFEST, ENCODER, TOKENIZER, WEIGHTS, CARD})
_REINSTALL = "Restore the folder from the repository, or train it anew with `lurewatch train`."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEntry(_Strict):
    """What a file of the release must be."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size_bytes: int = Field(ge=0)


class FeatureSettings(_Strict):
    """What a scorer must know to build the features that the weights were fitted on."""

    ngram_bits: int = Field(ge=8, le=22)
    language_bits: int = Field(ge=8, le=22)
    concepts: tuple[str, ...]
    whole_chars: int = Field(ge=100, le=20_000)
    window_chars: int = Field(ge=100, le=20_000)
    stride_chars: int = Field(ge=50, le=20_000)
    max_pieces: int = Field(ge=16, le=8192)


class LanguageSettings(_Strict):
    """The columns of the language head, and which of them are open to each script that languages share."""

    columns: tuple[str, ...]
    by_script: dict[str, tuple[str, ...]]


class Manifest(_Strict):
    """release.json. `training` and `metrics` are for readers and for training: no verdict depends on them.

    `calibration` goes by group of languages and head; `classifier.calibration.EVERY` must be among the groups.
    """

    format: int
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$")
    created: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    thresholds: dict[str, float]
    calibration: dict[str, dict[str, Calibration]]
    labels_share_of_risk: float = Field(ge=0, le=1)
    encoder_share: float = Field(ge=0, le=1)
    features: FeatureSettings
    language: LanguageSettings
    lexicon_sha256: str
    training: dict[str, Any]
    metrics: dict[str, Any]
    files: dict[str, FileEntry]


@dataclass(frozen=True, slots=True)
class Release:
    """A release whose files are whole: the manifest, the parsed weights, and two files as bytes."""

    manifest: Manifest
    weights: dict[str, NDArray[np.floating]]
    encoder: bytes
    tokenizer: bytes

    @classmethod
    def load(cls, folder: Path) -> "Release":
        """Read and check `folder`. Raises ModelError that names the file and the remedy."""
        _refuse_strangers(folder)
        manifest = read_manifest(folder)
        contents = {name: _checked(folder / name, entry) for name, entry in manifest.files.items()}
        return cls(
            manifest=manifest,
            weights=_parse_weights(folder / WEIGHTS, contents[WEIGHTS]),
            encoder=contents[ENCODER],
            tokenizer=contents[TOKENIZER],
        )


def active_release(models_dir: Path) -> Path:
    """The folder that `models_dir/ACTIVE` names. Raises ModelError."""
    pointer = models_dir / "ACTIVE"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{pointer} cannot be read ({error}).", hint="It names the release to use, on one line."
        ) from error
    folder = models_dir / name
    if not name or folder.parent != models_dir or not folder.is_dir():
        known = ", ".join(release_names(models_dir)) or "none"
        raise ModelError(f"{pointer} names {name!r}, which is no release here.", hint=f"Releases here: {known}.")
    return folder


def release_names(models_dir: Path) -> list[str]:
    """The releases in `models_dir`, by name."""
    return sorted(path.parent.name for path in models_dir.glob(f"*/{MANIFEST}"))


def read_manifest(folder: Path) -> Manifest:
    """`release.json` alone, checked for its format. Raises ModelError."""
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read ({error}).", hint=_REINSTALL) from error
    version = raw.get("format") if isinstance(raw, dict) else None
    if version != FORMAT:
        raise ModelError(
            f"{path} has format {version!r}, this version reads format {FORMAT}.",
            hint="Install the version of Lurewatch that the release was made for, or train the release anew.",
        )
    return _validated(path, raw)


def file_entry(content: bytes) -> FileEntry:
    """What `release.json` says of a file with this content."""
    return FileEntry(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


def _validated(path: Path, raw: object) -> Manifest:
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ModelError(f"{path}, key {place!r}: {first['msg']}.", hint=_REINSTALL) from error
    uncalibrated = [f"{EVERY}.{head}" for head in HEADS if head not in manifest.calibration.get(EVERY, {})]
    if uncalibrated:
        raise ModelError(f"{path}, key 'calibration': {uncalibrated[0]} is missing.", hint=_REINSTALL)
    missing = (FILES - {MANIFEST}) ^ manifest.files.keys()
    if missing:
        raise ModelError(f"{path} does not list the files of a release ({sorted(missing)}).", hint=_REINSTALL)
    return manifest


def _refuse_strangers(folder: Path) -> None:
    """A release holds five regular files: anything else may be a pickle, a script or a link elsewhere."""
    if not folder.is_dir():
        raise ModelError(f"{folder} is no folder.", hint="See `lurewatch releases list`.")
    for path in sorted(folder.iterdir()):
        if path.name not in FILES or path.is_symlink() or not path.is_file():
            raise ModelError(
                f"{path} does not belong in a release.",
                hint=f"A release holds {', '.join(sorted(FILES))} and nothing else: find out who put it there.",
            )


def _checked(path: Path, entry: FileEntry) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error}).", hint=_REINSTALL) from error
    if file_entry(content) != entry:
        raise ModelError(f"{path} is not the file that {MANIFEST} describes (SHA-256 or size differ).", hint=_REINSTALL)
    return content


def _parse_weights(path: Path, content: bytes) -> dict[str, NDArray[np.floating]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return load(content)
    except SafetensorError as error:
        raise ModelError(f"{path} is no safetensors file ({error}).", hint=_REINSTALL) from error
