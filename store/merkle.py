"""Merkle trees as RFC 6962, section 2.1, hashes them: one root for many entries, and a short proof for each of them.

The other half, from an entry and its proof to the root, is in the verifier that travels in packs.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise


def root_of(entries: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of `entries`, of which there is at least one."""
    return levels_of(entries)[-1][0]


def levels_of(entries: Sequence[bytes]) -> list[list[bytes]]:
    """The tree's hashes, level by level: the leaves first, the root last and alone.

    A hash without a neighbour goes up as it is, which gives the very tree that RFC 6962 defines by halving.
    """
    levels = [[hashlib.sha256(b"\x00" + entry).digest() for entry in entries]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [_node(left, right) for left, right in list(pairwise(below))[::2]]
        levels.append(above + below[len(above) * 2 :])
    return levels


def path_of(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The audit path of the entry at `index`: the neighbours that lead up to the root, the lowest first."""
    path = []
    for level in levels[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        index >>= 1
    return path


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
