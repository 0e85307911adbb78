"""A correlation that grows with level: the curve through it, and where it crosses a criterion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from evoscope.abr.findings import Threshold

FEWEST_LEVELS = 4
"""A sigmoid has four parameters: with fewer points any criterion is crossed anywhere."""
_STEP_DB = 0.05
# In shares of the tested range: a step between two levels, and a curve that is nearly a line.
_STEEPEST, _FLATTEST = 0.005, 0.5
_STARTS = (0.25, 0.5, 0.75)
Values = NDArray[np.float64]
Curve = Callable[[Values, Values], Values]


@dataclass(frozen=True)
class _Fit:
    curve: Curve
    parameters: Values
    mean_squared_error: float


def _sigmoid(p: Values, x: Values) -> Values:
    # Foot, height, centre, slope; the exponent is kept within what a float holds.
    exponent = np.clip(-(x - p[2]) / p[3], -60.0, 60.0)
    return np.asarray(p[0] + p[1] / (1.0 + np.exp(exponent)))


def _power(p: Values, x: Values) -> Values:
    # Foot, height, exponent; x is the share of the range, so that no level is negative.
    return np.asarray(p[0] + p[1] * np.clip(x, 1e-9, None) ** p[2])


def _fit(curve: Curve, x: Values, y: Values, start: Sequence[float], low: Sequence[float],
         high: Sequence[float]) -> _Fit:  # fmt: skip
    def miss(p: Values) -> Values:
        return curve(p, x) - y

    found = least_squares(miss, start, bounds=(low, high))
    return _Fit(curve, np.asarray(found.x), float(np.mean(found.fun**2)))


def crossing(
    levels_db: Sequence[float],
    values: Sequence[float],
    *,
    criterion: float,
    level_reference: str,
    method: str,
) -> Threshold:
    """Fit a sigmoid and a power law to values over levels; the better one crosses the criterion.

    Better is the one with the smaller mean squared error (Shaheen et al. 2024; Suthakar & Liberman
    2019 choose alike). Both curves rise. The threshold lies between levels, as published.

    Args:
        levels_db: tested levels, softest first.
        values: one per level.
        criterion: what the curve should cross.
        level_reference: of the levels.
        method: how the values came about.

    Returns:
        ``estimated`` at the crossing; ``below_range`` where the whole curve lies above,
        ``no_response`` where it lies below; ``inconclusive`` with fewer than four levels.

    Example:
        >>> found = crossing([0, 10, 20, 30, 40, 50], [0, 0, 0.1, 0.5, 0.9, 1.0], criterion=0.3,
        ...                  level_reference="SPL", method="example")
        >>> found.status, 20 < found.value_db < 30
        ('estimated', True)
    """

    def answer(status: str, value_db: float | None = None, reason: str = "") -> Threshold:
        return Threshold.model_validate(
            {
                "status": status,
                "value_db": value_db,
                "level_reference": level_reference,
                "method": method,
                "criterion": criterion,
                "evidence_name": "correlation",
                "reason": reason,
            }
        )

    if len(levels_db) < FEWEST_LEVELS:
        return answer("inconclusive", reason=f"fewer than {FEWEST_LEVELS} levels")
    level, y = np.asarray(levels_db, dtype=np.float64), np.asarray(values, dtype=np.float64)
    span = float(level[-1] - level[0])
    x = (level - level[0]) / span
    bottom, height = float(y.min()), max(float(np.ptp(y)), 1e-3)
    fits = [
        _fit(_sigmoid, x, y, (bottom, height, at, 0.1), (-1.0, 0.0, -0.5, _STEEPEST),
             (1.0, 2.0, 1.5, _FLATTEST))
        for at in _STARTS
    ]  # fmt: skip
    fits.append(_fit(_power, x, y, (bottom, height, 1.0), (-1.0, 0.0, 0.05), (1.0, 2.0, 20.0)))
    best = min(fits, key=lambda fit: fit.mean_squared_error)
    grid = np.arange(0.0, span + _STEP_DB / 2, _STEP_DB)
    above = best.curve(best.parameters, grid / span) >= criterion
    if above[0]:
        return answer("below_range")
    if not above.any():
        return answer("no_response")
    return answer("estimated", float(level[0] + grid[int(np.argmax(above))]))
