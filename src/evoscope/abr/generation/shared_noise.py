"""Noise by seed: recordings of one seed are one ear, each with residual noise of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion.checks import complaint


class SharedNoise:
    """Standard normal noise of which each row has a seed; rows of one seed get the same.

    What a row gets depends on its own seed alone, not on the rows beside it.

    Args:
        seeds: ``(n,)`` of the rows.

    Example:
        >>> noise = SharedNoise(np.array([7, 7, 8]))(np.empty((3, 4)))
        >>> bool((noise[0] == noise[1]).all()), bool((noise[0] == noise[2]).any())
        (True, False)
    """

    def __init__(self, seeds: NDArray[np.int64]) -> None:
        unique, self._which = np.unique(seeds, return_inverse=True)
        self._sources = [np.random.default_rng(int(seed)) for seed in unique]

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.float32]:
        """Return the next noise, ``(n, ...)`` of the shape of ``x``."""
        rows = [source.standard_normal(x.shape[1:]) for source in self._sources]
        return np.stack(rows)[self._which].astype(np.float32)


def seeds_of(n: int, *, seed: int, seeds: Sequence[int] | None) -> NDArray[np.int64]:
    """Return the seed of each of ``n`` recordings: those given, or from ``seed`` on.

    Raises:
        ValueError: another number of seeds, or one below 0.

    Example:
        >>> seeds_of(3, seed=5, seeds=None).tolist(), seeds_of(2, seed=0, seeds=[7, 7]).tolist()
        ([5, 6, 7], [7, 7])
    """
    own = np.arange(seed, seed + n) if seeds is None else np.asarray(seeds, dtype=np.int64)
    if own.shape != (n,) or own.min() < 0:
        found = f"{own.shape}, {own.min()}" if own.size else "none"
        raise complaint("seeds", f"one of 0 or more for each of {n} recordings", found)
    return own


def own_noise(seeds: NDArray[np.int64], n_samples: int) -> NDArray[np.float64]:
    """Draw noise that recordings of one ear do not share: the second of a seed gets another.

    Args:
        seeds: ``(n,)`` of the rows.
        n_samples: of a row.

    Returns:
        ``(n, n_samples)`` standard normal.

    Example:
        >>> noise = own_noise(np.array([7, 7]), 4)
        >>> bool((noise[0] == noise[1]).any())
        False
    """
    count: dict[int, int] = {}
    rows = []
    for seed in seeds.tolist():
        count[seed] = count.get(seed, 0) + 1
        rows.append(np.random.default_rng((seed, count[seed])).standard_normal(n_samples))
    return np.stack(rows)
