"""How far two ways differ, from runs that share everything but the way.

Not among the names of the package: it needs scipy, which costs who only analyzes 77 MB.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

LEVEL = 0.9


def paired(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float] | None:
    """Mean difference and its 90 % interval by Student's t; ``None`` without a pair.

    With one pair the interval is infinite.

    Example:
        >>> [round(x, 3) for x in paired([1.0, 2.0, 3.0], [0.0, 2.0, 1.0])]
        [1.0, -0.686, 2.686]
    """
    differences = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    n = len(differences)
    if not n:
        return None
    mean = float(differences.mean())
    if n == 1:
        return mean, -np.inf, np.inf
    error = float(differences.std(ddof=1)) / np.sqrt(n)
    reach = float(student.ppf(0.5 + LEVEL / 2, n - 1) * error)
    return mean, mean - reach, mean + reach
