"""One table of configurations: each is built, run, trained a step, and counted."""

from __future__ import annotations

import math

import pytest
import torch

from evoscope.abr.learning.layers import EMBEDDED_CONDITIONS
from evoscope.abr.learning.unet import CONFIGURATIONS, PARAMETERS, HierarchicalUNet

from .small import build, inputs_of, small

CLICK = [0.5, 60.0, 21.1, 0.15, 30.0, 0.0, 0.0]
TONE = [35.0, 40.0, 39.1, 0.10, 20.0, 2000.0, 0.0]

# A change of these is a change of the models that exist: checkpoints no longer fit.
PARAMETER_COUNTS = {
    "reference": 1_874_465,
    "full": 452_873,
    "joint": 505_321,
    "without_transformers": 369_169,
    "without_s4d": 514_329,
    "forward_s4d": 436_745,
    "without_film": 395_673,
    "without_attention_skips": 411_697,
    "without_task_extractors": 436_265,
    "without_multi_scale_attention": 431_153,
    "plain": 293_921,
    "production": 342_057,
}


@pytest.fixture(params=sorted(CONFIGURATIONS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_outputs_fit_heads_and_every_parameter_learns(name: str) -> None:
    config = small(name)
    network, inputs = build(config), inputs_of(config, 4)
    # Every null is met: nothing known, a click, and two tones.
    inputs["t"][0] = math.nan
    inputs["conditions"] = torch.tensor([[math.nan] * 7, CLICK, TONE, TONE])
    if config.joint:
        inputs["noisy_parameters"][0] = math.nan
    out = network(**inputs)

    assert out["signal"].shape == inputs["x"].shape
    shapes = {task: tuple(out[f"{task}_features"].shape[1:]) for task in network.feature_shapes}
    assert shapes == network.feature_shapes
    others = set(out) - {"signal"} - {f"{task}_features" for task in shapes}
    assert others == ({"parameters"} if config.joint else set())

    loss = torch.stack([(values * torch.randn_like(values)).sum() for values in out.values()])
    loss.sum().backward()
    idle = [
        key
        for key, p in network.named_parameters()
        if p.grad is None or not p.grad.isfinite().all() or p.grad.abs().sum() == 0
    ]
    assert idle == []


def test_time_and_every_condition_reach_every_output(name: str) -> None:
    config = small(name)
    network = build(config).eval()
    # One recording as it is, then with one thing changed or unknown at a time.
    told = [(0.3, TONE), (0.6, TONE), (math.nan, TONE)]
    told += [
        (0.3, [*TONE[:column], value, *TONE[column + 1 :]])
        for column in range(len(EMBEDDED_CONDITIONS))
        for value in (3.0 + 1.5 * TONE[column], math.nan)
    ]
    inputs = {
        key: values[:1].expand(len(told), *values.shape[1:])
        for key, values in inputs_of(config).items()
    }
    inputs["t"] = torch.tensor([t for t, _ in told])
    inputs["conditions"] = torch.tensor([row for _, row in told])
    with torch.no_grad():
        out = network(**inputs)
    for output, values in out.items():
        changes = (values[1:] - values[0]).flatten(1).abs().amax(dim=1)
        assert changes.min() > 1e-5, (output, told[1 + int(changes.argmin())])


@pytest.mark.parametrize(
    "switched",
    [each for each in sorted(CONFIGURATIONS) if each not in ("full", "reference", "production")],
)
def test_every_switch_changes_the_network_and_its_answer(switched: str) -> None:
    full, other = small("full"), small(switched)
    assert count(full) != count(other)
    inputs = inputs_of(full)
    with torch.no_grad():
        answer = build(full)(**inputs)["peaks_features"]
        different = build(other)(**inputs_of(other))["peaks_features"]
    assert not torch.allclose(answer, different)


def test_parameter_counts_are_the_recorded_ones() -> None:
    found = {name: count(config) for name, config in CONFIGURATIONS.items()}
    assert found == PARAMETER_COUNTS


def test_the_production_candidate_leaves_room_for_heads() -> None:
    assert count(CONFIGURATIONS["production"]) <= 350_000


def count(config: object) -> int:
    with torch.device("meta"):
        network = HierarchicalUNet(config)  # type: ignore[arg-type]
    return sum(p.numel() for p in network.parameters())


def test_the_generated_parameters_are_named_once() -> None:
    assert len({parameter.name for parameter in PARAMETERS}) == len(PARAMETERS)
