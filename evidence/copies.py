"""Copies of JSON documents in which some values are others: redacted copies are made of them. Nothing changes."""

from collections.abc import Callable, Mapping
from typing import Any

from evidence.verify_standalone import Place


def copied(value: Any, changed: Callable[[Any, Place], Any], path: Place = ()) -> Any:
    """`value`, which stands at `path`, with each value that holds no others as `changed` gives it for its place."""
    if isinstance(value, Mapping):
        return {name: copied(one, changed, (*path, name)) for name, one in value.items()}
    if isinstance(value, list):
        return [copied(one, changed, (*path, number)) for number, one in enumerate(value)]
    return changed(value, path)
