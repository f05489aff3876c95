"""Subword vectors taught by translation ranking: a sentence is to find its translation among those of its batch.

The vector of a text is the mean of its subwords' vectors. Beside sentences, wordings of one concept in different
languages (the lexicons) are ranked the same way, so that the field's own words meet across languages.
Runs on the processor and unchanged on CUDA.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from classifier.training.pieces import device, ranking_loss
from classifier.training.stages import Progress

_LEARNING_RATE = 0.01


@dataclass(frozen=True, slots=True)
class RankingPlan:
    """How the vectors are taught: `width` of a vector, `steps` of `batch` pairs each, the seed of the draws."""

    width: int = 128
    steps: int = 5000
    batch: int = 384
    concept_weight: float = 1.0
    seed: int = 0


def train_vectors(
    tokenizer: Tokenizer,
    groups: Sequence[Sequence[str]],
    concepts: Sequence[Sequence[str]],
    plan: RankingPlan,
    on_progress: Progress,
) -> NDArray[np.float32]:
    """The table (pieces, width). `groups`: translations of one sentence; `concepts`: wordings of one concept."""
    torch.manual_seed(plan.seed)
    table = torch.nn.EmbeddingBag(tokenizer.get_vocab_size(), plan.width, mode="mean", padding_idx=0)
    torch.nn.init.normal_(table.weight, std=0.1)
    table.to(device())
    optimizer = torch.optim.Adam(table.parameters(), lr=_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, plan.steps)
    draws = np.random.default_rng(plan.seed)
    sentences, wordings = _Pairs(tokenizer, groups), _Pairs(tokenizer, concepts)
    started = time.monotonic()
    for step in range(plan.steps):
        loss = _ranking_loss(table, *sentences.draw(plan.batch, draws))
        if len(wordings):
            loss = loss + plan.concept_weight * _ranking_loss(table, *wordings.draw(len(wordings), draws))
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        if step % 200 == 0:
            on_progress(f"vectors: loss {loss.item():.3f}, {time.monotonic() - started:.0f} s", step / plan.steps)
    weights: NDArray[np.float32] = table.weight.detach().cpu().numpy().astype(np.float32)
    weights[0] = 0.0
    return weights


class _Pairs:
    """Texts as piece ids, grouped; `draw` gives two texts of each of some groups."""

    def __init__(self, tokenizer: Tokenizer, groups: Sequence[Sequence[str]]) -> None:
        texts = [text for group in groups for text in group]
        encoded = [np.asarray(found.ids, dtype=np.int32) for found in tokenizer.encode_batch_fast(texts)]
        ends = np.cumsum([len(group) for group in groups])
        members = [encoded[end - len(group) : end] for group, end in zip(groups, ends, strict=True)]
        self._groups = [[ids for ids in group if len(ids)] for group in members]
        self._groups = [group for group in self._groups if len(group) > 1]

    def __len__(self) -> int:
        return len(self._groups)

    def draw(self, count: int, draws: np.random.Generator) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]:
        left, right = [], []
        for index in draws.choice(len(self._groups), min(count, len(self._groups)), replace=False):
            group = self._groups[index]
            first, second = draws.choice(len(group), 2, replace=False)
            left.append(group[first])
            right.append(group[second])
        return left, right


def _ranking_loss(
    table: torch.nn.EmbeddingBag, left: list[NDArray[np.int32]], right: list[NDArray[np.int32]]
) -> torch.Tensor:
    return ranking_loss(_mean_vectors(table, left), _mean_vectors(table, right))


def _mean_vectors(table: torch.nn.EmbeddingBag, texts: list[NDArray[np.int32]]) -> torch.Tensor:
    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in texts])[:-1]])
    ids = torch.from_numpy(np.concatenate(texts).astype(np.int64)).to(device())
    vectors: torch.Tensor = table(ids, torch.from_numpy(starts).to(device()))
    return vectors
