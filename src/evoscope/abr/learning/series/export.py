"""A network that reads series as an ONNX graph, for any number of recordings of any length."""

from __future__ import annotations

import tempfile
from pathlib import Path

from torch import nn

from evoscope.abr.learning.export import export_onnx
from evoscope.abr.learning.series.contract_answers import ContractAnswers
from evoscope.abr.learning.series.network import example_inputs

_AXES = {
    "waveforms": {1: "samples"},
    "noise": {1: "samples"},
    "covered": {1: "samples"},
    "signal.mean": {1: "samples"},
    "latency.logits": {2: "samples"},
}


def series_graph(network: nn.Module) -> bytes:
    """Return the graph of a network, its answers those that packs promise.

    Args:
        network: as `series_network` builds it, or any that takes the same; not changed.

    Example:
        >>> from evoscope.abr.learning.series import SeriesConfig, series_network
        >>> len(series_graph(series_network(SeriesConfig(width=16, layers=1)))) < 1_000_000
        True
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.onnx"
        export_onnx(ContractAnswers(network), path, inputs=example_inputs(6, 200), axes=_AXES)
        return path.read_bytes()
