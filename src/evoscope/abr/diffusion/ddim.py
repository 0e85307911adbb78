"""DDIM: the estimate and the noise it implies, mixed anew for the next level."""

from __future__ import annotations

from evoscope.abr.diffusion.arrays import A
from evoscope.abr.diffusion.walk import Walk


def ddim(walk: Walk[A]) -> A:
    """Walk deterministically, order 1 (Song, Meng & Ermon 2021, eta = 0; Euler in sigma)."""
    z = walk.start
    for i in walk:
        x0 = walk.x0(z, at=i)
        moved: A = x0 + walk.scaled(z - x0, by=walk.sigma[i + 1] / walk.sigma[i])
        z = moved
    return walk.end(z)
