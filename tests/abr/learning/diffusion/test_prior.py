"""The linear start: an oracle for Gaussian responses."""

from __future__ import annotations

import numpy as np
import torch

from evoscope.abr.diffusion import convert, noised
from evoscope.abr.learning.diffusion.prior import LinearStart, Prior


def test_the_linear_start_is_the_posterior_mean_of_gaussian_responses() -> None:
    rng = np.random.default_rng(1)
    mixing = rng.standard_normal((6, 6))
    mean = rng.standard_normal(6)
    responses = rng.standard_normal((50_000, 6)) @ mixing.T + mean
    start = LinearStart(Prior.fit(responses))
    x0 = torch.from_numpy(responses[:500]).float()
    for ratio in (0.05, 1.0, 30.0):
        sigma = torch.full((500,), ratio)
        x = noised(x0=x0, eps=torch.randn(x0.shape), sigma=sigma)
        v = start(x, torch.zeros_like(x), sigma=sigma)
        found = convert(v, x=x, sigma=sigma, given="v", wanted="x0")
        covariance = np.cov(responses.T)
        z = x.numpy() * np.sqrt(1 + ratio**2) - responses.mean(0)
        gain = covariance @ np.linalg.inv(covariance + ratio**2 * np.eye(6))
        assert np.allclose(found.numpy(), responses.mean(0) + z @ gain.T, atol=2e-3)


def test_what_responses_never_do_cannot_be_answered() -> None:
    responses = np.random.default_rng(0).standard_normal((400, 8)) * [1, 1, 1, 1, 0, 0, 0, 0]
    start = LinearStart(Prior.fit(responses))
    sigma, x = torch.ones(3), torch.zeros(3, 8)
    wild = start(x, 100.0 * torch.ones(3, 8), sigma=sigma) - start(
        x, torch.zeros(3, 8), sigma=sigma
    )
    assert wild[:, 4:].abs().max() < 1.0 < 50.0 < wild[:, :4].abs().min()
