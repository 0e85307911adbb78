"""Heun: the mean of the slopes at both ends of a step."""

from __future__ import annotations

import numpy as np

from evoscope.abr.diffusion.arrays import A
from evoscope.abr.diffusion.walk import Walk


def heun(walk: Walk[A]) -> A:
    """Walk deterministically, order 2, two evaluations a step (Karras et al. 2022, algorithm 1).

    The step to clean data is Euler's: there is no slope at sigma 0.
    """
    z = walk.start
    for i in walk:
        ratio = walk.sigma[i + 1] / walk.sigma[i]
        x0 = walk.x0(z, at=i)
        there: A = x0 + walk.scaled(z - x0, by=ratio)
        if not ratio.any():
            z = there
            continue
        x0_there = walk.x0(there, at=i + 1)
        # (sigma' - sigma) / 2 times each slope; a sample that ends clean keeps Euler's whole step.
        clean = ratio == 0.0
        here_part = np.where(clean, -1.0, (ratio - 1.0) / 2.0)
        there_part = np.where(clean, 0.0, (1.0 - 1.0 / np.where(clean, 1.0, ratio)) / 2.0)
        z = z + walk.scaled(z - x0, by=here_part) + walk.scaled(there - x0_there, by=there_part)
    return walk.end(z)
