"""Independent sub-averages of one condition: what every noise estimate is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.findings import NoiseSource

# Far below a step of the single precision that recordings come in, far above that of the sums.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class SubAverages:
    """Averages of disjoint sets of sweeps of one condition, on one time axis.

    Attributes:
        values: ``(m, n_samples)`` microvolts; m = 1 when the recording cannot be split.
        weights: ``(m,)``, sum 1: the share of each in the average.
        source: what they come from; with ``none`` there is one and the noise is not known.

    Example:
        >>> import numpy as np
        >>> pair = SubAverages(np.array([[1.0, 2.0], [3.0, 2.0]]), np.array([0.5, 0.5]), "halves")
        >>> pair.mean().tolist()
        [2.0, 2.0]
        >>> pair.noise_variance().round(9).tolist()  # of the mean, per sample
        [1.0, 0.0]
    """

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    source: NoiseSource

    @property
    def count(self) -> int:
        """Number of sub-averages."""
        return int(self.values.shape[0])

    def mean(self) -> NDArray[np.float64]:
        """The weighted average, ``(n_samples,)`` microvolts."""
        return self._mean

    @cached_property
    def _mean(self) -> NDArray[np.float64]:
        # What is asked for as often as the noise is.
        average = np.asarray(self.weights @ self.values)
        average.flags.writeable = False
        return average

    def deviations(self) -> NDArray[np.float64]:
        """Response-free contrasts ``(m - 1, n_samples)``, each with the variance of the average.

        An orthonormal basis of what is left when the average is taken off. For two equal halves
        this is ``(A - B) / 2`` up to its sign. The response cancels exactly in all of them.
        """
        return self._deviations

    @cached_property
    def _deviations(self) -> NDArray[np.float64]:
        # The noise of a trace is asked for by its variance, its test, its waves and its picture.
        m = self.count
        if m < 2:
            return np.empty((0, self.values.shape[1]))
        root = np.sqrt(self.weights, dtype=np.float64)
        # Rows scaled so that, if each sub-average has variance s / weight, all have variance s.
        whitened = root[:, None] * self.values
        basis = _basis(root.tobytes())
        contrasts = basis.T @ whitened
        # A device that writes the same buffer twice leaves rounding, not a tiny noise.
        rounding = ROUNDING * float(np.abs(whitened).max())
        kept = np.where(np.abs(contrasts) <= rounding, 0.0, contrasts)
        kept.flags.writeable = False
        return kept

    def noise_variance(self) -> NDArray[np.float64]:
        """Variance of the average's residual noise per sample, ``(n_samples,)``; NaN for m = 1."""
        if self.count < 2:
            return np.full(self.values.shape[1], np.nan)
        return np.asarray((self.deviations() ** 2).mean(axis=0))


@lru_cache(maxsize=256)
def _basis(root: bytes) -> NDArray[np.float64]:
    # Nearly every recording has two equal halves: their basis is the same.
    roots = np.frombuffer(root, dtype=np.float64)
    m = roots.size
    return np.asarray(np.linalg.qr(np.column_stack([roots, np.eye(m)[:, 1:]]))[0][:, 1:])


def pool(parts: Sequence[SubAverages], shares: Sequence[float]) -> SubAverages:
    """Join the sub-averages of replicates into one condition.

    Args:
        parts: replicates on the same time axis.
        shares: weight of each replicate, normally its sweeps; positive.

    Returns:
        All sub-averages with weights by share. When no part could be split on its own, the
        replicates themselves are the sub-averages and the source says so.
    """
    if len(parts) == 1:
        return parts[0]
    total = float(sum(shares))
    values = np.concatenate([p.values for p in parts])
    weights = np.concatenate([p.weights * (s / total) for p, s in zip(parts, shares, strict=True)])
    source: NoiseSource = next((part.source for part in parts if part.count > 1), "replicates")
    return SubAverages(values, weights, source)
