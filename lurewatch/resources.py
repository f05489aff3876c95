"""Finds `data/` and `models/`, whether run from a clone or from an installed wheel."""

from pathlib import Path

_CLONE = Path(__file__).resolve().parents[1]
_BUNDLED = Path(__file__).resolve().parent / "bundled"


def folder(name: str) -> Path:
    """The folder `data` or `models` that belongs to this code."""
    in_clone = _CLONE / name
    return in_clone if (_CLONE / "pyproject.toml").is_file() and in_clone.is_dir() else _BUNDLED / name


def lexicons() -> Path:
    """The lexicons: concepts.toml and one file a language."""
    return folder("data") / "lexicons"


def corpus() -> Path:
    """The labelled corpus."""
    return folder("data") / "corpus"


def demo_site() -> Path:
    """The pages of the demo's site."""
    return folder("data") / "demo"


def helplines() -> Path:
    """The start of the helpline directory."""
    return folder("data") / "helplines.toml"
