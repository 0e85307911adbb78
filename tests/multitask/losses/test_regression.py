"""Losses of numbers beside torch's own and scipy's densities."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor, nn
from torch.nn import functional

from evoscope.multitask.losses import gaussian_nll, huber, outlier_mixture_nll, squared_error
from evoscope.multitask.losses.regression import LOG_VARIANCE_RANGE

GENERATOR = torch.Generator().manual_seed(0)
MEAN, LOG_VARIANCE, LOGIT, TARGET = torch.randn(4, 50, generator=GENERATOR).double()
ALL = torch.ones(50, dtype=torch.bool)
CONSTANT = 0.5 * math.log(2 * math.pi)


def test_squared_error_and_huber_are_torchs() -> None:
    torch.testing.assert_close(
        squared_error(MEAN, TARGET, ALL), functional.mse_loss(MEAN, TARGET, reduction="none")
    )
    torch.testing.assert_close(
        huber(MEAN, TARGET, ALL, delta=0.3),
        functional.huber_loss(MEAN, TARGET, reduction="none", delta=0.3),
    )


def test_the_likelihood_is_that_of_a_normal_distribution() -> None:
    ours = gaussian_nll(mean=MEAN, log_variance=LOG_VARIANCE, target=TARGET, present=ALL)
    expected = -stats.norm.logpdf(TARGET, MEAN, np.exp(0.5 * LOG_VARIANCE.numpy())) - CONSTANT
    np.testing.assert_allclose(ours.numpy(), expected)


def gradients(beta: float) -> tuple[Tensor, Tensor]:
    mean, log_v = MEAN.clone().requires_grad_(), LOG_VARIANCE.clone().requires_grad_()
    gaussian_nll(
        mean=mean, log_variance=log_v, target=TARGET, present=ALL, beta=beta
    ).sum().backward()
    assert mean.grad is not None
    assert log_v.grad is not None
    return mean.grad, log_v.grad


@pytest.mark.parametrize("beta", [0.5, 1.0])
def test_beta_scales_every_gradient_by_a_power_of_the_variance(beta: float) -> None:
    for ours, plain in zip(gradients(beta), gradients(0.0), strict=True):
        torch.testing.assert_close(ours, plain * torch.exp(beta * LOG_VARIANCE))


def test_with_beta_one_the_mean_learns_as_from_a_squared_error() -> None:
    torch.testing.assert_close(gradients(1.0)[0], MEAN - TARGET)


def test_a_variance_cannot_buy_a_boundless_loss_and_finds_back() -> None:
    runaway = torch.tensor([-80.0], requires_grad=True)
    one = torch.ones(1, dtype=torch.bool)
    zero = torch.zeros(1)
    hit = gaussian_nll(mean=zero, log_variance=runaway, target=zero, present=one)
    assert hit.item() == pytest.approx(LOG_VARIANCE_RANGE[0] / 2)
    gaussian_nll(mean=zero, log_variance=runaway, target=zero + 1, present=one).sum().backward()
    assert runaway.grad is not None
    assert runaway.grad.item() < -1.0, "descent must raise a variance that was much too small"


def test_the_mixture_is_the_likelihood_of_both_distributions() -> None:
    ours = outlier_mixture_nll(
        mean=MEAN, log_variance=LOG_VARIANCE, outlier_logit=LOGIT, target=TARGET, present=ALL
    )
    q = 1 / (1 + np.exp(-LOGIT.numpy()))
    inlier = stats.norm.pdf(TARGET, MEAN, np.exp(0.5 * LOG_VARIANCE.numpy()))
    density = (1 - q) * inlier + q * stats.laplace.pdf(TARGET, 0.0, 3.0)
    np.testing.assert_allclose(ours.numpy(), -np.log(density) - CONSTANT)


def test_without_outliers_the_mixture_is_the_likelihood() -> None:
    never = torch.full_like(LOGIT, -60.0)
    plain = gaussian_nll(mean=MEAN, log_variance=LOG_VARIANCE, target=TARGET, present=ALL)
    mixed = outlier_mixture_nll(
        mean=MEAN, log_variance=LOG_VARIANCE, outlier_logit=never, target=TARGET, present=ALL
    )
    torch.testing.assert_close(mixed, plain)


def fit_slope(loss: str) -> float:
    """Slope learned from y = x with one label in ten replaced by a far one."""
    generator = torch.Generator().manual_seed(3)
    x = torch.linspace(-1, 1, 200)
    y = x + 0.1 * torch.randn(200, generator=generator)
    y[170::3] = -6.0
    layer = nn.Linear(1, 1)
    nn.init.zeros_(layer.weight)
    spread = nn.Parameter(torch.zeros(()))
    odds = nn.Parameter(torch.full((), -2.0))
    optimiser = torch.optim.Adam([*layer.parameters(), spread, odds], 0.2)
    known = torch.ones(200, dtype=torch.bool)
    for _ in range(60):
        optimiser.zero_grad()
        mean = layer(x[:, None])[:, 0]
        each = (
            squared_error(mean, y, known)
            if loss == "mse"
            else outlier_mixture_nll(
                mean=mean,
                log_variance=spread.expand(200),
                outlier_logit=odds.expand(200),
                target=y,
                present=known,
            )
        )
        each.mean().backward()
        optimiser.step()
    return layer.weight.item()


def test_outliers_bend_a_squared_error_and_not_the_mixture() -> None:
    assert fit_slope("mse") < 0.3
    assert fit_slope("mixture") == pytest.approx(1.0, abs=0.05)
