"""Local maxima that stand out.

The same that `scipy.signal.find_peaks` finds by prominence, to the bit. Here because the import of
that one function costs more than the analysis of a series.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def prominent_maxima(values: NDArray[np.floating], *, least: float) -> list[int]:
    """Return where local maxima stand out from their surroundings by at least so much.

    A maximum's prominence is its height over the higher of its two sides' lowest points, each side
    reaching to the next higher value or to the end. The middle stands for a flat top; the first and
    the last value are no maxima.

    Args:
        values: ``(n_samples,)``, any unit, without NaN.
        least: prominence, in the same unit.

    Example:
        >>> import numpy as np
        >>> prominent_maxima(np.array([0.0, 5, 4, 4.5, 2, 3, 3, 3, 0]), least=1.0)
        [1, 6]
    """
    turns, maxima = _turns(values)
    return [
        place
        for at, place in maxima
        if turns[at] - _lowest(turns[at:]) >= least and turns[at] - _lowest(turns[at::-1]) >= least
    ]


def _turns(values: NDArray[np.floating]) -> tuple[list[float], list[tuple[int, int]]]:
    """Return both ends and where the direction turns, and of those the maxima with their place."""
    last = values.size - 1
    ends = np.flatnonzero(values[1:] != values[:-1])  # of runs of equal values, but for the last
    rises = values[ends + 1] > values[ends]
    turning = np.flatnonzero(rises[1:] != rises[:-1]) + 1
    turns = [float(values[0]), *values[ends[turning]].tolist(), float(values[last])]
    first = 1 if rises.size and rises[0] else 2
    tops = turning[first - 1 :: 2]
    middle = (ends[tops - 1] + 1 + ends[tops]) // 2
    # An end may be the highest value: it has no place among the tops.
    return turns, list(zip(range(first, len(turns), 2), middle.tolist(), strict=False))


def _lowest(turns: Sequence[float]) -> float:
    """Return the lowest value from the first on, before one that is higher than it."""
    height = lowest = turns[0]
    for value in turns:
        if value > height:
            break
        if value < lowest:
            lowest = value
    return lowest
