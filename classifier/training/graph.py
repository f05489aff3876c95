"""A tuned judge as an ONNX graph with int8 weights: what a release ships and `classifier.encoder` runs.

Linear layers and the table of pieces become int8, a scale a channel; activations are quantised as they come, text by
text.
"""

import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from classifier.training.tuning import Judge

_OPSET = 20
_QUANTISED = ("MatMul", "Gemm", "Gather")
_INPUTS = ("input_ids", "attention_mask")


def judge_graph(judge: Judge) -> bytes:
    """The graph's file: `input_ids`, `attention_mask` (int64, rows x pieces) to `logits` (float32, rows x heads)."""
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "int8.onnx"
        _export(judge, whole)
        model = onnx.load(whole)
        # The exporter's notes on shapes contradict what the quantiser makes of the weights; they are inferred anew.
        del model.graph.value_info[:]
        _forget_traces(model)
        onnx.save(model, whole)
        quantize_dynamic(
            whole,
            small,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=list(_QUANTISED),
        )
        return small.read_bytes()


def _forget_traces(model: onnx.ModelProto) -> None:
    # The exporter notes at each node which line of which file made it: paths of the machine that trained.
    for noted in (model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer):
        noted.ClearField("metadata_props")
        noted.ClearField("doc_string")


def _export(judge: Judge, path: Path) -> None:
    judge.encoder.set_attn_implementation("eager")
    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, of libraries that it calls
        torch.onnx.export(
            judge.cpu().eval(),
            (ids, torch.ones_like(ids)),
            path,
            input_names=list(_INPUTS),
            output_names=["logits"],
            opset_version=_OPSET,
            dynamic_shapes=dict.fromkeys(_INPUTS, free),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
