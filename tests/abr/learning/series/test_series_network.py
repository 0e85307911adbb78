"""The series network reads what it should, whatever else stands in its batch, in every runtime."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from evoscope.abr.encoding import CONDITIONS, column
from evoscope.abr.learning.series import (
    SeriesConfig,
    example_inputs,
    series_graph,
    series_network,
)

SMALL = SeriesConfig(width=16, layers=2, condition_width=16)


def network(config: SeriesConfig = SMALL) -> nn.Module:
    torch.manual_seed(0)
    built = series_network(config).eval()
    for parameter in built.parameters():  # films begin at zero, where conditions have no effect
        parameter.data += 0.05 * torch.randn_like(parameter)
    return built


def answers(model: nn.Module, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    with torch.no_grad():
        return dict(model(**inputs))


def differs(one: dict[str, Tensor], other: dict[str, Tensor]) -> set[str]:
    return {name for name in one if not torch.allclose(one[name], other[name], atol=1e-6)}


def test_another_series_in_the_batch_changes_nothing() -> None:
    model, inputs = network(), example_inputs(6, 96)
    first = {name: tensor[:3] for name, tensor in inputs.items()}
    together, alone = answers(model, inputs), answers(model, first)
    assert not differs({name: tensor[:3] for name, tensor in together.items()}, alone)


@pytest.mark.parametrize("across", [True, False])
def test_other_levels_are_read_only_where_the_switch_says_so(across: bool) -> None:
    model = network(SMALL.model_copy(update={"across_recordings": across}))
    inputs = example_inputs(4, 96)
    before = answers(model, inputs)
    inputs["waveforms"] = inputs["waveforms"].clone()
    inputs["waveforms"][0] += 0.1
    after = answers(model, inputs)
    second = differs(
        {name: tensor[1:2] for name, tensor in before.items()},
        {name: tensor[1:2] for name, tensor in after.items()},
    )
    # A threshold belongs to the series: its pool sees every level, whatever the layers see.
    whole = {"threshold.logits", "loss_class.logits"}
    assert second == (set(before) if across else whole)


def test_the_order_of_recordings_is_irrelevant() -> None:
    model, inputs = network(), example_inputs(4, 96)
    inputs["series"] = torch.zeros(4, dtype=torch.long)
    order = torch.tensor([2, 0, 3, 1])
    shuffled = answers(model, {name: tensor[order] for name, tensor in inputs.items()})
    straight = answers(model, inputs)
    assert not differs({name: tensor[order] for name, tensor in straight.items()}, shuffled)


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_is_read_and_may_be_unknown(name: str) -> None:
    model, inputs = network(), example_inputs(2, 96)
    inputs["conditions"] = torch.ones_like(inputs["conditions"])
    known = answers(model, inputs)
    inputs["conditions"][:, column(name)] = torch.nan
    unknown = answers(model, inputs)
    assert all(tensor.isfinite().all() for tensor in unknown.values())
    assert "threshold.logits" in differs(known, unknown)


def test_amplitude_is_not_normalised_away() -> None:
    model, inputs = network(), example_inputs(2, 96)
    loud = inputs | {"waveforms": 3.0 * inputs["waveforms"]}
    assert "amplitude.mean" in differs(answers(model, inputs), answers(model, loud))


@pytest.mark.parametrize(("recordings", "samples"), [(1, 96), (5, 200), (3, 384)])
def test_the_graph_answers_what_the_network_answers(recordings: int, samples: int) -> None:
    model = network()
    session = onnxruntime.InferenceSession(series_graph(model))
    inputs = example_inputs(recordings, samples)
    wanted = answers(model, inputs)
    found = session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})
    for (name, tensor), array in zip(wanted.items(), found, strict=True):
        np.testing.assert_allclose(array, tensor.numpy(), atol=2e-5, err_msg=name)


def test_gradients_reach_every_parameter() -> None:
    model = network().train()
    sum(tensor.square().sum() for tensor in model(**example_inputs(6, 384)).values()).backward()
    silent = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []
