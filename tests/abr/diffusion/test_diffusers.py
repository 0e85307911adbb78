"""Independent oracle: the same formulas as the samplers of diffusers, on the same grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, HeunDiscreteScheduler

from evoscope.abr.diffusion import Sampler, TimeGrid, noise_rate, sample, signal_rate

from .gaussian import CLOCK, Array, like_responses, normal

# An old idiom of diffusers with numpy 2, not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
N = 120


def grid_of(sigma: Array) -> TimeGrid:
    column = np.asarray(sigma, dtype=np.float64)[:, None]
    return TimeGrid(t=np.asarray(CLOCK.t(column)), sigma=column)


def v_of(data: Any, z_or_x: torch.Tensor, sigma: float, *, exploding: bool) -> torch.Tensor:
    """What a v-network would answer, for a sampler that asks for it."""
    x = z_or_x.double().numpy() * (signal_rate(sigma) if exploding else 1.0)
    t = np.full(x.shape[0], float(CLOCK.t(sigma)))
    x0 = data.denoise(x, t=t)
    return torch.from_numpy((signal_rate(sigma) * x - x0) / noise_rate(sigma))


@pytest.mark.parametrize("steps", [7, 20])
def test_dpm_solver_2m(steps: int) -> None:
    data, x = like_responses(N), normal(3, N)
    theirs = DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        solver_order=2,
        solver_type="midpoint",
        use_karras_sigmas=True,
        final_sigmas_type="zero",
    )
    theirs.set_timesteps(steps)
    # Their own range begins at a sigma of 20,000, which this clock does not know.
    theirs.sigmas = torch.cat([torch.logspace(1.9, -1.5, steps), torch.zeros(1)])
    theirs.set_begin_index(0)
    sigma = theirs.sigmas.double().numpy()
    there = torch.from_numpy(x)
    for i, t in enumerate(theirs.timesteps):
        v = v_of(data, there, sigma[i], exploding=False)
        there = theirs.step(v, t, there).prev_sample
    ours = sample(data.denoise, x, grid=grid_of(sigma), sampler="dpm_solver_2m")
    np.testing.assert_allclose(ours, there.numpy(), atol=2e-4)


@pytest.mark.parametrize(("sampler", "eta"), [("ddim", 0.0), ("ancestral", 1.0)])
def test_ddim_and_ancestral(sampler: Sampler, eta: float) -> None:
    data, x = like_responses(N), normal(3, N)
    theirs = DDIMScheduler(
        beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", clip_sample=False
    )
    theirs.set_timesteps(20)
    alphas = theirs.alphas_cumprod.double().numpy()
    keep = [int(t) for t in theirs.timesteps if alphas[int(t)] > 1.0 / (1.0 + 79.0**2)]
    sigma = np.append(np.sqrt(1.0 / alphas[keep] - 1.0), 0.0)
    draws = [torch.from_numpy(normal(3, N, seed=10 + i)) for i in range(len(keep))]
    there = torch.from_numpy(x)
    for i, t in enumerate(keep):
        v = v_of(data, there, sigma[i], exploding=False)
        noise = draws[i] if eta else None
        there = theirs.step(v, t, there, eta=eta, variance_noise=noise).prev_sample
    order = iter(draws)
    ours = sample(
        data.denoise,
        x,
        grid=grid_of(sigma),
        sampler=sampler,
        noise=lambda _x: next(order).numpy(),
    )
    np.testing.assert_allclose(ours, there.numpy(), atol=2e-4)


def test_heun() -> None:
    data, x, steps = like_responses(N), normal(3, N), 12
    theirs = HeunDiscreteScheduler(
        beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", use_karras_sigmas=True
    )
    theirs.set_timesteps(steps)
    levels = torch.logspace(1.9, -1.5, steps)
    theirs.sigmas = torch.cat([levels[:1], levels[1:].repeat_interleave(2), torch.zeros(1)])
    z = torch.from_numpy(x * np.sqrt(1.0 + float(levels[0]) ** 2))
    for i in range(2 * steps - 1):
        # The second slope of a step is taken at the level the step leads to.
        v = v_of(data, z, float(theirs.sigmas[i]), exploding=True)
        z = theirs.step(v, theirs.timesteps[i], z).prev_sample
    ours = sample(
        data.denoise, x, grid=grid_of(np.append(levels.double().numpy(), 0.0)), sampler="heun"
    )
    np.testing.assert_allclose(ours, z.numpy(), atol=2e-3)
