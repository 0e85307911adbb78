"""How much of what the machine can do the network does: operations a second beside a product."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from evoscope.abr.analysis import SHIPPED
from evoscope.abr.analysis.learned import GRAPH, reader_of
from evoscope.abr.benchmark.cost.timing import mean_figure, ratio_figure, timed
from evoscope.abr.benchmark.evaluation import Figure

_PRODUCT = 768
"""Side of the square product that stands for the peak: large enough to fill the units, and small
enough for the cache."""


def peak_flops(*, side: int = _PRODUCT, repeats: int) -> float:
    """Operations per second of a float32 matrix product on one thread, best of some."""
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((side, side)).astype(np.float32) for _ in range(2))
    a @ b
    best = min(timed(lambda: a @ b)[1] for _ in range(repeats))
    return 2.0 * side**3 / best


def network_flops(inputs: Mapping[str, NDArray[Any]], graph: Path) -> float:
    """Operations of one call: those of its matrix products and convolutions, from a profile.

    ONNX Runtime writes the shapes of every operator into its profile; 2 operations for each
    product that is added. Everything else (normalisation, activations) is not counted.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        session.run(None, dict(inputs))
        events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    return float(sum(_operations(event["args"]) for event in events if _ran(event)))


def _ran(event: Mapping[str, Any]) -> bool:
    return str(event.get("name", "")).endswith("kernel_time")


def _operations(args: Mapping[str, Any]) -> float:
    name = args.get("op_name", "")
    shapes, outputs = _shapes(args, "input_type_shape"), _shapes(args, "output_type_shape")
    if not outputs or not shapes:
        return 0.0
    out = float(prod(outputs[0]))
    if name in ("MatMul", "FusedMatMul", "Gemm", "FusedGemm"):
        # Weights that were packed at the start are not among the inputs; the first one always is.
        return 2.0 * out * shapes[0][-1]
    if name in ("Conv", "FusedConv") and len(shapes) > 1:
        return 2.0 * out * prod(shapes[1][1:])
    return 0.0


def _shapes(args: Mapping[str, Any], name: str) -> list[Sequence[int]]:
    # One entry per tensor: its type and its shape.
    return [next(iter(one.values())) for one in args.get(name, []) if one]


def roofline(inputs: Sequence[Mapping[str, NDArray[Any]]], *, turns: int) -> list[Figure]:
    """Of each batch: operations, time, and the share of the peak of this very run.

    Args:
        inputs: of the shipped network's graph, one batch each.
        turns: of product and network: a machine that is busy is so for both.
    """
    reader = reader_of(SHIPPED)
    graph = reader.session.pack.graph_path(GRAPH)
    figures = []
    for batch in inputs:
        reader.session.run(GRAPH, batch)
        peaks, seconds = [], []
        for _ in range(turns):
            peaks.append(peak_flops(repeats=2))
            seconds.append(timed(lambda b=batch: reader.session.run(GRAPH, b))[1])  # type: ignore[misc]
        operations = network_flops(batch, graph)
        all_of_it = [operations] * turns
        where = f"recordings={len(next(iter(batch.values())))}"
        ideal = [operations / peak for peak in peaks]
        figures += [
            mean_figure("roofline", "gflop", where, [operations / 1e9]),
            mean_figure("roofline", "cpu_ms", where, seconds, scale=1e3),
            ratio_figure("roofline", "gflop_per_s", where, all_of_it, seconds, scale=1e-9),
            ratio_figure("roofline", "peak_gflop_per_s", where, all_of_it, ideal, scale=1e-9),
            ratio_figure("roofline", "share_of_peak", where, ideal, seconds),
        ]
    return figures
