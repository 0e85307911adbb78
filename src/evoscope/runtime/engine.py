"""ONNX Runtime, imported where a graph is opened and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from evoscope.runtime.errors import PackError
from evoscope.runtime.tensors import Graph, Tensor

Array = NDArray[Any]

_WEIGHTS_OUTSIDE = "session.model_external_initializers_file_folder_path"
_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(bool)": "bool",
}


class Port(NamedTuple):
    """An input or output as the graph itself states it; an axis of any length is ``None``."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]


class Engine:
    """One opened graph. Any number of threads may run it at the same time.

    Args:
        content: of the ONNX file, or the file itself; weights inside.
        name: of the graph, for messages.
        threads: that one call may use.

    Raises:
        PackError: ONNX Runtime is missing, or cannot run the graph.
    """

    def __init__(self, content: bytes | Path, *, name: str, threads: int) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise PackError(
                "Models are run by ONNX Runtime.",
                f"Found it not installed ({error}).",
                "Install it: pip install onnxruntime.",
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that wait for work sleep: spinning costs 1.8 times the CPU, two threads a call.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Weights outside the graph are looked for where nothing can be: a foreign pack must not
        # take a file of the user for its weights.
        options.add_session_config_entry(_WEIGHTS_OUTSIDE, os.devnull)
        options.log_severity_level = 3  # errors; they are raised as well
        # The rest is as ONNX Runtime has it. Measured on the U-Net, 1 to 64 recordings a call: the
        # arena, memory patterns, pre-packed weights and every level of optimisation from "basic"
        # up are within the 10 % that one run differs from the next; without optimisation the
        # constant parts of the graph are computed again at every call.
        try:
            self._session: Any = onnxruntime.InferenceSession(
                content if isinstance(content, bytes) else str(content),
                options,
                providers=["CPUExecutionProvider"],
            )
        # ONNX Runtime's own exceptions have no base class but Exception.
        except Exception as error:
            raise PackError(
                f"Graph {name!r} should be an ONNX file that ONNX Runtime "
                f"{onnxruntime.__version__} can run, its weights inside.",
                f"Found {_first_line(error)}",
                "Update onnxruntime, or export the graph with an older operator set.",
            ) from error
        self.name = name
        self.inputs = _ports(self._session.get_inputs())
        self.outputs = _ports(self._session.get_outputs())
        self._names = [port.name for port in self.outputs]

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run the graph on inputs that were checked.

        Raises:
            PackError: the graph failed.
        """
        try:
            found: Sequence[Array] = self._session.run(self._names, dict(inputs))
        except Exception as error:
            shapes = {name: array.shape for name, array in inputs.items()}
            raise PackError(
                f"Graph {self.name!r} should run on inputs of shapes {shapes}.",
                f"Found {_first_line(error)}",
                "The graph takes less than its card says: correct the card.",
            ) from error
        return dict(zip(self._names, found, strict=True))


def check_agreement(engine: Engine, graph: Graph) -> None:
    """Check that a card says of a graph what the graph says of itself.

    A card may fix a length that the graph leaves open, never the other way round.

    Raises:
        PackError: names, dtypes or shapes differ.
    """
    for side, said, found in (
        ("inputs", graph.inputs, engine.inputs),
        ("outputs", graph.outputs, engine.outputs),
    ):
        names, wanted = [port.name for port in found], [tensor.name for tensor in said]
        if names != wanted:
            raise PackError(
                f"The card should name the {side} of graph {engine.name!r} as the graph does, "
                f"{names}.",
                f"Found {wanted}.",
                "Correct the card, or export the graph with these names.",
            )
        for tensor, port in zip(said, found, strict=True):
            if tensor.dtype != port.dtype or not _shape_fits(tensor, port):
                raise PackError(
                    f"The card should give {port.name!r} of graph {engine.name!r} the dtype and "
                    f"shape of the graph, {port.dtype} {port.shape}.",
                    f"Found {tensor.dtype} {tensor.shape}.",
                    "Correct the card; an axis of any length is given by a name.",
                )


def _shape_fits(tensor: Tensor, port: Port) -> bool:
    return len(tensor.shape) == len(port.shape) and all(
        length is None or axis == length
        for axis, length in zip(tensor.shape, port.shape, strict=True)
    )


def _ports(nodes: Sequence[Any]) -> tuple[Port, ...]:
    return tuple(
        Port(
            node.name,
            _DTYPES.get(node.type, node.type),
            tuple(axis if isinstance(axis, int) else None for axis in node.shape),
        )
        for node in nodes
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
