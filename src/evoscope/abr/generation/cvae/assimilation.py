"""Where a noisy recording lies among those that a generator draws, without a gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

MEMBERS = 256
STEPS = 4
Floats = NDArray[np.float64]


def assimilated(
    forward: Callable[[Floats], Floats],
    measured: Floats,
    variance: Floats,
    *,
    latent: int,
    seed: int,
) -> Floats:
    """Draw standard normal noise given what came of it: an ensemble near its posterior.

    Every step moves each member by the regression of the noise on what comes of it, towards the
    measurement with as much noise again as a step may take for granted. Exact for many members of
    something linear and Gaussian.

    Args:
        forward: ``(members, latent)`` noise to ``(members, values)``.
        measured: ``(values,)``.
        variance: ``(values,)`` of the noise in it.
        latent: width of the noise.
        seed: of the members.

    Returns:
        ``(MEMBERS, latent)``.

    Source: ensemble smoother with multiple data assimilation, Emerick and Reynolds 2013.

    Example:
        >>> found = assimilated(lambda e: e, np.array([2.0]), np.array([1.0]), latent=1, seed=0)
        >>> abs(float(found.mean()) - 1.0) < 0.15, abs(float(found.var()) - 0.5) < 0.15
        (True, True)
    """
    rng = np.random.default_rng(seed)
    members = rng.standard_normal((MEMBERS, latent))
    for _ in range(STEPS):
        made = forward(members)
        off = made - made.mean(axis=0)
        about = members - members.mean(axis=0)
        cross = about.T @ off / (MEMBERS - 1)
        spread = off.T @ off / (MEMBERS - 1) + STEPS * np.diag(variance)
        noise = rng.standard_normal(made.shape) * np.sqrt(STEPS * variance)
        members = members + np.linalg.solve(spread, (measured + noise - made).T).T @ cross.T
    return members
