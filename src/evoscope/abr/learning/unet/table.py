"""What each configuration costs: ``python -m evoscope.abr.learning.unet.table``."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import onnxruntime
import torch

from evoscope.abr.learning.export import export_onnx
from evoscope.abr.learning.unet.config import UNetConfig
from evoscope.abr.learning.unet.configurations import CONFIGURATIONS
from evoscope.abr.learning.unet.example import example_inputs
from evoscope.abr.learning.unet.network import HierarchicalUNet

BATCH = 64
"""Recordings per call when throughput is measured."""


@dataclass(frozen=True)
class Cost:
    """What a configuration costs.

    Attributes:
        parameters: trained numbers.
        megabytes: size of its ONNX file.
        load_s: seconds until ONNX Runtime can run it.
        recordings_per_s: in batches of :data:`BATCH`, on one thread.
        difference: largest difference between ONNX Runtime's outputs and the network's.
    """

    parameters: int
    megabytes: float
    load_s: float
    recordings_per_s: float
    difference: float


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Load an exported network for one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def count_parameters(network: torch.nn.Module) -> int:
    """Return how many numbers are trained.

    Example:
        >>> count_parameters(torch.nn.Linear(2, 3))
        9
    """
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def measure(config: UNetConfig, *, calls: int = 5) -> Cost:
    """Build, export, load and time a configuration with random weights.

    The best of several calls, in processor time of the one thread that works: other work on the
    machine only ever makes a call slower.
    """
    network = HierarchicalUNet(config).eval()
    inputs = example_inputs(config, BATCH)
    arrays = {name: values.numpy() for name, values in inputs.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export_onnx(network, path, inputs=inputs)
        start = time.perf_counter()
        session = open_session(path)
        load_s = time.perf_counter() - start
        megabytes = path.stat().st_size / 1e6
    outputs = session.run(None, arrays)
    seconds = []
    for _ in range(calls):
        start = time.thread_time()
        session.run(None, arrays)
        seconds.append(time.thread_time() - start)
    with torch.no_grad():
        expected = network(**inputs).values()
    difference = max(
        float((torch.from_numpy(found) - wanted).abs().max())
        for found, wanted in zip(outputs, expected, strict=True)
    )
    return Cost(count_parameters(network), megabytes, load_s, BATCH / min(seconds), difference)


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(f"{'configuration':30} {'parameters':>10} {'MB':>5} {'load s':>6} {'rec/s':>6}  parity")
    for name, config in CONFIGURATIONS.items():
        cost = measure(config)
        print(
            f"{name:30} {cost.parameters:>10,} {cost.megabytes:>5.1f} {cost.load_s:>6.2f}"
            f" {cost.recordings_per_s:>6.0f}  {cost.difference:.0e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
