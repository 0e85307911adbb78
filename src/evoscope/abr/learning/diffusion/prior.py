"""What is linear in denoising: the mean response, and in which directions responses differ."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

_LEAST_POWER = 1e-5


@dataclass(frozen=True, eq=False)
class Prior:
    """Mean and covariance of responses in the generator's coordinates.

    Attributes:
        mean: ``(samples,)``.
        directions: ``(samples, samples)``, orthonormal columns.
        power: ``(samples,)`` variance in each direction.
    """

    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    power: NDArray[np.float64]

    @classmethod
    def fit(cls, responses: NDArray[np.float64], *, noise_power: float = 0.0) -> Prior:
        """Estimate from responses ``(n, samples)``, less the noise they hold.

        Example:
            >>> responses = np.random.default_rng(0).standard_normal((500, 4)) * [2.0, 1, 1, 1]
            >>> Prior.fit(responses).power.round().tolist()
            [1.0, 1.0, 1.0, 4.0]
        """
        mean = responses.mean(axis=0)
        rest = responses - mean
        power, directions = np.linalg.eigh(rest.T @ rest / len(rest))
        return cls(mean, directions, np.maximum(power - noise_power, _LEAST_POWER))


class LinearStart(nn.Module):
    """The best linear estimate of a velocity, and the room that is left to better it.

    In each direction of the responses, of variance p, the linear estimate of z = x0 + sigma eps is
    ``p / (p + sigma^2) z`` and errs by ``p sigma^2 / (p + sigma^2)``: it tells a network what needs
    no network, and scales its answer to what can still be wrong. This is the skip and the output
    scale of Karras et al. (2022, section 5) with a covariance where they have one variance:
    responses fill some 30 of 200 directions, and without it the others are noise to be learned.

    Args:
        prior: of the responses.
    """

    mean: Tensor
    directions: Tensor
    power: Tensor

    def __init__(self, prior: Prior) -> None:
        super().__init__()
        for name in ("mean", "directions", "power"):
            self.register_buffer(name, torch.from_numpy(getattr(prior, name)).float())

    def unit(
        self, x: Float[Tensor, "n samples"], *, sigma: Float[Tensor, " n"]
    ) -> Float[Tensor, "n samples"]:
        """Return what is seen in each direction, least power first, at unit variance."""
        with _in_full(x):
            ratio = sigma[:, None]
            seen = ((1.0 + ratio.square()).sqrt() * x - self.mean) @ self.directions
            unit: Tensor = seen / (self.power + ratio.square()).sqrt()
        return unit

    def answer(
        self,
        x: Float[Tensor, "n samples"],
        unit: Float[Tensor, "n samples"],
        correction: Float[Tensor, "n samples"],
        *,
        sigma: Float[Tensor, " n"],
    ) -> Float[Tensor, "n samples"]:
        """Return the velocity of ``x`` from its `unit` and a correction of it, by direction."""
        with _in_full(x):
            ratio = sigma[:, None]
            stretch = (1.0 + ratio.square()).sqrt()
            whole = (self.power + ratio.square()).sqrt()
            by_direction = stretch / whole * (ratio * unit + self.power.sqrt() * correction)
            # Not with a transpose, which an exported graph would store as a second matrix.
            back = torch.einsum("nk,sk->ns", by_direction, self.directions)
            velocity: Tensor = back - ratio * x
        return velocity

    def forward(
        self,
        x: Float[Tensor, "n samples"],
        correction: Float[Tensor, "n samples"],
        *,
        sigma: Float[Tensor, " n"],
    ) -> Float[Tensor, "n samples"]:
        """Return the velocity of ``x`` from a network's correction of unit size, by sample."""
        return self.answer(x, self.unit(x, sigma=sigma), correction @ self.directions, sigma=sigma)


def _in_full(x: Tensor) -> AbstractContextManager[object]:
    """At little noise the linear part is nearly all: half the bits would be the loudest noise."""
    kind = x.device.type
    return torch.autocast(kind, enabled=False) if torch.is_autocast_enabled(kind) else nullcontext()
