"""Text to vector: the release's tokenizer and its ONNX graph, batched.

The graph takes `input_ids` and `attention_mask` (int64, batch x pieces) and gives `vectors` (float32, batch x width,
length 1 or 0). What is inside (a table, a transformer) is the release's affair.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lurewatch.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

_BATCH = 64


class Encoder:
    """Loaded once a process; `encode` may be called from one thread at a time."""

    def __init__(self, graph: bytes, tokenizer: bytes, *, max_pieces: int, threads: int = 1) -> None:
        self._session = _session(graph, threads)
        self._tokenizer = _tokenizer(tokenizer)
        self._max_pieces = max_pieces
        self.width = int(self._session.get_outputs()[0].shape[1])

    def encode(self, forms: Sequence[str]) -> NDArray[np.float64]:
        """Vectors (len(forms), width) of texts in reading form. An empty text gives zeros."""
        vectors = np.zeros((len(forms), self.width))
        pieces = [found.ids[: self._max_pieces] for found in self._tokenizer.encode_batch_fast(list(forms))]
        # Batches of like length carry little padding.
        order = [index for index in np.argsort([len(ids) for ids in pieces], kind="stable") if pieces[index]]
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            vectors[part] = self._run([pieces[index] for index in part])
        return vectors

    def _run(self, pieces: list[list[int]]) -> NDArray[np.float32]:
        longest = max(len(ids) for ids in pieces)
        ids = np.zeros((len(pieces), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, found in enumerate(pieces):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


def _session(graph: bytes, threads: int) -> "onnxruntime.InferenceSession":
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import (  # type: ignore[import-untyped]
        Fail,
        InvalidArgument,
        InvalidGraph,
        InvalidProtobuf,
    )

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
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
