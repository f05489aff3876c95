"""Text to the encoder's own judgement: the release's tokenizer and its ONNX graph.

The graph takes `input_ids` and `attention_mask` (int64, rows x pieces) and gives `logits` (float32, rows x heads).
Texts go through it one by one: its int8 scales are those of the text, so that no text's figures hang on its neighbours.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifier.labels import HEADS
from lurewatch.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer


class Encoder:
    """Loaded once a process; `logits` may be called from several threads."""

    def __init__(self, graph: bytes, tokenizer: bytes, *, max_pieces: int) -> None:
        self._session = _session(graph)
        self._tokenizer = _tokenizer(tokenizer)
        self._max_pieces = max_pieces

    def logits(self, forms: Sequence[str]) -> NDArray[np.float64]:
        """Log-odds (len(forms), heads) of texts in reading form. A text without any piece gets zeros."""
        found = np.zeros((len(forms), len(HEADS)))
        for row, encoded in enumerate(self._tokenizer.encode_batch_fast(list(forms))):
            if encoded.ids:
                found[row] = self._run(np.array([encoded.ids[: self._max_pieces]], dtype=np.int64))
        return found

    def _run(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        (logits,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        row: NDArray[np.float32] = logits[0]
        return row


def _session(graph: bytes) -> "onnxruntime.InferenceSession":
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        Fail,
        InvalidArgument,
        InvalidGraph,
        InvalidProtobuf,
    )

    options = onnxruntime.SessionOptions()
    # One text is too small a piece of work to share.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf) as error:
        raise ModelError(f"encoder.onnx cannot be used ({error}).", hint="Train the release anew.") from error


def _tokenizer(content: bytes) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_buffer(content)
    except Exception as error:  # tokenizers raises bare Exception for every kind of broken file
        if type(error) is not Exception and not isinstance(error, ValueError):
            raise
        raise ModelError(f"tokenizer.json cannot be used ({error}).", hint="Train the release anew.") from error
