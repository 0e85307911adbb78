"""Losses of numbers, per label; a prediction and a target in units of the target's spread."""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from evoscope.multitask.losses.masking import hide

LOG_VARIANCE_RANGE = (-9.2, 9.2)
"""Of spreads between a hundredth and a hundred units: beyond, a variance is a way to cheat."""


def squared_error(
    prediction: Float[Tensor, "*labels"],
    target: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
) -> Float[Tensor, "*labels"]:
    """Squared error, 0 where not present.

    Example:
        >>> squared_error(torch.tensor([3.0]), torch.tensor([1.0]), torch.tensor([True])).item()
        4.0
    """
    return (hide(prediction, present) - hide(target, present)) ** 2


def huber(
    prediction: Float[Tensor, "*labels"],
    target: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    *,
    delta: float = 1.0,
) -> Float[Tensor, "*labels"]:
    """Half the squared error up to ``delta``, linear beyond: one outlier pulls no harder than that.

    Source: Huber 1964.

    Example:
        >>> huber(torch.tensor([3.0]), torch.tensor([0.0]), torch.tensor([True])).item()
        2.5
    """
    x, y = hide(prediction, present), hide(target, present)
    return functional.huber_loss(x, y, reduction="none", delta=delta)


def gaussian_nll(
    *,
    mean: Float[Tensor, "*labels"],
    log_variance: Float[Tensor, "*labels"],
    target: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    beta: float = 0.0,
) -> Float[Tensor, "*labels"]:
    """Negative log likelihood of a normal distribution, without its constant.

    ``variance ** beta * ((target - mean) ** 2 / variance + log_variance) / 2``, where the first
    factor carries no gradient. With ``beta`` 0 it is the likelihood, under which a label that is
    predicted badly is soon called noise and no longer learned; with 1 the mean learns as from a
    squared error; 0.5 is what the source recommends. Source: Seitzer et al. 2022.

    Args:
        mean: predicted.
        log_variance: predicted; taken as within ``LOG_VARIANCE_RANGE``, while its gradient passes,
            so that one that ran out of the range finds back.
        target: true.
        present: which labels are known; the loss of the others is 0, their gradient too.
        beta: 0 to 1.

    Example:
        >>> known = torch.tensor([True])
        >>> gaussian_nll(mean=torch.zeros(1), log_variance=torch.zeros(1), target=torch.ones(1),
        ...              present=known).item()
        0.5
    """
    log_v = within_range(hide(log_variance, present))
    error = hide(mean, present) - hide(target, present)
    loss = 0.5 * (error**2 * torch.exp(-log_v) + log_v)
    return hide(loss * torch.exp(beta * log_v).detach() if beta else loss, present)


def outlier_mixture_nll(
    *,
    mean: Float[Tensor, "*labels"],
    log_variance: Float[Tensor, "*labels"],
    outlier_logit: Float[Tensor, "*labels"],
    target: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    outlier_scale: float = 3.0,
) -> Float[Tensor, "*labels"]:
    """Negative log likelihood of a normal distribution or, with some probability, an outlier.

    ``-log((1 - q) * Normal(target; mean, variance) + q * Laplace(target; 0, outlier_scale))``. An
    outlier says nothing of its row, so its distribution is broad and centred where all targets
    are, at zero: not at the prediction. Without the normal distribution's constant, like
    `gaussian_nll`, which this equals where outliers are impossible.

    Args:
        mean: predicted, in units of the targets' spread, about their centre.
        log_variance: predicted, of labels that are no outliers; bounded as in `gaussian_nll`.
        outlier_logit: predicted; ``q`` is its sigmoid.
        target: true.
        present: which labels are known; the loss of the others is 0, their gradient too.
        outlier_scale: of the Laplace distribution.

    Example:
        >>> known, far = torch.tensor([True]), torch.tensor([30.0])
        >>> loss = outlier_mixture_nll(mean=torch.zeros(1), log_variance=torch.zeros(1),
        ...                            outlier_logit=torch.zeros(1), target=far, present=known)
        >>> round(loss.item(), 1)  # the normal distribution alone would say 450
        11.6
    """
    y = hide(target, present)
    q = hide(outlier_logit, present)
    inlier = -gaussian_nll(mean=mean, log_variance=log_variance, target=target, present=present)
    # Both without the constant of the normal distribution.
    broad = 0.5 * math.log(2 * math.pi) - math.log(2 * outlier_scale) - y.abs() / outlier_scale
    either = torch.logaddexp(functional.logsigmoid(-q) + inlier, functional.logsigmoid(q) + broad)
    return hide(-either, present)


def within_range(log_variance: Float[Tensor, "*labels"]) -> Float[Tensor, "*labels"]:
    """Bound log variances, in units of the spread, and let their gradient pass.

    Example:
        >>> [round(v, 1) for v in within_range(torch.tensor([-50.0, 0.0])).tolist()]
        [-9.2, 0.0]
    """
    bounded = log_variance.detach().clamp(*LOG_VARIANCE_RANGE)
    return bounded + (log_variance - log_variance.detach())
