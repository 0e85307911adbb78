"""How much noise is left in an average, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging.subaverages import SubAverages
from evoscope.abr.findings import NoiseSource

# A pre-stimulus stretch shorter than this holds too few independent values to be trusted.
PRESTIMULUS_MIN_MS = 4.0


@dataclass(frozen=True)
class ResidualNoise:
    """RMS of the noise left in an average in nV, with where that figure comes from."""

    rms_nv: float | None
    source: NoiseSource


def residual_noise(
    parts: SubAverages, *, time_ms: NDArray[np.float64], window: slice
) -> ResidualNoise:
    """Estimate the residual noise by the best means the recording allows.

    Trials, replicates and halves give it directly; else a pre-stimulus stretch of at least 4 ms;
    else it is not known from the recording alone (``none``), and a series may still model it.

    Args:
        parts: sub-averages of the recording.
        time_ms: ``(n_samples,)`` time after onset.
        window: samples of the response window.
    """
    if parts.count >= 2:
        rms_uv = float(np.sqrt(parts.noise_variance()[window].mean()))
        return ResidualNoise(1000 * rms_uv if rms_uv > 0 else None, parts.source)
    before = time_ms < -0.5
    if before.any() and float(np.ptp(time_ms[before])) >= PRESTIMULUS_MIN_MS:
        rms_uv = float(parts.mean()[before].std())
        if rms_uv > 0:
            return ResidualNoise(1000 * rms_uv, "prestimulus")
    return ResidualNoise(None, "none")


def more_sweeps(*, residual_nv: float, sweeps: int, target_nv: float) -> int:
    """Return how many more sweeps bring the residual noise down to a target.

    Noise falls with the square root of the sweeps: ``n_target = n (RN / target)^2``.

    Example:
        >>> more_sweeps(residual_nv=60.0, sweeps=1000, target_nv=40.0)
        1250
    """
    needed = sweeps * (residual_nv / target_nv) ** 2 - sweeps
    return max(0, int(np.ceil(needed / 50.0) * 50))
