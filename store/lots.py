"""Values in lots that one statement may name: SQLite takes 32,766 of them."""

from collections.abc import Iterator
from typing import TypeVar

LARGEST = 1_000

_T = TypeVar("_T")


def lots(values: list[_T]) -> Iterator[list[_T]]:
    """`values` in their order, up to LARGEST at a time."""
    for start in range(0, len(values), LARGEST):
        yield values[start : start + LARGEST]
