"""Runs a trained model without its training stack: the model pack, and sessions on it.

A pack is a folder: ONNX graphs, and a ``card.json`` that says what the model is for, what goes in
and comes out, where it comes from, what it is worth, and the hash of every file. Nothing in it can
run code of its own. ONNX Runtime is imported when the first graph is opened.

Example:
    >>> import tempfile
    >>> import numpy as np
    >>> import onnx.parser
    >>> graph = onnx.parser.parse_model(
    ...     '<ir_version: 8, opset_import: ["": 17]>'
    ...     "twice (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }"
    ... )
    >>> signal = {"shape": ("n", 2), "units": "uV", "meaning": "two samples"}
    >>> card = Card(
    ...     name="twice",
    ...     version="1",
    ...     purpose="example",
    ...     summary="Doubles.",
    ...     intended_use="By readers of this page, to see a pack.",
    ...     limits=("Knows one thing.",),
    ...     licence="Apache-2.0",
    ...     data=(
    ...         TrainingData(name="none", sha256="0" * 64, simulated=True, used_for="nothing"),
    ...     ),
    ...     training=Training(
    ...         commit="0", recipe="none", seed=0, parameters=0, wall_seconds=0.0, machine="none"
    ...     ),
    ...     graphs={
    ...         "main": Graph(
    ...             meaning="The only one.",
    ...             inputs=(Tensor(name="x", **signal),),
    ...             outputs=(Tensor(name="y", **signal),),
    ...         )
    ...     },
    ... )
    >>> folder = tempfile.mkdtemp()
    >>> pack = write_pack(folder, {"main": graph.SerializeToString()}, card)
    >>> session = Session(open_pack(folder, expected=Expected(purpose="example")))
    >>> session.run("main", {"x": np.array([[1.0, 2.0]], dtype=np.float32)})["y"]
    array([[2., 4.]], dtype=float32)
    >>> session.run("main", {"x": np.array([[1.0, np.nan]], dtype=np.float32)})
    Traceback (most recent call last):
        ...
    evoscope.runtime.errors.InputError: Input 'x' (uV) should hold finite numbers. Found nan at (0, 1). Check the units, or leave this case out.
"""  # noqa: E501  an error is one line

from evoscope.runtime.batches import ROWS, run_in_batches
from evoscope.runtime.card import (
    NOTICE,
    Card,
    Constant,
    Metric,
    Taxonomy,
    Training,
    TrainingData,
)
from evoscope.runtime.errors import InputError, PackError
from evoscope.runtime.expected import Expected
from evoscope.runtime.pack import Pack, open_pack
from evoscope.runtime.session import Session
from evoscope.runtime.shipped import shipped
from evoscope.runtime.tensors import Column, Graph, Tensor
from evoscope.runtime.write import write_pack

__all__ = [
    "NOTICE",
    "ROWS",
    "Card",
    "Column",
    "Constant",
    "Expected",
    "Graph",
    "InputError",
    "Metric",
    "Pack",
    "PackError",
    "Session",
    "Taxonomy",
    "Tensor",
    "Training",
    "TrainingData",
    "open_pack",
    "run_in_batches",
    "shipped",
    "write_pack",
]
