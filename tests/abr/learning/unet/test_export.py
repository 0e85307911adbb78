"""What ONNX Runtime answers is what the network answers, for every output and any batch."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
import torch

from evoscope.abr.learning.export import bake, export_onnx
from evoscope.abr.learning.layers import S4D
from evoscope.abr.learning.unet import CONFIGURATIONS
from evoscope.abr.learning.unet.table import measure, open_session

from .small import build, inputs_of, small


# Between them they hold every part and every part's replacement; the table exports all.
@pytest.mark.parametrize("name", ["joint", "forward_s4d", "plain"])
def test_every_output_survives_the_export(name: str, tmp_path: Path) -> None:
    # One level is enough for the switches, and quick to export.
    levels = CONFIGURATIONS[name].transformer_levels[:1] and (0,)
    config = small(name, length=64, channels=(8, 8), transformer_levels=levels)
    network = build(config)
    export_onnx(network, tmp_path / "network.onnx", inputs=inputs_of(config))
    session = open_session(tmp_path / "network.onnx")
    names = [output.name for output in session.get_outputs()]
    for n in (1, 5):
        inputs = inputs_of(config, n)
        inputs["conditions"][0] = torch.nan
        with torch.no_grad():
            expected = network.eval()(**inputs)
        assert names == list(expected)
        found = session.run(None, {key: values.numpy() for key, values in inputs.items()})
        for output, values in zip(names, found, strict=True):
            torch.testing.assert_close(
                torch.from_numpy(values), expected[output], atol=1e-4, rtol=1e-4
            )


def test_the_whole_production_network_survives_the_export(tmp_path: Path) -> None:
    config = small("production")
    network = build(config)
    path = tmp_path / "network.onnx"
    export_onnx(network, path, inputs=inputs_of(config))
    inputs = inputs_of(config, 7)
    with torch.no_grad():
        expected = network.eval()(**inputs)
    arrays = {key: values.numpy() for key, values in inputs.items()}
    for values, wanted in zip(open_session(path).run(None, arrays), expected.values(), strict=True):
        torch.testing.assert_close(torch.from_numpy(values), wanted, atol=1e-4, rtol=1e-4)
    operators = {node.op_type for node in onnx.load(path).graph.node}
    assert not operators & {"DFT", "STFT"}
    # Kernels travel, not the matrices they become: the file stays near the parameters' size.
    assert path.stat().st_size < 500_000


def test_baking_leaves_the_network_as_it_was() -> None:
    config = small("production")
    network, inputs = build(config).train(), inputs_of(config)
    before = {key: values.clone() for key, values in network.state_dict().items()}
    baked = bake(network, inputs)
    assert network.training
    assert network.state_dict().keys() == before.keys()
    assert not any(module._forward_pre_hooks for module in network.modules())
    assert not any(isinstance(module, S4D) for module in baked.modules())
    assert not any(module._forward_pre_hooks for module in baked.modules())


def test_a_configuration_is_timed() -> None:
    cost = measure(small("plain", length=64, channels=(8, 8)), calls=1)
    assert cost.parameters > 0
    assert cost.recordings_per_s > 0
    assert cost.difference < 1e-4
