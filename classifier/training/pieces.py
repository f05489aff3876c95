"""Texts as subword numbers in padded batches of like length, and the ranking of pairs: what the stages share."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

Pieces = NDArray[np.int64]

# Distance of the softmax over the batch; 0.05 is what LaBSE-like dual encoders use.
_TEMPERATURE = 0.05
# Sorting so many batches' worth of texts by length leaves little padding and enough chance.
_BATCHES_SORTED = 50


def device() -> str:
    """Where the layers are taught: CUDA where there is some."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def lowered(place: str) -> torch.autocast:
    """Half precision for the layers, where the machine multiplies in bfloat16 at all."""
    # Without the processor's own instructions bfloat16 is emulated, and slower than single precision.
    able = place != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(place, torch.bfloat16, enabled=able)


def ranking_loss(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each row finding its partner among all of the batch, both ways; rows of any length (norm)."""
    scores = functional.normalize(left, dim=1) @ functional.normalize(right, dim=1).T / _TEMPERATURE
    target = torch.arange(len(scores), device=scores.device)
    return functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)


def as_pieces(tokenizer: Tokenizer, forms: Sequence[str], *, most: int) -> list[Pieces]:
    """The first `most` pieces of each text in reading form; a text without any has an empty row."""
    return [np.asarray(found.ids[:most], dtype=np.int64) for found in tokenizer.encode_batch_fast(list(forms))]


def padded(rows: Sequence[Pieces], place: str) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, mask), both (rows, longest), int64; padding is 0 in both. An empty row counts as one padding piece."""
    ids = np.zeros((len(rows), max(1, *map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : max(1, len(row))] = 1
    return torch.from_numpy(ids).to(place), torch.from_numpy(mask).to(place)


def batches_without_end(
    rows: Sequence[Pieces], chosen: NDArray[np.int64], size: int, draws: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Batches of numbers out of `chosen`, of like length, over and over in an order that `draws` decides."""
    lengths = np.array([len(row) for row in rows])
    while True:
        order = draws.permutation(chosen)
        for start in range(0, len(order), size * _BATCHES_SORTED):
            part = order[start : start + size * _BATCHES_SORTED]
            part = part[np.argsort(lengths[part], kind="stable")]
            for at in draws.permutation(np.arange(0, len(part), size)):
                yield part[at : at + size]


def batches_by_length(rows: Sequence[Pieces], size: int) -> Iterator[NDArray[np.int64]]:
    """Every number once, in batches of like length."""
    order = np.argsort([len(row) for row in rows], kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]
