"""The encoder that ships: how near any stretch of a text comes to each concept, at three lengths.

A concept's place is the mean vector of its wordings in all languages; a stretch is 4, 8 or 16 subwords. The nearest
stretch counts, so that a paraphrase in any language speaks like the lexicon's own words. Written as an ONNX graph node
by node: the table is int8 (one scale a column) and becomes float inside.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper
from tokenizers import Tokenizer

STRETCHES = (4, 8, 16)
_OPSET = 17
_IR_VERSION = 8
_TINY = 1e-6


def concept_places(
    tokenizer: Tokenizer, table: NDArray[np.float32], concepts: Sequence[Sequence[str]]
) -> NDArray[np.float32]:
    """Unit vectors (concepts, width): the mean of each concept's wordings, which are in reading form."""
    places = np.zeros((len(concepts), table.shape[1]), dtype=np.float32)
    for row, wordings in enumerate(concepts):
        encoded = tokenizer.encode_batch_fast(list(wordings))
        found = [table[wording.ids].mean(axis=0) for wording in encoded if wording.ids]
        if found:
            places[row] = _unit(_unit(np.array(found)).mean(axis=0, keepdims=True))[0]
    return places


def encoder_graph(table: NDArray[np.float32], places: NDArray[np.float32]) -> bytes:
    """The graph: `input_ids`, `attention_mask` (int64) to `vectors` (batch, stretches x concepts), cosines."""
    column_scale = np.maximum(np.abs(table).max(axis=0), _TINY) / 127.0
    constants = {
        "table": np.clip(np.rint(table / column_scale), -127, 127).astype(np.int8),
        "column_scale": column_scale.astype(np.float32),
        "places": places.T.astype(np.float32),
        "tiny": np.array(_TINY, dtype=np.float32),
        "far": np.array(-1.0, dtype=np.float32),
        "zero": np.array(0, dtype=np.int64),
        "one": np.array(1, dtype=np.int64),
        "first": np.array([0], dtype=np.int64),
        "before_last": np.array([-1], dtype=np.int64),
        "axis": np.array([1], dtype=np.int64),
        "last_axis": np.array([2], dtype=np.int64),
    }
    nodes = _pieces()
    for stretch in STRETCHES:
        constants |= {
            f"pads_{stretch}": np.array([0, 1, 0, 0, stretch, 0], dtype=np.int64),
            f"length_{stretch}": np.array(stretch, dtype=np.int64),
            f"from_{stretch}": np.array([stretch], dtype=np.int64),
            f"to_{stretch}": np.array([-stretch - 1], dtype=np.int64),
        }
        nodes += _nearest(stretch)
    nodes.append(helper.make_node("Concat", [f"nearest_{stretch}" for stretch in STRETCHES], ["vectors"], axis=1))
    graph: bytes = _model(nodes, constants, len(STRETCHES) * len(places)).SerializeToString()
    return graph


def _pieces() -> list[NodeProto]:
    """`scaled` (batch, pieces, width) with zeros for padding; `lengths` (batch, 1); `numbers`: 0, 1, 2 ..."""
    return [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["rows"], ["rows_float"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last_axis"], ["mask_column"]),
        helper.make_node("Mul", ["rows_float", "mask_column"], ["kept"]),
        helper.make_node("Mul", ["kept", "column_scale"], ["scaled"]),
        helper.make_node("ReduceSum", ["attention_mask", "axis"], ["lengths"], keepdims=1),
        helper.make_node("Shape", ["input_ids"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["longest"]),
        helper.make_node("Range", ["zero", "longest", "one"], ["numbers"]),
    ]


def _nearest(stretch: int) -> list[NodeProto]:
    """`nearest_N` (batch, concepts): the best cosine of any N pieces in a row; a shorter text is one stretch."""

    def node(kind: str, inputs: list[str], output: str, **settings: Any) -> NodeProto:
        names = [name.replace("*", str(stretch)) for name in (*inputs, output)]
        return helper.make_node(kind, names[:-1], names[-1:], **settings)

    return [
        # Sums up to each piece; the sum of N pieces is the difference of two of them.
        node("Pad", ["scaled", "pads_*"], "padded_*"),
        node("CumSum", ["padded_*", "one"], "sums_*"),
        node("Slice", ["sums_*", "from_*", "before_last", "axis"], "upper_*"),
        node("Slice", ["sums_*", "first", "to_*", "axis"], "lower_*"),
        node("Sub", ["upper_*", "lower_*"], "stretches_*"),
        node("ReduceL2", ["stretches_*"], "norms_*", axes=[2], keepdims=1),
        node("Max", ["norms_*", "tiny"], "safe_norms_*"),
        node("Div", ["stretches_*", "safe_norms_*"], "units_*"),
        node("MatMul", ["units_*", "places"], "cosines_*"),
        # A stretch must lie inside its text, except the only one of a text shorter than N.
        node("Sub", ["lengths", "length_*"], "room_*"),
        node("Max", ["room_*", "zero"], "last_start_*"),
        node("LessOrEqual", ["numbers", "last_start_*"], "inside_*"),
        node("Unsqueeze", ["inside_*", "last_axis"], "inside_column_*"),
        node("Where", ["inside_column_*", "cosines_*", "far"], "seen_*"),
        node("ReduceMax", ["seen_*"], "nearest_*", axes=[1], keepdims=0),
    ]


def _model(nodes: list[NodeProto], constants: dict[str, NDArray[np.generic]], width: int) -> ModelProto:
    graph = helper.make_graph(
        nodes,
        "soft_concepts",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "pieces"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", width])],
        [numpy_helper.from_array(value, name) for name, value in sorted(constants.items())],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    checker.check_model(model)
    return model


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    units: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
    return units
