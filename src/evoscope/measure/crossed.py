"""Two halves of the groups: what is fitted on one is scored on the other, both ways."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def crossed_halves(groups: ArrayLike, *, seed: int) -> NDArray[np.bool_]:
    """Split rows into two halves by whole groups; ``(n,)``, true in the first half.

    The halves differ by one group at most. Fit on ``first`` and score on ``~first``, then the
    other way round: every row is scored once, by what never saw its patient.

    Raises:
        ValueError: fewer than two groups.

    Example:
        >>> first = crossed_halves(["a", "a", "b", "c"], seed=0)
        >>> bool(first[0] == first[1]), bool(first.all())
        (True, False)
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    if names.size < 2:
        raise ValueError(
            f"crossed halves should have two groups or more to divide. Found {names.size}."
        )
    dealt = np.random.default_rng(seed).permutation(names.size) % 2 == 0
    first: NDArray[np.bool_] = dealt[member]
    return first
