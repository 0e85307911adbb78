"""Ancestral sampling: each step drawn from the posterior given the estimate."""

from __future__ import annotations

import numpy as np

from evoscope.abr.diffusion.arrays import A
from evoscope.abr.diffusion.walk import Walk


def ancestral(walk: Walk[A]) -> A:
    """Walk at random, order 1 in distribution (Ho, Jain & Abbeel 2020; DDIM's eta = 1).

    Old noise shrinks to ``(sigma' / sigma)^2`` of itself, and new noise makes up the difference.
    """
    z = walk.start
    for i in walk:
        now, then = walk.sigma[i], walk.sigma[i + 1]
        x0 = walk.x0(z, at=i)
        kept: A = x0 + walk.scaled(z - x0, by=(then / now) ** 2)
        fresh = then * np.sqrt(1.0 - (then / now) ** 2)
        z = kept + walk.scaled(walk.noise(z), by=fresh) if fresh.any() else kept
    return walk.end(z)
