"""Reads `cues.toml`: the words beside which names, numbers of papers and bank accounts stand, by language."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import regex

ANY = "any"


@cache
def cues() -> dict[str, dict[str, Any]]:
    """The tables of the file by language; that of ANY holds for all."""
    return tomllib.loads((files("evidence") / "cues.toml").read_text(encoding="utf-8"))


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of these words, the longest that fits; a space in them is any space."""
    return "|".join(regex.escape(word, literal_spaces=True) for word in sorted(words, key=len, reverse=True))
