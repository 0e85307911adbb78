"""A clock that is off tells the network another noise level than the recording has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler, DPMSolverMultistepScheduler
from hypothesis import given
from hypothesis import strategies as st

from evoscope.abr.diffusion import (
    CosineSchedule,
    KarrasSchedule,
    Schedule,
    check_schedule,
    signal_rate,
    time_grid,
    time_of,
)
from evoscope.abr.diffusion.arrays import N

from .gaussian import CLOCK

SCHEDULES: list[Schedule] = [
    CosineSchedule(),
    CosineSchedule(sigma_max=2000.0, offset=0.02),
    KarrasSchedule(),
    KarrasSchedule(rho=1.0),
]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_passes_its_own_check(schedule: Schedule) -> None:
    check_schedule(schedule)
    assert schedule.sigma(0.0) < 0.05
    assert schedule.sigma(1.0) == pytest.approx(schedule.sigma_max)  # type: ignore[attr-defined]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_torch_in_single_precision_reads_the_same_clock(schedule: Schedule) -> None:
    t = np.linspace(0.0, 1.0, 41)
    sigma = schedule.sigma(torch.from_numpy(t).float())
    np.testing.assert_allclose(sigma.numpy(), schedule.sigma(t), rtol=3e-4, atol=1e-7)
    np.testing.assert_allclose(schedule.t(sigma).numpy(), t, atol=2e-6)


@given(t=st.floats(0.0, 1.0))
def test_time_and_noise_undo_each_other(t: float) -> None:
    for schedule in SCHEDULES:
        assert abs(float(schedule.t(schedule.sigma(t))) - t) < 1e-7


def test_cosine_is_the_published_one() -> None:
    # diffusers builds it from betas of a thousand steps; its last ones are clipped.
    theirs = DDPMScheduler(num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2")
    alphas = theirs.alphas_cumprod.numpy().astype(np.float64)[:980]
    paper_t = np.arange(1, 981) / 1000
    # Our t = 1 lies where sigma is 80, a little before the paper's.
    endless = CosineSchedule(sigma_max=1e9)
    np.testing.assert_allclose(signal_rate(endless.sigma(paper_t)) ** 2, alphas, rtol=1e-4)
    stretch = float(endless.t(CLOCK.sigma(1.0)))
    assert 0.99 < stretch < 1.0
    np.testing.assert_allclose(CLOCK.sigma(paper_t), endless.sigma(paper_t * stretch), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_karras_spacing_is_the_published_one() -> None:
    theirs = DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2", use_karras_sigmas=True, final_sigmas_type="zero"
    )
    theirs.set_timesteps(12)
    sigma = theirs.sigmas.numpy().astype(np.float64)
    spacing = KarrasSchedule(sigma_min=sigma[-2], sigma_max=1e5)
    clock = CosineSchedule(sigma_max=1e6)
    grid = time_grid(clock, steps=12, t_start=float(clock.t(sigma[0])), spacing=spacing)
    np.testing.assert_allclose(grid.sigma[:, 0], sigma, rtol=1e-5)


def test_a_recording_noisier_than_another_gets_a_later_time() -> None:
    sigma = np.array([0.0, 0.3, 1.0, 3.0, 80.0 - 1e-9])
    t = time_of(sigma, schedule=CLOCK)
    assert (np.diff(t) > 0).all()
    np.testing.assert_allclose(CLOCK.sigma(t), sigma, atol=1e-9)
    np.testing.assert_allclose(time_of(torch.from_numpy(sigma), schedule=CLOCK).numpy(), t)
    assert time_of(0.3, schedule=CLOCK) == t[1]


@pytest.mark.parametrize("sigma", [-0.1, 100.0, np.nan, np.array([1.0, 300.0])])
def test_noise_outside_the_clock_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match=r"sigma should be between 0 and 80.*units"):
        time_of(sigma, schedule=CLOCK)


@dataclass
class Broken:
    """A cosine clock, spoiled."""

    fault: str

    def sigma(self, t: N, /) -> N:
        if self.fault == "backwards":
            return CLOCK.sigma(1.0 - t)  # type: ignore[operator,no-any-return]
        if self.fault == "endless":
            made: N = CLOCK.sigma(t) / (1.0 - t)  # type: ignore[operator]
            return made
        return CLOCK.sigma(t)

    def t(self, sigma: N, /) -> N:
        return sigma if self.fault == "one way" else CLOCK.t(sigma)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("backwards", "schedule should be growing with t"),
        ("endless", "schedule should be finite"),
        ("one way", r"undone by its own t\(sigma\)"),
    ],
)
def test_a_clock_that_is_none_is_refused_before_sampling(fault: str, message: str) -> None:
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match=message):
        time_grid(Broken(fault), steps=4)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="sigma_max should be a positive finite number"):
        CosineSchedule(sigma_max=np.inf)
    with pytest.raises(ValueError, match="offset should be"):
        CosineSchedule(offset=0.0)
    with pytest.raises(ValueError, match="sigma_max should be finite and above sigma_min 2"):
        KarrasSchedule(sigma_min=2.0, sigma_max=1.0)
