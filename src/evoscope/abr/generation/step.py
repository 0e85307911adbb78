"""The graph of a pack as a denoiser: what the samplers call."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion import Denoise, convert
from evoscope.abr.generation.contract import CLOCK, COLUMNS, GRAPH
from evoscope.runtime import Session

Floats = NDArray[np.float32]


def denoiser(session: Session, conditions: Floats | None) -> Denoise[Floats]:
    """Return what estimates clean waveforms and parameters, side by side in one array.

    Args:
        session: of the pack.
        conditions: ``(n, len(COLUMNS))``; ``None``: none, for guidance.
    """

    def denoise(x: Floats, *, t: Floats) -> Floats:
        n, n_samples = len(x), session.pack.card.graphs[GRAPH].inputs[0].shape[1]
        assert isinstance(n_samples, int)  # the contract fixes it
        told = np.full((n, len(COLUMNS)), np.nan, np.float32) if conditions is None else conditions
        v = velocity(session, x[:, :n_samples], t, told, noisy_parameters=x[:, n_samples:])
        return convert(v, x=x, sigma=CLOCK.sigma(t), given="v", wanted="x0")

    return denoise


def velocity(
    session: Session, x: Floats, t: Floats, conditions: Floats, *, noisy_parameters: Floats
) -> Floats:
    """Run the graph once: ``(n, n_samples + parameters)``, the velocities side by side."""
    out = session.run(
        GRAPH,
        {
            "x": np.ascontiguousarray(x),
            "t": t.astype(np.float32),
            "conditions": conditions,
            "noisy_parameters": np.ascontiguousarray(noisy_parameters),
        },
    )
    return np.concatenate([out["signal.v"], out["parameters.v"]], axis=1)
