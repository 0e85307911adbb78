"""DPM-Solver++(2M): the estimate, extrapolated from the step before."""

from __future__ import annotations

import numpy as np

from evoscope.abr.diffusion.arrays import A
from evoscope.abr.diffusion.walk import Walk


def dpm_solver_2m(walk: Walk[A]) -> A:
    """Walk deterministically, order 2, one evaluation a step (Lu et al. 2022, algorithm 2).

    In ``h = -d log sigma`` the only approximation is that x0 is linear over a step. The first step
    has nothing to extrapolate from; the step to clean data returns the estimate itself.
    """
    z = walk.start
    before: A | None = None
    for i in walk:
        ratio = walk.sigma[i + 1] / walk.sigma[i]
        x0 = walk.x0(z, at=i)
        aim = x0
        if before is not None:
            step = -np.log(np.where(ratio == 0.0, 1.0, ratio))
            reach = step / (2.0 * np.log(walk.sigma[i - 1] / walk.sigma[i]))
            ahead: A = x0 + walk.scaled(x0 - before, by=reach)
            aim = ahead
        moved: A = aim + walk.scaled(z - aim, by=ratio)
        z, before = moved, x0
    return walk.end(z)
