"""The heavy peer: one pass of an encoder of XLM-R base's shape, float32 in PyTorch, over the pieces of the same texts.

12 layers, 768 wide, 12 heads, 250,002 embeddings; random weights, for speed does not depend on them. No head, no
indicator, no identifier: what a verdict by such a model costs at the least.
"""

import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

if TYPE_CHECKING:
    from torch import Tensor

LAYERS, WIDTH, HEADS, INNER, VOCABULARY, LONGEST = 12, 768, 12, 3072, 250_002, 514
_BATCH = 16
_PADDING = 1


def posts_a_second(texts: Sequence[str], tokenizer: bytes) -> tuple[float, float]:
    """Posts a second with all cores, tokenising included, and the mean number of pieces of a post."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    encode = _encoder()
    pieces = Tokenizer.from_buffer(tokenizer)
    with torch.inference_mode():
        encode(torch.full((_BATCH, 64), 5))  # the first pass allocates
        started = time.perf_counter()
        # Batches of like length carry little padding.
        rows = sorted((found.ids[: LONGEST - 4] for found in pieces.encode_batch_fast(list(texts))), key=len)
        for start in range(0, len(rows), _BATCH):
            encode(_padded(rows[start : start + _BATCH]))
        seconds = time.perf_counter() - started
    return len(texts) / seconds, sum(map(len, rows)) / len(rows)


def _padded(rows: list[list[int]]) -> "Tensor":
    import torch

    longest = max(map(len, rows))
    return torch.tensor([[*row, *[_PADDING] * (longest - len(row))] for row in rows])


def _encoder() -> "Callable[[Tensor], object]":
    try:
        from transformers import XLMRobertaConfig, XLMRobertaModel
    except ImportError:
        return _plain_encoder()
    config = XLMRobertaConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=LONGEST,
        type_vocab_size=1,
        pad_token_id=_PADDING,
    )
    model = XLMRobertaModel(config, add_pooling_layer=False).eval()
    return lambda ids: model(ids, attention_mask=ids != _PADDING)


def _plain_encoder() -> "Callable[[Tensor], object]":
    """The same shape in PyTorch's own parts, where `transformers` is not installed."""
    import torch

    embeddings = torch.nn.Embedding(VOCABULARY, WIDTH, padding_idx=_PADDING)
    positions = torch.nn.Embedding(LONGEST, WIDTH)
    layer = torch.nn.TransformerEncoderLayer(WIDTH, HEADS, INNER, activation="gelu", batch_first=True)
    layers = torch.nn.TransformerEncoder(layer, LAYERS).eval()
    return lambda ids: layers(
        embeddings(ids) + positions(torch.arange(ids.shape[1])), src_key_padding_mask=ids == _PADDING
    )
