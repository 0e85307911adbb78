"""A flow fitted to where a trained autoencoder puts its training recordings."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.abr.learning.cvae.flow import LatentFlow
from evoscope.abr.learning.cvae.network import ConditionalVAE
from evoscope.abr.learning.cvae.settings import Prior, Seeing
from evoscope.abr.learning.cvae.source import CVAESource
from evoscope.abr.learning.layers import drop_conditions
from evoscope.measure import Measured
from evoscope.multitask.seeds import derived_seed, generator

_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Placed:
    """Where an encoder puts recordings.

    Attributes:
        mean, spread: ``(n, latent)`` of every posterior.
        conditions: ``(n, columns)``.
    """

    mean: Float[Tensor, "n latent"]
    spread: Float[Tensor, "n latent"]
    conditions: Float[Tensor, "n columns"]


@torch.no_grad()
def placed(network: ConditionalVAE, source: CVAESource) -> Placed:
    """Encode recordings as they are, with all that is known of them."""
    network.eval()
    device = next(network.parameters()).device
    means, spreads = [], []
    for i in range(0, len(source), _AT_ONCE):
        part = slice(i, i + _AT_ONCE)
        features = source.features[part].to(device)
        told = source.conditions[part].to(device)
        q = network.encode(source.signals[part].to(device), told, features[:, :3], features[:, 3:])
        means.append(q["mean"].cpu())
        spreads.append((0.5 * q["log_variance"]).exp().cpu())
    return Placed(torch.cat(means), torch.cat(spreads), source.conditions)


def fit_prior(where: Placed, settings: Prior, seeing: Seeing, *, seed: int) -> LatentFlow:
    """Fit a flow by maximum likelihood of draws from the posteriors.

    Conditions are dropped as they were for the autoencoder: each has a null to be drawn by.

    Args:
        where: the training recordings lie.
        settings: of the flow and its fit.
        seeing: what is not told.
        seed: of everything drawn.
    """
    latent = where.mean.shape[1]
    with torch.random.fork_rng():
        torch.manual_seed(derived_seed(seed, "prior"))
        flow = LatentFlow(latent, couplings=settings.couplings, width=settings.width)
    total = (where.mean.var(0) + where.spread.square().mean(0)).sqrt()
    flow.centre.copy_(where.mean.mean(0))
    flow.spread.copy_(total)
    draws = generator(seed, "prior", "fit")
    optimizer = torch.optim.Adam(flow.parameters(), lr=settings.learning_rate)
    for step in range(settings.steps):
        for group in optimizer.param_groups:
            half_cosine = 0.5 * (1.0 + math.cos(math.pi * step / settings.steps))
            group["lr"] = settings.learning_rate * half_cosine
        rows = torch.randint(len(where.mean), (settings.batch_size,), generator=draws)
        z = where.mean[rows]
        z = z + where.spread[rows] * torch.randn(z.shape, generator=draws)
        told = drop_conditions(
            where.conditions[rows],
            sample_share=seeing.all_dropped,
            cell_share=seeing.one_dropped,
            generator=draws,
        )
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(-flow.to_noise(z, told)[1].mean())
        torch.nn.utils.clip_grad_norm_(flow.parameters(), 10.0)
        optimizer.step()
    return flow.eval()


@torch.no_grad()
def prior_nats(flow: LatentFlow | None, where: Placed, *, seed: int = 0) -> Measured:
    """Mean of minus the log density of posterior draws under a prior, nats; lower is better.

    Args:
        flow: ``None`` for the standard normal.
        where: recordings lie, best such that the flow has not seen.
        seed: of the draws.
    """
    z = where.mean + where.spread * torch.randn(where.mean.shape, generator=generator(seed, "z"))
    if flow is None:
        nats = 0.5 * (z.square() + math.log(2.0 * math.pi)).sum(1)
    else:
        nats = -flow.to_noise(z, where.conditions)[1]
    return Measured(float(nats.double().mean()), len(z))
