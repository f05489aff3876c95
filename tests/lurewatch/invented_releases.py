"""Whole releases whose weights say nothing: enough for what reads the manifest and checks the files."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from classifier.calibration import EVERY, UNCHANGED
from classifier.labels import HEADS, LABELS
from classifier.release import MANIFEST
from classifier.training.export import write_release

BUNDLED = "bundled-1"
# As a training run measures it, each hand left out.
METRICS = {"risk": {"average_precision": {"value": 0.9, "low": 0.8, "high": 1.0}}}


def make_release(folder: Path, **training: object) -> Path:
    """Write a release named like its folder; `training` is what release.json says of the run."""
    features = {"ngram_bits": 8, "language_bits": 8, "whole_chars": 100, "window_chars": 100, "stride_chars": 50}
    description: dict[str, Any] = {
        "name": folder.name,
        "created": "2026-03-01T12:00:00+00:00",
        "heads": HEADS,
        "labels": LABELS,
        "languages": ("vi", "km"),
        "thresholds": dict.fromkeys(LABELS, 0.5),
        "calibration": {EVERY: dict.fromkeys(HEADS, UNCHANGED)},
        "labels_share_of_risk": 0.5,
        "encoder_share": 0.5,
        "features": features | {"concepts": (), "max_pieces": 16},
        "language": {"columns": ("vi", "km"), "by_script": {}},
        "lexicon_sha256": "0" * 64,
        "training": training,
        "metrics": METRICS,
    }
    weights = {"bias": np.zeros(1, dtype=np.float32)}
    return write_release(folder, description, weights=weights, encoder=b"", tokenizer=b"{}", card="An invented one.\n")


def trained(directory: Path, name: str, **training: object) -> Path:
    """A release that was trained in the installation."""
    return make_release(directory / "releases" / name, **training)


def outdate(folder: Path) -> None:
    """Make it a release of a format that is no longer read."""
    raw = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps(raw | {"format": 1}), "utf-8")
