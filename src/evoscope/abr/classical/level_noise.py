"""The noise of every level of a series: measured where it can be, modelled where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.classical.cosines import Band, project, smooth
from evoscope.abr.classical.prepare import Prepared

# Log-scale shrinkage of measured level noise towards the series: a half-difference has few
# degrees of freedom, and a level that looks quiet by luck must not decide the threshold.
TRUST_IN_MEASURED_LEVEL = 0.7
# A record this far from both neighbours, in units of the series noise, is an artefact.
OUTLIER_RATIO = 4.0
SMALLEST_SHARE = 1e-6


@dataclass(frozen=True)
class LevelNoise:
    """Noise variance ``spectrum[k] * scale[l]`` of coefficient k at level l, in uV^2.

    ``measured`` is false when the variance is modelled from differences between levels.
    """

    spectrum: NDArray[np.float64]
    scale: NDArray[np.float64]
    measured: bool

    def rms_uv(self, level_index: int, n_samples: int) -> float:
        """Residual noise RMS of a level in a window of ``n_samples``, in uV."""
        return float(np.sqrt(self.spectrum.sum() * self.scale[level_index] / n_samples))


def measured_noise(
    prepared: Prepared, *, start_ms: float, stop_ms: float, band: Band
) -> LevelNoise | None:
    """Noise from the independent parts of each level; ``None`` when most levels have none.

    One repeated level among fifteen says little of the other fourteen: it was often repeated
    because something went wrong there.
    """
    rows = [
        project(
            level.deviations(),
            time_ms=prepared.time_ms,
            start_ms=start_ms,
            stop_ms=stop_ms,
            band=band,
        )
        if level.count > 1
        else None
        for level in prepared.levels
    ]
    power = np.array([np.nan if r is None else (r**2).mean() for r in rows])
    # A noise this far below the others is a copy of one half, or rounding.
    some = power[power > 0]
    if not some.size:
        return None
    known = power > SMALLEST_SHARE * np.median(some)
    if 2 * int(known.sum()) <= known.size:
        return None
    sweeps = np.array([np.nan if s is None else float(s) for s in prepared.level_sweeps])
    if not known.all():
        # Noise power falls with the sweeps; without their number all levels are alike.
        typical = float(np.median(power[known]))
        stated = known & np.isfinite(sweeps)
        guess = np.full(power.size, np.nan)
        if stated.any():
            guess = np.median(power[stated] * sweeps[stated]) / sweeps
        power = np.where(known, power, np.where(np.isfinite(guess), guess, typical))
    typical = float(np.exp(np.log(power).mean()))
    shape = np.mean(
        [
            (r**2).mean(axis=0) / p
            for r, p, k in zip(rows, power, known, strict=True)
            if r is not None and k
        ],
        axis=0,
    )
    scale = np.exp(TRUST_IN_MEASURED_LEVEL * np.log(power / typical))
    return LevelNoise(smooth(shape) * typical, scale, measured=True)


def modelled_noise(
    coefficients: NDArray[np.float64], level_sweeps: Sequence[int | None]
) -> LevelNoise | None:
    """Noise from second differences over levels: responses change smoothly, noise does not.

    The quietest third of the differences is taken, because loud responses do not cancel fully.
    Where the sweeps are known, noise power goes with their inverse.

    Args:
        coefficients: ``(n_levels, n_coefficients)``, softest level first.
        level_sweeps: sweeps of each level, ``None`` where the files do not say.

    Returns:
        The noise, or ``None`` with fewer than three levels.
    """
    n_levels = len(coefficients)
    if n_levels < 3:
        return None
    sweeps = np.array([np.nan if s is None else float(s) for s in level_sweeps])
    scale = np.ones(n_levels)
    if np.isfinite(sweeps).all():
        scale = np.exp(np.log(sweeps).mean()) / sweeps
    size = np.sqrt(scale[2:] + 4 * scale[1:-1] + scale[:-2])
    second = (coefficients[2:] - 2 * coefficients[1:-1] + coefficients[:-2]) / size[:, None]
    power = (second**2).mean(axis=1)
    quiet = np.argsort(power)[: max(2, len(power) // 3)]
    spectrum = smooth((second[quiet] ** 2).mean(axis=0))
    # A floor against division by zero, relative: the unit may be wrong, the answer must not be.
    spectrum = np.maximum(spectrum, 1e-9 * max(float(spectrum.max()), 1e-300))
    for i in range(n_levels):
        near = [j for j in (i - 1, i + 1) if 0 <= j < n_levels]
        misfit = coefficients[i] - coefficients[near].mean(axis=0)
        excess = float((misfit**2 / spectrum).mean()) / (scale[i] + scale[near].mean() / len(near))
        neighbours = float((coefficients[near] ** 2 / spectrum).mean())
        if excess > OUTLIER_RATIO * max(1.0, neighbours):
            scale[i] *= excess
    return LevelNoise(spectrum, scale, measured=False)
