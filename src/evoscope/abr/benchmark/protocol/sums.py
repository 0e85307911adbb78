"""What is kept of a denoised waveform: the sums that every figure of denoising is made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

ESTIMATES = ("found", "raw", "wiener", "linear")
"""The analyzer's waveform, the raw average, and those of the two rivals."""
SUM_COLUMNS = (
    "clean_n",
    "clean_sum",
    "clean_square",
    *(f"{e}_{what}" for e in ESTIMATES for what in ("sum", "square", "cross", "error")),
)


def sums_of(
    clean: NDArray[np.float64], estimates: Mapping[str, NDArray[np.float64] | None]
) -> dict[str, float]:
    """Sum a clean waveform and its estimates over the samples that ``found`` covers.

    Args:
        clean: ``(n_samples,)`` uV, without NaN.
        estimates: ``(n_samples,)`` uV under names of ``ESTIMATES``; NaN where a waveform does not
            reach, ``None`` where there is none.

    Returns:
        One number per name of ``SUM_COLUMNS``; NaN for an estimate that is not there.

    Example:
        >>> one = np.array([0.0, 1.0])
        >>> sums_of(one, {"found": one, "raw": one + 1})["raw_error"]
        2.0
    """
    found = estimates.get("found")
    inside = np.ones(clean.size, bool) if found is None else np.isfinite(found)
    c = clean[inside]
    sums = {"clean_n": float(c.size), "clean_sum": float(c.sum()), "clean_square": float(c @ c)}
    for name in ESTIMATES:
        whole = estimates.get(name)
        x = np.full(c.size, np.nan) if whole is None else whole[inside]
        sums |= {
            f"{name}_sum": float(x.sum()) if c.size else np.nan,
            f"{name}_square": float(x @ x) if c.size else np.nan,
            f"{name}_cross": float(x @ c) if c.size else np.nan,
            f"{name}_error": float((x - c) @ (x - c)) if c.size else np.nan,
        }
    return sums
