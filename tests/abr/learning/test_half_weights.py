"""A graph with weights in half the bits answers as one with rounded weights, at half the size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from evoscope.abr.learning.export import export_onnx
from evoscope.abr.learning.half_weights import halve_weights


class Named(torch.nn.Module):
    """A layer by a name, with a buffer that must not be rounded."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(64, 32)
        self.register_buffer("frame", torch.randn(64, 64) / 8.0)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"y": self.layer(x @ self.frame)}


def test_half_the_bits_change_the_weights_alone(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, x = Named(), torch.randn(3, 64)
    export_onnx(network, tmp_path / "a.onnx", inputs={"x": x})
    whole = (tmp_path / "a.onnx").read_bytes()
    half = halve_weights(whole, [f"network.{name}" for name, _ in network.named_parameters()])
    assert len(half) < len(whole) - 2 * 64 * 32 + 500
    with torch.no_grad():
        network.layer.weight.copy_(network.layer.weight.half())
        expected = network(x)["y"].numpy()
    found = onnxruntime.InferenceSession(half).run(None, {"x": x.numpy()})[0]
    assert np.allclose(found, expected, atol=1e-5)
