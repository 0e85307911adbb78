"""A prior that knows the conditions: a normalising flow over the latent space."""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from evoscope.abr.learning.cvae.conditions import WIDTH, EmbeddedConditions

_REACH = 3.0


class Coupling(nn.Module):
    """Scale and shift the units that are free by a function of those that are held.

    Args:
        held: which units are; the others are free.
        width: of the network between.
        condition_width: of the vector that is told.

    Source: affine couplings, Dinh, Sohl-Dickstein and Bengio 2017.
    """

    held: Tensor

    def __init__(self, held: Bool[Tensor, " latent"], *, width: int, condition_width: int) -> None:
        super().__init__()
        self.register_buffer("held", held.float())
        self.network = nn.Sequential(
            nn.Linear(len(held) + condition_width, width),
            nn.SiLU(),
            nn.Linear(width, width),
            nn.SiLU(),
            nn.Linear(width, 2 * len(held)),
        )
        # At zero it is the identity: a flow begins as the standard normal.
        last = self.network[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def _of(self, z: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        log_scale, shift = self.network(torch.cat([z * self.held, told], dim=1)).chunk(2, dim=1)
        free = 1.0 - self.held
        # A scale beyond exp(3) either way is a flow that has come apart.
        return free * _REACH * torch.tanh(log_scale / _REACH), free * shift

    def to_noise(
        self, z: Float[Tensor, "n latent"], told: Float[Tensor, "n width"]
    ) -> tuple[Float[Tensor, "n latent"], Float[Tensor, " n"]]:
        """Undo it, with the logarithm of the volume that this takes."""
        log_scale, shift = self._of(z, told)
        return (z - shift) * torch.exp(-log_scale), -log_scale.sum(1)

    def from_noise(
        self, noise: Float[Tensor, "n latent"], told: Float[Tensor, "n width"]
    ) -> Float[Tensor, "n latent"]:
        """Do it."""
        log_scale, shift = self._of(noise, told)
        moved: Tensor = noise * torch.exp(log_scale) + shift
        return moved


class LatentFlow(nn.Module):
    """p(z | conditions): standard normal noise, through couplings that are told the conditions.

    Where the divergence counts for little, recordings of one condition lie in a small and bent
    part of the latent space; a standard normal draws most of its recordings elsewhere.

    Args:
        latent: width of z.
        couplings: how many.
        width: of their networks.

    Example:
        >>> flow = LatentFlow(8, couplings=4, width=16)
        >>> z, unknown = torch.randn(5, 8), torch.full((5, 9), torch.nan)
        >>> noise, _ = flow.to_noise(z, unknown)
        >>> torch.allclose(flow(noise, unknown)["z"], z, atol=1e-5)
        True
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, latent: int, *, couplings: int, width: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(latent))
        self.register_buffer("spread", torch.ones(latent))
        self.told = EmbeddedConditions(WIDTH)
        masks = [torch.randperm(latent) < latent // 2 for _ in range((couplings + 1) // 2)]
        held = [mask for pair in masks for mask in (pair, ~pair)][:couplings]
        self.couplings = nn.ModuleList(
            Coupling(mask, width=width, condition_width=WIDTH) for mask in held
        )

    def to_noise(
        self, z: Float[Tensor, "n latent"], conditions: Float[Tensor, "n columns"]
    ) -> tuple[Float[Tensor, "n latent"], Float[Tensor, " n"]]:
        """Return the noise that z would be drawn from, and the log density of z, nats."""
        told = self.told(conditions)
        x, volume = (z - self.centre) / self.spread, -self.spread.log().sum()
        for coupling in reversed(self.couplings):
            assert isinstance(coupling, Coupling)
            x, own = coupling.to_noise(x, told)
            volume = volume + own
        log_normal = -0.5 * (x.square() + math.log(2.0 * math.pi)).sum(1)
        return x, log_normal + volume

    def forward(
        self, noise: Float[Tensor, "n latent"], conditions: Float[Tensor, "n columns"]
    ) -> dict[str, Tensor]:
        """Return ``z`` of standard normal noise."""
        told, x = self.told(conditions), noise
        for coupling in self.couplings:
            assert isinstance(coupling, Coupling)
            x = coupling.from_noise(x, told)
        return {"z": self.centre + self.spread * x}
