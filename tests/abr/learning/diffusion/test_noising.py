"""Noisy waveforms and their targets: what the network is asked, to the number."""

from __future__ import annotations

import torch

from evoscope.abr.diffusion import velocity
from evoscope.abr.learning.diffusion.noising import LEAST_SIGMA, loss_weight, noisy
from evoscope.abr.learning.diffusion.settings import Diffusing

PLAIN = Diffusing()


def test_clean_responses_get_the_velocity_of_their_noise() -> None:
    x0, eps = torch.randn(6, 40), torch.randn(6, 40)
    sigma = torch.tensor([0.01, 0.1, 0.5, 1.0, 5.0, 50.0])
    made = noisy(x0, floor=torch.zeros(6), noise=eps, sigma=sigma, settings=PLAIN)
    expected = velocity(x0=x0, eps=eps, sigma=sigma)
    assert torch.allclose(made.velocity, expected, atol=2e-3)
    assert torch.equal(made.weight, torch.ones(6))


def test_averages_with_noise_teach_the_clean_response_in_the_mean() -> None:
    # One clean response, measured ten thousand times: regressing on the target at the same noisy
    # input gives x0 although no row holds it.
    n = 200_000
    generator = torch.Generator().manual_seed(0)
    x0 = torch.randn(n, 1, generator=generator)
    measured = x0 + 0.8 * torch.randn(n, 1, generator=generator)
    noise = torch.randn(n, 1, generator=generator)
    made = noisy(
        measured,
        floor=torch.full((n,), 0.8),
        noise=noise,
        sigma=torch.full((n,), 2.0),
        settings=PLAIN,
    )
    stretch = 5.0**0.5
    z = made.x * stretch
    target = (made.x / stretch - made.velocity * 2.0 / stretch)[:, 0]
    slope = float((target * z[:, 0]).mean() / z.square().mean())
    assert abs(slope - 1.0 / 5.0) < 0.01  # E[x0 | z] of a standard normal at sigma 2
    naive = float((measured[:, 0] * z[:, 0]).mean() / z.square().mean())
    assert naive > 0.3  # taken for the truth, the measured ones would teach their noise


def test_nothing_is_asked_below_the_noise_that_is_there() -> None:
    made = noisy(
        torch.randn(2, 8),
        floor=torch.tensor([0.5, 0.0]),
        noise=torch.randn(2, 8),
        sigma=torch.tensor([0.1, 0.0]),
        settings=PLAIN,
    )
    assert made.sigma[0] > 0.5
    assert made.sigma[1] == LEAST_SIGMA
    assert made.velocity.isfinite().all()


def test_min_snr_counts_low_noise_less_and_high_noise_alike() -> None:
    sigma = torch.tensor([0.05, 0.2, 1.0, 10.0])
    capped = loss_weight(sigma, Diffusing(loss_weight="min_snr"))
    assert capped[0] < capped[1] < capped[2]
    assert torch.equal(loss_weight(sigma, PLAIN), torch.ones(4))
