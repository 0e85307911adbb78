"""Responses and noise in; noisy waveforms, targets and weights out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.abr.diffusion import noise_rate, signal_rate
from evoscope.abr.learning.diffusion.settings import Diffusing

LEAST_SIGMA = 0.005
"""Below this nothing is learned: samplers take their last step from 0.02."""
_HEADROOM = 1.05


@dataclass(frozen=True, eq=False)
class Noisy:
    """What the network sees of some responses, and what it should answer.

    Attributes:
        x: ``(n, samples)`` at constant variance.
        sigma: ``(n,)`` noise over signal in ``x``.
        velocity: ``(n, samples)`` the target.
        weight: ``(n,)`` how much an error counts.
    """

    x: Float[Tensor, "n samples"]
    sigma: Float[Tensor, " n"]
    velocity: Float[Tensor, "n samples"]
    weight: Float[Tensor, " n"]


def noisy(
    responses: Float[Tensor, "n samples"],
    *,
    floor: Float[Tensor, " n"],
    noise: Float[Tensor, "n samples"],
    sigma: Float[Tensor, " n"],
    settings: Diffusing,
) -> Noisy:
    """Add noise until it is ``sigma`` loud.

    A response that was measured has noise of its own, ``floor`` loud. Then the clean response is
    not known, but above the floor it can be learned all the same: what is expected of the
    measured one, given a noisier one ``z``, is ``(1 - r) x0 + r z`` with ``r = floor^2 / sigma^2``
    (Daras, Dimakis and Daskalakis 2024), so that ``(measured - r z) / (1 - r)`` is right in the
    mean as a target for x0, and counts for ``1 - r`` as its variance is the larger.

    Args:
        responses: clean, or measured.
        floor: noise in them; 0 where clean.
        noise: of unit loudness.
        sigma: noise wanted; not below 1.05 floors or the least, whichever is more.
        settings: how errors count.
    """
    least = (_HEADROOM * floor).clamp_min(LEAST_SIGMA)
    sigma = torch.maximum(sigma, least)
    added = (sigma.square() - floor.square()).sqrt()
    z = responses + added[:, None] * noise
    share = (floor / sigma).square()
    target = (responses - share[:, None] * z) / (1.0 - share[:, None])
    s, n = signal_rate(sigma), noise_rate(sigma)
    x = s[:, None] * z
    velocity = (s[:, None] * x - target) / n[:, None]
    return Noisy(x, sigma, velocity, (1.0 - share) * loss_weight(sigma, settings))


def loss_weight(sigma: Float[Tensor, " n"], settings: Diffusing) -> Float[Tensor, " n"]:
    """Return how much the squared error of a velocity counts at these noise levels.

    ``velocity`` is 1 throughout, which is ``SNR + 1`` on the error of the clean response (Salimans
    and Ho 2022); ``min_snr`` replaces that by ``min(SNR, gamma)`` (Hang et al. 2023).

    Example:
        >>> loss_weight(torch.tensor([0.1, 1.0]), Diffusing(loss_weight="min_snr", gamma=1.0))
        tensor([0.0099, 0.5000])
    """
    if settings.loss_weight == "velocity":
        return torch.ones_like(sigma)
    ratio = sigma**-2.0
    return ratio.clamp_max(settings.gamma) / (ratio + 1.0)
