"""The encoder's contextual layers, put on top of the ranked subword vectors and taught without any label.

Two lessons a step: some words of a text are hidden and are to be guessed from the rest (Devlin et al. 2019); a text is
to find its translation among those of its batch. The texts are plain and parallel ones and the corpus's own, whose
translations of one idea are parallel text of exactly this field. The same on a processor and on CUDA.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import ElectraConfig, ElectraModel, PreTrainedModel

from classifier.training.pieces import Pieces, as_pieces, batches_without_end, device, lowered, padded, ranking_loss
from classifier.training.stages import Progress
from classifier.training.tokenizing import UNKNOWN

# Share of the pieces that are to be guessed, and of those that are shown as unknown; the rest stay as they are.
_GUESSED, _HIDDEN = 0.2, 0.85
# The scale at which a table of subword vectors enters a transformer; larger ones drown the positions.
_TABLE_SPREAD = 0.05
_LEAST_RATE = 0.02
_WARM_UP = 1 / 6


@dataclass(frozen=True, slots=True)
class ContextPlan:
    """Size of the layers, and how long they are taught: `steps` of so many texts and pairs each.

    Texts are cut to `text_pieces`, the shorter of a pair to `pair_pieces` likewise; every `field_every`th step ranks
    pairs of the corpus too.
    """

    layers: int = 2
    width: int = 192
    heads: int = 6
    most_pieces: int = 512
    steps: int = 1200
    texts: int = 20
    pairs: int = 64
    field_pairs: int = 16
    field_every: int = 3
    text_pieces: int = 112
    pair_pieces: int = 32
    field_pieces: int = 64
    learning_rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What there is to read, all in reading form: single texts, translated sentences, and posts that tell one idea."""

    texts: Sequence[str]
    sentences: Sequence[Sequence[str]]
    ideas: Sequence[Sequence[str]]


def contextual_encoder(
    tokenizer: Tokenizer, table: NDArray[np.float32], reading: Reading, plan: ContextPlan, on_progress: Progress
) -> PreTrainedModel:
    """A small transformer that begins with the table (pieces, width of its vectors)."""
    torch.manual_seed(plan.seed)
    model = untaught(table, plan).to(device())
    lessons = _Lessons(model, tokenizer, reading, plan)
    optimizer = torch.optim.AdamW(lessons.parameters(), lr=plan.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, plan.steps))
    started = time.monotonic()
    for step in range(plan.steps):
        loss = lessons.loss(step)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(lessons.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            on_progress(f"context: loss {loss.item():.3f}, {time.monotonic() - started:.0f} s", step / plan.steps)
    return model.cpu().eval()


def untaught(table: NDArray[np.float32], plan: ContextPlan) -> PreTrainedModel:
    """The transformer before its lessons: the table under layers drawn by chance."""
    config = ElectraConfig(
        vocab_size=table.shape[0],
        embedding_size=table.shape[1],
        hidden_size=plan.width,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        intermediate_size=4 * plan.width,
        max_position_embeddings=plan.most_pieces,
    )
    model = ElectraModel(config)
    spread = max(float(table.std()), 1e-6)
    model.embeddings.word_embeddings.weight.data = torch.from_numpy(table * (_TABLE_SPREAD / spread))
    return model


def _rate(step: int, steps: int) -> float:
    warm_up = max(1, int(_WARM_UP * steps))
    return min(1.0, (step + 1) / warm_up) * max(_LEAST_RATE, 1.0 - step / steps)


class _Lessons(nn.Module):
    """The model with the layer that guesses words, and the texts it is taught on."""

    def __init__(self, model: PreTrainedModel, tokenizer: Tokenizer, reading: Reading, plan: ContextPlan) -> None:
        super().__init__()
        self.model = model
        narrow = model.config.embedding_size
        self.guess = nn.Sequential(nn.Linear(plan.width, narrow), nn.GELU(), nn.LayerNorm(narrow)).to(device())
        self._plan = plan
        self._unknown = int(tokenizer.get_vocab()[UNKNOWN])
        self._draws = np.random.default_rng(plan.seed)
        self._texts = [row for row in as_pieces(tokenizer, reading.texts, most=plan.text_pieces) if len(row) > 1]
        everything = np.arange(len(self._texts))
        self._batches = batches_without_end(self._texts, everything, plan.texts, self._draws)
        self._sentences = _grouped(tokenizer, reading.sentences, plan.pair_pieces)
        self._ideas = _grouped(tokenizer, reading.ideas, plan.field_pieces)

    def loss(self, step: int) -> torch.Tensor:
        """Of one step's lessons together."""
        total = self._guessing([self._texts[number] for number in next(self._batches)])
        if self._sentences:
            total = total + self._ranking(self._sentences, self._plan.pairs)
        if self._ideas and step % self._plan.field_every == 0:
            total = total + self._ranking(self._ideas, self._plan.field_pairs)
        return total

    def _guessing(self, rows: list[Pieces]) -> torch.Tensor:
        ids, mask = padded(rows, device())
        guessed = (torch.rand(ids.shape, device=ids.device) < _GUESSED) & (mask == 1)
        guessed[0, 0] = True  # never none at all
        hidden = guessed & (torch.rand(ids.shape, device=ids.device) < _HIDDEN)
        states = self._states(ids.masked_fill(hidden, self._unknown), mask)[guessed]
        with lowered(device()):
            logits = self.guess(states) @ self.model.get_input_embeddings().weight.T
        return functional.cross_entropy(logits.float(), ids[guessed])

    def _ranking(self, groups: list[list[Pieces]], count: int) -> torch.Tensor:
        left, right = [], []
        for number in self._draws.choice(len(groups), min(count, len(groups)), replace=False):
            first, second = self._draws.choice(len(groups[number]), 2, replace=False)
            left.append(groups[number][first])
            right.append(groups[number][second])
        return ranking_loss(self._vectors(left), self._vectors(right))

    def _vectors(self, rows: list[Pieces]) -> torch.Tensor:
        ids, mask = padded(rows, device())
        weights = mask.unsqueeze(-1).float()
        return (self._states(ids, mask) * weights).sum(1) / weights.sum(1)

    def _states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        with lowered(device()):
            states: torch.Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return states.float()


def _grouped(tokenizer: Tokenizer, groups: Sequence[Sequence[str]], most: int) -> list[list[Pieces]]:
    """Groups of two and more texts that have a piece."""
    flat = as_pieces(tokenizer, [text for group in groups for text in group], most=most)
    ends = np.cumsum([len(group) for group in groups])
    whole = [flat[end - len(group) : end] for group, end in zip(groups, ends, strict=True)]
    filled = [[row for row in group if len(row)] for group in whole]
    return [group for group in filled if len(group) > 1]
