"""Fine-tunes an encoder on the labelled posts: its own judgement of all heads at once, from the whole text.

The encoder is this project's own (`classifier.training.context`) or any Hugging Face folder (`from_folder`). Figures
and mixing rest on scores of posts by an encoder that was tuned without their hand.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import AutoModel, PreTrainedModel

from classifier.training.pieces import (
    Pieces,
    as_pieces,
    batches_by_length,
    batches_without_end,
    device,
    lowered,
    padded,
)
from classifier.training.stages import ProgressFraction
from classifier.training.tokenizing import UNKNOWN
from lurewatch.errors import ModelError

_DROPPED = 0.1
_UNKNOWN = (UNKNOWN, "[UNK]")
_WARM_UP = 0.1
# Most posts carry no label: heads begin with that much doubt, in log-odds.
_DOUBT = -2.0
_SCORED_AT_ONCE = 64
_FAR = 1e4


@dataclass(frozen=True, slots=True)
class TuningPlan:
    """How an encoder is tuned; `learning_rate` is for the project's own, `base_rate` for one that is given.

    One epoch meets each post about five times: as it stands, disguised, noisy, and in a window of a longer text.
    """

    epochs: float = 1.0
    batch: int = 32
    learning_rate: float = 1e-3
    base_rate: float = 3e-5
    most_pieces: int = 384
    seed: int = 0


class Judge(nn.Module):
    """An encoder, the mean and the maximum over its states, and one logit a head."""

    def __init__(self, encoder: PreTrainedModel, heads: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.Linear(2 * encoder.config.hidden_size, heads)
        nn.init.constant_(self.heads.bias, _DOUBT)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits (rows, heads)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        kept = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * kept).sum(1) / kept.sum(1)
        highest = (states + (kept - 1.0) * _FAR).amax(1)
        pooled = functional.dropout(torch.cat([mean, highest], dim=1), _DROPPED, self.training)
        logits: torch.Tensor = self.heads(pooled)
        return logits


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learnt, side by side: pieces of each text, truth (rows, heads), weights.

    `unknown` is the piece that stands for what the tokenizer does not know, None where it has none.
    """

    pieces: Sequence[Pieces]
    truth: NDArray[np.bool_]
    weights: NDArray[np.float64]
    unknown: int | None

    @classmethod
    def of(
        cls,
        tokenizer: Tokenizer,
        forms: Sequence[str],
        truth: NDArray[np.bool_],
        weights: NDArray[np.float64],
        *,
        most_pieces: int,
    ) -> "Lesson":
        """The lesson of texts in reading form."""
        numbers = (tokenizer.token_to_id(name) for name in _UNKNOWN)
        unknown = next((number for number in numbers if number is not None), None)
        return cls(as_pieces(tokenizer, forms, most=most_pieces), truth, weights, unknown)


def from_folder(folder: Path) -> tuple[PreTrainedModel, Tokenizer]:
    """The encoder and tokenizer of a Hugging Face folder; nothing is fetched and no code of it runs. ModelError."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # Published ones may pad or cut every text to one length: here each text is as long as it is.
        tokenizer.no_padding()
        tokenizer.no_truncation()
        model = AutoModel.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
        )
    except Exception as error:  # both libraries raise bare Exception for broken files
        raise ModelError(
            f"{folder} is no encoder: {error}",
            hint="Give a folder with config.json, model.safetensors and tokenizer.json.",
        ) from error
    return model, tokenizer


def tuned(
    encoder: PreTrainedModel,
    lesson: Lesson,
    plan: TuningPlan,
    *,
    rate: float,
    rows: NDArray[np.int64] | None = None,
    on_progress: ProgressFraction = lambda done: None,  # noqa: ARG005
) -> Judge:
    """A judge taught on the given rows of the lesson (default: all); `encoder` itself stays as it is."""
    torch.manual_seed(plan.seed)
    judge = Judge(deepcopy(encoder), lesson.truth.shape[1]).to(device()).train()
    chosen = np.arange(len(lesson.pieces)) if rows is None else rows
    steps = max(1, int(plan.epochs * len(chosen) / plan.batch))
    optimizer = torch.optim.AdamW(judge.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=_WARM_UP)
    draws = np.random.default_rng(plan.seed)
    for step, batch in zip(range(steps), batches_without_end(lesson.pieces, chosen, plan.batch, draws), strict=False):
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(_loss(judge, lesson, batch))
        nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 20 == 0:
            on_progress(step / steps)
    return judge.cpu().eval()


def judged(judge: Judge, pieces: Sequence[Pieces]) -> NDArray[np.float64]:
    """Logits (texts, heads); nought for a text without any piece, as in `classifier.encoder`."""
    judge = judge.to(device()).eval()
    found = np.zeros((len(pieces), judge.heads.out_features))
    with torch.inference_mode():
        for batch in batches_by_length(pieces, _SCORED_AT_ONCE):
            ids, mask = padded([pieces[number] for number in batch], device())
            with lowered(device()):
                logits = judge(ids, mask)
            found[batch] = logits.float().cpu().numpy()
    found[[len(row) == 0 for row in pieces]] = 0.0
    return found


def _loss(judge: Judge, lesson: Lesson, batch: NDArray[np.int64]) -> torch.Tensor:
    """Weighted cross-entropy of all heads; a piece in ten is shown as unknown, so that no single one decides."""
    ids, mask = padded([lesson.pieces[number] for number in batch], device())
    if lesson.unknown is not None:
        hidden = (torch.rand(ids.shape, device=ids.device) < _DROPPED) & (mask == 1)
        ids = ids.masked_fill(hidden, lesson.unknown)
    with lowered(device()):
        logits = judge(ids, mask)
    truth = torch.from_numpy(lesson.truth[batch]).to(ids.device, torch.float32)
    weights = torch.from_numpy(lesson.weights[batch]).to(ids.device, torch.float32)
    losses = functional.binary_cross_entropy_with_logits(logits.float(), truth, reduction="none").mean(1)
    return (losses * weights).sum() / weights.sum()
