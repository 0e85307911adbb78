"""Kinds of recordings and series whose intervals are calibrated by themselves."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.encoding import NOISE_KINDS, column

# Power of the average over that of its noise: the nearest to an Fmp that conditions tell.
RATIOS = (1.5, 3.1, 10.0)
STEPS_DB = (5.0, 10.0)


def of_recordings(conditions: NDArray[np.floating]) -> list[str]:
    """Name the stratum of every row of a table of encoded conditions.

    Example:
        >>> row = np.full((1, 11), np.nan)
        >>> row[0, [column("rms_uv"), column("residual_noise_nv")]] = 0.1, 50.0
        >>> row[0, column("noise_kind")] = 0
        >>> of_recordings(row)
        ['power ratio 3.1-10']
    """
    noise_uv = conditions[:, column("residual_noise_nv")] / 1000.0
    ratio = (conditions[:, column("rms_uv")] / noise_uv) ** 2
    modelled = ~measured(conditions)
    ends = ["0", *(f"{r:g}" for r in RATIOS)]
    names = [f"power ratio {a}-{b}" for a, b in itertools.pairwise(ends)]
    names.append(f"power ratio {ends[-1]}+")
    found = []
    for one, model in zip(ratio, modelled, strict=True):
        if np.isnan(one):
            found.append("noise unknown")
        elif model:
            found.append("noise modelled")
        else:
            found.append(names[int(np.searchsorted(RATIOS, one, side="right"))])
    return found


def of_series(levels_db: Sequence[float], *, noise_measured: bool) -> str:
    """Name the stratum of a series: by the usual step between its levels.

    Example:
        >>> of_series([20, 30, 40, 50], noise_measured=True), of_series([50], noise_measured=True)
        ('steps up to 10 dB', 'one level')
    """
    if not noise_measured:
        return "noise not measured"
    levels = np.unique(levels_db)
    if levels.size < 2:
        return "one level"
    step = float(np.median(np.diff(levels)))
    fits = [f"steps up to {limit:g} dB" for limit in STEPS_DB if step <= limit]
    return fits[0] if fits else f"steps above {STEPS_DB[-1]:g} dB"


def measured(conditions: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Whether the noise of each row of encoded conditions is known from parts of the recording."""
    return np.asarray(conditions[:, column("noise_kind")] == NOISE_KINDS.index("measured"))
