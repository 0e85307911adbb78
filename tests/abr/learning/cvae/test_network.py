"""The reference is the design's, and nothing that is told to the network is lost on it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evoscope.abr.generation.contract import COLUMNS, column
from evoscope.abr.learning.cvae import ConditionalVAE, CVAEConfig, build_cvae, load_cvae_recipe
from evoscope.abr.learning.cvae.scales import Scales, principal

SCALES = Scales(np.zeros(200), 0.1, np.array([1.5, 3.7, 5.6, 0.2, 0.2, 0.4]), np.ones(6))
SMALL = CVAEConfig(patch=20, channels=16, heads=2, feed_forward=16, dropout=0.0)
WITH_ALL = CVAEConfig.model_validate(
    {**SMALL.model_dump(), "conditions": "embedded", "linear_start": True}
)


def network(config: CVAEConfig) -> ConditionalVAE:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ConditionalVAE(config, SCALES).eval()


def inputs(n: int) -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(1)
    conditions = torch.full((n, len(COLUMNS)), torch.nan)
    for name, value in (("age_years", 30.0), ("level_db", 60.0), ("rate_hz", 21.0)):
        conditions[:, column(name)] = value
    conditions[:, column("loss_class")] = 1.0
    conditions[:, column("threshold_db")] = 25.0
    return {
        "signal": 0.2 * torch.randn(n, 200, generator=source),
        "conditions": conditions,
        "latency_ms": torch.tensor([[1.6, 3.8, 5.7]]).repeat(n, 1),
        "amplitude_uv": torch.tensor([[0.1, 0.2, 0.4]]).repeat(n, 1),
    }


def test_the_reference_has_the_size_of_the_design() -> None:
    reference = build_cvae(load_cvae_recipe("cvae_reference"), SCALES)
    assert abs(sum(p.numel() for p in reference.parameters()) / 520_335 - 1.0) <= 0.05
    assert reference.joint.in_features == 144
    assert reference.joint.out_features == 64
    assert reference.z_mean.out_features == 32
    assert len(reference.encoder) == len(reference.decoder) == 2


def test_the_reference_recipe_says_what_the_design_says() -> None:
    recipe = load_cvae_recipe("cvae_reference")
    assert (recipe.epochs, recipe.batch_size, recipe.bound.beta) == (80, 32, 0.005)
    assert recipe.optimiser.learning_rate == 1e-4
    assert recipe.optimiser.gradient_clip == 1.0
    assert recipe.early_stopping is not None
    assert recipe.early_stopping.patience == 15
    rates = [recipe.schedule.factor(epoch, 80) for epoch in (0.0, 30.0, 60.0)]
    assert rates == [1.0, 0.5, 0.25]
    shares = [recipe.curriculum.at(epoch).switches["kl"] for epoch in (0, 30, 60, 79)]
    assert shares == [0.0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize("config", [SMALL, WITH_ALL], ids=["reference", "all switches"])
@pytest.mark.parametrize("name", ["signal", "latency_ms", "amplitude_uv"])
def test_every_stream_reaches_z(config: CVAEConfig, name: str) -> None:
    one, given = network(config), inputs(2)
    with torch.no_grad():
        before = one(**given)["signal.z_mean"]
        changed = one(**{**given, name: given[name] + 0.3})["signal.z_mean"]
        silent = one(**{**given, name: torch.zeros_like(given[name])})["signal.z_mean"]
    assert not torch.allclose(before, changed, atol=1e-6)
    assert not torch.allclose(before, silent, atol=1e-6)


@pytest.mark.parametrize("name", ["latency_ms", "amplitude_uv"])
def test_a_missing_feature_is_not_a_feature_of_zero(name: str) -> None:
    one, given = network(SMALL), inputs(1)
    unknown = torch.full((1, 3), torch.nan)
    with torch.no_grad():
        missing = one(**{**given, name: unknown})
        middle = one(**{**given, name: one.feature_centre.reshape(2, 3)[:1]})
        zero = one(**{**given, name: torch.zeros(1, 3)})
    for outputs in (middle, zero):
        assert not torch.allclose(missing["signal.z_mean"], outputs["signal.z_mean"], atol=1e-6)
    assert all(bool(value.isfinite().all()) for value in missing.values())


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (SMALL, ("age_years", "level_db", "rate_hz", "loss_class")),
        (
            WITH_ALL,
            (
                "age_years",
                "level_db",
                "rate_hz",
                "loss_class",
                "threshold_db",
                "frequency_hz",
                "species",
            ),
        ),
    ],
    ids=["numbers", "embedded"],
)
def test_every_condition_reaches_the_waveform(config: CVAEConfig, told: tuple[str, ...]) -> None:
    one, z = network(config), torch.zeros(1, 32)
    for name in told:
        given = inputs(1)["conditions"]
        other = given.clone()
        other[0, column(name)] = 0.0 if name in ("loss_class", "species") else 500.0
        with torch.no_grad():
            apart = one.decode(z, given)["signal"] - one.decode(z, other)["signal"]
        assert float(apart.abs().max()) > 1e-7, name


def test_z_reaches_everything_that_is_decoded() -> None:
    one, told = network(WITH_ALL), inputs(2)["conditions"]
    with torch.no_grad():
        made = one.decode(torch.stack([torch.zeros(32), torch.ones(32)]), told)
        read = one.features(torch.stack([torch.zeros(32), torch.ones(32)]), told)
    for name, values in made.items():
        assert float((values[0] - values[1]).abs().max()) > 1e-6, name
    for name, values in read.items():
        assert torch.allclose(values, made[name]), name


def test_a_linear_start_rebuilds_what_principal_components_hold() -> None:
    source = np.random.default_rng(0)
    sums = source.standard_normal((300, 5)) @ source.standard_normal((5, 200))
    scales = Scales.of(sums, np.full((300, 6), np.nan))
    one = ConditionalVAE(WITH_ALL, scales).eval()
    one.start_linear(torch.as_tensor(principal(sums, scales, count=32), dtype=torch.float32))
    torch.nn.init.constant_(one.features_out.bias, 1.0)  # all of them hold a response
    given = {**inputs(300), "signal": torch.as_tensor(sums, dtype=torch.float32)}
    with torch.no_grad():
        back = one(**given)
    assert torch.allclose(back["signal.mean"], given["signal"], atol=1e-3)
    spread = back["signal.z_mean"].std(0)
    assert torch.allclose(spread[:5], torch.ones(5), atol=0.05)
    assert torch.allclose(spread[5:], torch.zeros(27), atol=1e-4)


def test_a_recording_without_a_response_is_nothing_and_can_still_be_learned_from() -> None:
    one, z, told = network(WITH_ALL), torch.randn(3, 32), inputs(3)["conditions"]
    for bias, silent in ((-9.0, True), (9.0, False)):
        torch.nn.init.constant_(one.features_out.bias, bias)
        with torch.no_grad():
            assert bool((one.decode(z, told)["signal"] == 0.0).all()) == silent
    torch.nn.init.constant_(one.features_out.bias, -9.0)
    assert bool((one.train().decode(z, told)["signal"] != 0.0).any())


def test_training_draws_z_and_evaluation_does_not() -> None:
    one, given = network(SMALL), inputs(1)
    with torch.no_grad(), torch.random.fork_rng():
        assert torch.equal(one(**given)["signal.mean"], one(**given)["signal.mean"])
        one.train()
        assert not torch.equal(one(**given)["signal.mean"], one(**given)["signal.mean"])


def test_sizes_that_cannot_be_are_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="multiple of heads"):
        CVAEConfig(channels=10, heads=4)
    with pytest.raises(ValueError, match="divide the 200 samples"):
        network(CVAEConfig(patch=7))
    with pytest.raises(ValueError, match="one of cvae, cvae_reference"):
        load_cvae_recipe("vae")
