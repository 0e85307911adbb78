"""A trained network as two ONNX graphs: the encoder without its weights, and what stands on it."""

from __future__ import annotations

import copy
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from google.protobuf import json_format
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor, nn

from evoscope.text.analysis.contract import NGRAMS, PRESENT, STATES, TOKENS, output_names
from evoscope.text.analysis.eight_bits import SCALE, from_eight_bits, in_eight_bits
from evoscope.text.backbones import BackboneFiles
from evoscope.text.learning.encoder import Encoder
from evoscope.text.learning.network import TextNetwork

OPSET = 17
"""Version of the ONNX operators, of both graphs: they become one."""
_TEXTS, _TOKENS, _GRAMS = 2, 7, 5
_PREFIX = "encoder."
_TABLES = ("ngrams.table.weight", "linear.table.weight")
_MATRIX = 2
_WORTH_IT = 1024
"""Numbers of a weight below which half precision saves nothing worth a node."""


@dataclass(frozen=True)
class ExportedEncoder:
    """The encoder in three parts.

    Attributes:
        graph: its ONNX graph in JSON, without weights.
        sources: name of a weight in the graph -> its name in the encoder's file.
        changed: weights that the file does not hold as they are now: matrices in eight bits beside
            their scales, the rest in half precision.
    """

    graph: bytes
    sources: dict[str, str]
    changed: dict[str, NDArray[Any]]


class _Encoder(nn.Module):
    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, tokens: Tensor, present: Tensor) -> Tensor:
        states: Tensor = self.encoder(tokens, present)
        return states


class _Answering(nn.Module):
    """Pooling, n-grams and heads, with the outputs in the order of the contract."""

    def __init__(self, network: TextNetwork) -> None:
        super().__init__()
        self.pooling, self.network = network.pooling, network

    def forward(
        self, states: Tensor, present: Tensor, ngrams: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        found = self.network.answer(self.pooling(states, present > 0), ngrams)
        return tuple(found[name] for name in output_names())


def as_shipped(network: TextNetwork, files: BackboneFiles) -> TextNetwork:
    """Return a copy whose weights are rounded as the pack will hold them.

    Matrices of the encoder that have changed, and the tables of n-grams, are in eight bits; what
    else was trained has half precision.

    Thresholds and figures are made with this one: it is the one that answers.

    Args:
        network: trained.
        files: of the encoder that it began with.
    """
    rounded = copy.deepcopy(network).eval()
    with safe_open(str(files.weights), framework="np") as stored:
        keys = set(stored.keys())
        for name, tensor in rounded.backbone.model.named_parameters():
            key = _key(name, keys)
            same = key and np.array_equal(_numbers(stored.get_tensor(key)), tensor.detach().numpy())
            if not same:
                tensor.data.copy_(_rounded(tensor.detach(), coarse=tensor.ndim == _MATRIX))
    for name, tensor in rounded.named_parameters():
        if not name.startswith("backbone."):
            tensor.data.copy_(_rounded(tensor.detach(), coarse=name in _TABLES))
    return rounded


def export_encoder(encoder: Encoder, files: BackboneFiles) -> ExportedEncoder:
    """Split an encoder into its graph, the weights of its file, and those that differ from it.

    Args:
        encoder: as `as_shipped` leaves it.
        files: that it began with.
    """
    tokens = torch.full((_TEXTS, _TOKENS), files.padding + 1)
    present = torch.ones(_TEXTS, _TOKENS, dtype=torch.int64)
    axes = {0: "n", 1: "length"}
    model = traced(
        _Encoder(encoder),
        (tokens, present),
        [TOKENS, PRESENT],
        [STATES],
        {TOKENS: axes, PRESENT: axes, STATES: axes},
    )
    own = {f"{_PREFIX}model.{name}": name for name, _ in encoder.model.named_parameters()}
    sources: dict[str, str] = {}
    changed: dict[str, NDArray[Any]] = {}
    kept = []
    with safe_open(str(files.weights), framework="np") as stored:
        keys = set(stored.keys())
        for tensor in model.graph.initializer:
            if tensor.name not in own:
                kept.append(tensor)
                continue
            values = onnx.numpy_helper.to_array(tensor)
            key = _key(own[tensor.name], keys)
            if key and np.array_equal(_numbers(stored.get_tensor(key)), values):
                sources[tensor.name] = key
            elif values.ndim == _MATRIX:
                changed[tensor.name], changed[tensor.name + SCALE] = in_eight_bits(values)
            else:
                changed[tensor.name] = values.astype(np.float16)
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
    graph = json_format.MessageToJson(model, indent=None).encode()
    return ExportedEncoder(graph, sources, changed)


def export_heads(network: TextNetwork) -> bytes:
    """Write pooling, n-gram branch and heads as a graph of their own.

    Args:
        network: as `as_shipped` leaves it.
    """
    states = torch.zeros(_TEXTS, _TOKENS, network.backbone.width)
    present = torch.ones(_TEXTS, _TOKENS, dtype=torch.int64)
    inputs: tuple[Tensor, ...] = (states, present)
    names = [STATES, PRESENT]
    axes = {name: {0: "n", 1: "length"} for name in names} | {
        name: {0: "n"} for name in output_names()
    }
    if network.ngrams is not None or network.linear is not None:
        inputs, names = (*inputs, torch.ones(_TEXTS, _GRAMS, dtype=torch.int64)), [*names, NGRAMS]
        axes[NGRAMS] = {0: "n", 1: "grams"}
    model = traced(_Answering(network), inputs, names, output_names(), axes)
    _narrow(model.graph)
    content: bytes = model.SerializeToString()
    return content


def _narrow(graph: Any) -> None:
    """Keep weights as they were rounded: the runtime widens them, once or as they are looked up."""
    kept = []
    nodes = []
    for tensor in graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if tensor.name.endswith(_TABLES):
            steps, scale = in_eight_bits(values)
            kept += [
                onnx.numpy_helper.from_array(steps, tensor.name),
                onnx.numpy_helper.from_array(scale, tensor.name + SCALE),
            ]
            _look_up_narrow(graph, tensor.name)
        elif values.dtype == np.float32 and values.size >= _WORTH_IT:
            narrow = f"{tensor.name}.half"
            kept.append(onnx.numpy_helper.from_array(values.astype(np.float16), narrow))
            nodes.append(_node("Cast", [narrow], tensor.name, to=onnx.TensorProto.FLOAT))
        else:
            kept.append(tensor)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes += list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def _look_up_narrow(graph: Any, table: str) -> None:
    """Widen the rows that a text asks for, and not the table."""
    for at, node in enumerate(graph.node):
        if node.op_type == "Gather" and node.input[0] == table:
            numbers, found = node.input[1], node.output[0]
            steps, scale, wide = f"{found}.steps", f"{found}.scale", f"{found}.wide"
            widened = [
                _node("Gather", [table, numbers], steps),
                _node("Gather", [table + SCALE, numbers], scale),
                _node("Cast", [steps], wide, to=onnx.TensorProto.FLOAT),
                _node("Mul", [wide, scale], found),
            ]
            graph.node.remove(node)
            for step, one in enumerate(widened):
                graph.node.insert(at + step, one)
            return


def _node(kind: str, inputs: list[str], output: str, **attributes: int) -> Any:
    return onnx.helper.make_node(kind, inputs, [output], name=f"{kind}.{output}", **attributes)


def _rounded(values: Tensor, *, coarse: bool) -> Tensor:
    if not coarse:
        return values.half().float()
    return torch.from_numpy(from_eight_bits(*in_eight_bits(values.numpy())))


def traced(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    names: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
) -> Any:
    """Write a module as an ONNX graph that takes any length along the axes named.

    Args:
        module: put into evaluation mode.
        inputs: to trace it with.
        names: of the inputs.
        outputs: names of the outputs.
        axes: of an input or output: which of its axes have any length, and their names.
    """
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        written = Path(folder) / "graph.onnx"
        # The tracing exporter is deprecated, and kept: weights keep their names, which is what
        # tells them apart from those of the encoder's file. torch is pinned. The library's traces
        # hold for other lengths than the one traced: tests say so.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            inputs,
            written,
            dynamo=False,
            opset_version=OPSET,
            do_constant_folding=False,
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
        )
        return onnx.load(written)


def _key(name: str, keys: set[str]) -> str:
    """Name of a weight in a file: some are saved with the name of the architecture before it."""
    ends = [key for key in keys if key == name or key.endswith(f".{name}")]
    return min(ends, key=len, default="")


def _numbers(stored: NDArray[Any]) -> NDArray[np.float32]:
    return stored.astype(np.float32)
