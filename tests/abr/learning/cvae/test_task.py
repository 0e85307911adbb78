"""The bound counts what it says, and its flag sees a latent space that says nothing."""

# ruff: noqa: ARG002  what a run can do, a stand-in answers

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence

from evoscope.abr.learning.cvae.collapse import PosteriorCollapse
from evoscope.abr.learning.cvae.settings import Bound, PosteriorCollapseSettings
from evoscope.abr.learning.cvae.task import EvidenceBound, divergence
from evoscope.measure import Measured
from evoscope.multitask import EpochResult, Task
from evoscope.multitask.batch import Labels
from evoscope.multitask.weighting.fixed import Fixed

N, SAMPLES, LATENT = 12, 20, 4


def labels() -> Labels:
    source = torch.Generator().manual_seed(0)
    targets = {
        "signal": torch.randn(N, SAMPLES, generator=source),
        "latency_ms": 5.0 + torch.randn(N, 3, generator=source),
        "amplitude_uv": torch.rand(N, 3, generator=source),
        "present": (torch.rand(N, 3, generator=source) > 0.5).float(),
    }
    targets["response"] = torch.ones(N, 1)
    targets["latency_ms"][0] = torch.nan
    masks = {name: ~target.isnan() for name, target in targets.items()}
    return Labels(targets, {**masks, "signal": torch.ones(N, dtype=torch.bool)})


def outputs(known: Labels, *, share: float = 1.0) -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(1)
    return {
        "signal.mean": known.targets["signal"] + 0.5,
        "signal.latency_ms": known.targets["latency_ms"].nan_to_num(7.0) + 0.1,
        "signal.amplitude_uv": known.targets["amplitude_uv"] + 0.1,
        "signal.present_logits": torch.zeros(N, 3),
        "signal.response_logits": torch.zeros(N, 1),
        "signal.z_mean": torch.randn(N, LATENT, generator=source),
        "signal.z_log_variance": torch.randn(N, LATENT, generator=source),
        "signal.kl_share": torch.full((N,), share),
    }


def task(settings: Bound) -> EvidenceBound:
    own = EvidenceBound("signal", settings)
    own.fit(labels())
    return own


def test_the_divergence_is_that_of_torch() -> None:
    given = outputs(labels())
    mean, log_variance = given["signal.z_mean"], given["signal.z_log_variance"]
    expected = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0))
    assert torch.allclose(divergence(mean, log_variance), expected, atol=1e-5)


def test_the_bound_is_a_sum_over_each_recording_with_one_reduction_for_all() -> None:
    known, settings = labels(), Bound(beta=0.3, features=2.0)
    own, given = task(settings), outputs(known)
    loss = own.loss(given, known)
    spread = float(own.spread)
    expected = N * SAMPLES * (0.5 / spread) ** 2
    for name, part in (("latency_ms", slice(0, 3)), ("amplitude_uv", slice(3, 6))):
        count = known.present[name].sum(0)
        expected += 2.0 * float((count * (0.1 / own.feature_spread[part]) ** 2).sum())
    expected += 2.0 * N * (3 + 1) * math.log(2.0)  # three waves, and a response
    kl = float(divergence(given["signal.z_mean"], given["signal.z_log_variance"]).sum())
    assert float(loss.total) == pytest.approx(expected + 0.3 * kl, rel=1e-4)
    assert float(loss.weight) == N * SAMPLES
    figures = own.metrics(given, known)
    assert figures["kl"].value == pytest.approx(kl / N, rel=1e-4)
    assert figures["bound"].value == pytest.approx((expected + 0.3 * kl) / (N * SAMPLES), rel=1e-4)


def test_a_missing_feature_has_no_loss_and_no_gradient() -> None:
    known, own = labels(), task(Bound())
    given = outputs(known)
    given["signal.latency_ms"].requires_grad_(True)
    own.loss(given, known).total.backward()  # type: ignore[no-untyped-call]
    gradient = given["signal.latency_ms"].grad
    assert gradient is not None
    assert bool((gradient[0] == 0.0).all())
    assert bool((gradient[1:] != 0.0).all())


def test_where_there_is_no_response_only_that_is_asked() -> None:
    known, own = labels(), task(Bound())
    known.targets["signal"][0], known.targets["response"][0] = 0.0, 0.0
    given = outputs(known)
    for name in ("signal.mean", "signal.response_logits"):
        given[name].requires_grad_(True)
    own.loss(given, known).total.backward()  # type: ignore[no-untyped-call]
    waveform, response = (given[f"signal.{n}"].grad for n in ("mean", "response_logits"))
    assert waveform is not None
    assert response is not None
    assert bool((waveform[0] == 0.0).all())
    assert bool((waveform[1:] != 0.0).all())
    assert float(response[0]) > 0.0 > float(response[1])


def test_the_switch_scales_the_divergence_and_free_bits_stop_its_gradient() -> None:
    known = labels()

    def total(settings: Bound, share: float) -> float:
        return float(task(settings).loss(outputs(known, share=share), known).total)

    none, half, full = (total(Bound(beta=1.0), share) for share in (0.0, 0.5, 1.0))
    assert none < half < full
    assert half - none == pytest.approx(full - half, rel=1e-3)
    given = outputs(known)
    given["signal.z_mean"].requires_grad_(True)
    own = task(Bound(beta=1.0, free_bits=50.0))
    own.loss(given, known).total.backward()  # type: ignore[no-untyped-call]
    gradient = given["signal.z_mean"].grad
    assert gradient is None or bool((gradient == 0.0).all())


def test_active_units_are_those_that_vary() -> None:
    known, own = labels(), task(Bound())
    given = outputs(known)
    given["signal.z_mean"][:, :3] = 0.7
    assert own.metrics(given, known)["active_units"].value == 1.0
    trivial = own.metrics(own.baseline(known), known)
    assert trivial["active_units"].value == 0.0
    assert trivial["kl"].value == 0.0


class _Run:
    """What a flag needs of a run."""

    model = nn.Identity()
    tasks: Mapping[str, Task] = {}
    weighting = Fixed(["signal"])

    def __init__(self) -> None:
        self.stopped: list[str] = []

    def constant_loss(self, task: str) -> float:
        return 1.0

    def scale_rate(self, factor: float, reason: str) -> None:
        raise AssertionError(reason)

    def stop(self, reason: str) -> None:
        self.stopped.append(reason)

    def warn(self, message: str, **details: int | float | str) -> None:
        assert "posterior_collapse" in message


def result(epoch: int, active: float) -> EpochResult:
    figures = {"signal": {"active_units": Measured(active, 100)}}
    return EpochResult(epoch, 1.0, {"signal": 1.0}, {"signal": 1.0}, figures, {}, {})


def test_a_collapsed_latent_space_raises_the_flag_and_does_what_it_says() -> None:
    settings = PosteriorCollapseSettings(action="stop", least=0.5, from_epoch=1)
    flag = PosteriorCollapse(settings, task="signal", units=32)
    run = _Run()
    flag.on_epoch(run, result(0, 0.0))
    assert not flag.raised
    flag.on_epoch(run, result(1, 15.0))
    assert flag.stands("signal")
    assert "16 or more of 32. Found 15" in run.stopped[0]
    flag.on_epoch(run, result(2, 16.0))
    assert not flag.stands("signal")


def test_silence_does_not_count_for_the_correlation_of_recordings() -> None:
    known, own = labels(), task(Bound())
    given = outputs(known)
    known.targets["signal"][: N // 2] = 0.0
    figure = own.metrics(given, known)["recording_correlation"]
    assert figure.n == N - N // 2
    assert figure.value is not None
    assert np.isclose(figure.value, 1.0)
