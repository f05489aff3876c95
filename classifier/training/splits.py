"""Splits for honest figures: by hand, language, source, time, or at random by group.

One rule for all: what is measured on shares no idea with what is taught. Posts of one group (translations, campaigns,
disguises) and posts that nearly repeat each other stay on one side, whatever the split is by.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from classifier.training.examples import BENIGN, Example
from classifier.training.fit import merged_folds

Mask = NDArray[np.bool_]
Together = NDArray[np.int64]

_RANDOM_FOLDS = 5
_LATEST = 0.25


@dataclass(frozen=True, slots=True)
class Fold:
    """`held` rows are scored by a model that is taught on the `seen` rows; some rows may be neither."""

    name: str
    held: Mask
    seen: Mask


def kept_together(groups: Sequence[str], alike: Iterable[tuple[int, int]] = ()) -> Together:
    """One number for rows that are linked by a common group or by pairs of rows `alike`, through others too."""
    codes = np.unique(groups, return_inverse=True)[1]
    links = [(index, len(groups) + code) for index, code in enumerate(codes)] + list(alike)
    one, other = np.array(links, dtype=np.int64).reshape(-1, 2).T
    size = len(groups) + int(codes.max(initial=-1)) + 1
    graph = csr_matrix((np.ones(len(links)), (one, other)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][: len(groups)], dtype=np.int64)


def leave_one_out(names: Sequence[str], together: Together, *, most: int | None = None) -> list[Fold]:
    """A fold a name, or at most `most` folds of whole names. What stays together with a held row is never seen."""
    of = np.asarray(merged_folds(names, most=most) if most else names)
    return [
        Fold(name, held, ~held & ~np.isin(together, together[held]))
        for name in sorted(set(of.tolist()))
        for held in [of == name]
    ]


def random_folds(together: Together, *, count: int = _RANDOM_FOLDS, seed: int = 0) -> list[Fold]:
    """`count` folds of whole groups, drawn by chance."""
    codes = np.unique(together, return_inverse=True)[1]
    drawn = np.random.default_rng(seed).permutation(int(codes.max()) + 1) % count
    return leave_one_out([str(fold) for fold in drawn[codes]], together)


def latest_held(times: Sequence[str | None], together: Together) -> list[Fold]:
    """The latest quarter of the rows that carry an ISO time, taught on all that is older; none where no row has one.

    Rows without a time were there before anybody decided: they count as older.
    """
    known = sorted(time for time in times if time)
    if not known:
        return []
    first = known[int((1.0 - _LATEST) * len(known))]
    held = np.array([time is not None and time >= first for time in times])
    return [Fold(f"since {first}", held, ~held & ~np.isin(together, together[held]))]


def _source_names(examples: Sequence[Example]) -> list[str]:
    """The platform of a corpus post; files of ordinary posts go whole, each with one of the platforms."""
    platforms = sorted({example.source for example in examples if example.origin != BENIGN})
    return [
        platforms[zlib.crc32(example.source.encode()) % len(platforms)] if example.origin == BENIGN else example.source
        for example in examples
    ]


_NAMES: dict[str, Callable[[Sequence[Example]], list[str]]] = {
    "hand": lambda examples: [example.fold for example in examples],
    "language": lambda examples: [example.lang for example in examples],
    "source": _source_names,
}
SPLITS = (*_NAMES, "group", "time")


def folds_by(split: str, examples: Sequence[Example], together: Together, *, most: int | None = None) -> list[Fold]:
    """The folds of one of SPLITS; none for a split by time where nothing carries one."""
    if split == "time":
        return latest_held([example.decided_at for example in examples], together)
    if split == "group":
        return random_folds(together)
    return leave_one_out(_NAMES[split](examples), together, most=most)
