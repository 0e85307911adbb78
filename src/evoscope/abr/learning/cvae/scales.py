"""Units of the network: what is learned from training recordings before training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Scales:
    """One scale for all waveforms, so that large responses stay large; one for each feature.

    Attributes:
        signal_centre_uv: ``(samples,)`` the mean waveform.
        signal_uv: SD about it.
        feature_centre, feature_spread: ``(6,)`` of latencies and amplitudes, as in ``FEATURES``.
    """

    signal_centre_uv: NDArray[np.float64]
    signal_uv: float
    feature_centre: NDArray[np.float64]
    feature_spread: NDArray[np.float64]

    @classmethod
    def of(cls, signals: NDArray[np.floating], features: NDArray[np.floating]) -> Scales:
        """Fit to training recordings.

        Args:
            signals: ``(n, samples)`` microvolts.
            features: ``(n, 6)``, NaN where not known. One that nobody knows has scale 1.

        Raises:
            ValueError: waveforms that are all alike.
        """
        centre = signals.mean(axis=0, dtype=np.float64)
        spread = float(np.sqrt(np.mean((signals - centre) ** 2)))
        if not spread > 0.0:
            raise ValueError(
                f"waveforms should differ between recordings. Found one waveform in {len(signals)}."
            )
        known = np.isfinite(features)
        count = np.maximum(known.sum(axis=0), 1)
        values = np.where(known, features, 0.0).astype(np.float64)
        feature_centre = values.sum(axis=0) / count
        rest = np.where(known, values - feature_centre, 0.0)
        feature_spread = np.sqrt((rest**2).sum(axis=0) / count)
        feature_spread[~(feature_spread > 0.0)] = 1.0
        return cls(centre, spread, feature_centre, feature_spread)


def principal(signals: NDArray[np.floating], scales: Scales, *, count: int) -> NDArray[np.float64]:
    """Return principal components, ``(count, samples)``: each as long as the SD along it.

    Of recordings that hold a response; components beyond those that vary are zeros. In units of
    ``scales.signal_uv``.

    Example:
        >>> waves = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
        >>> scales = Scales.of(waves, np.full((3, 6), np.nan))
        >>> np.abs(principal(waves, scales, count=2)).round(2).tolist()
        [[1.73, 0.0], [0.0, 0.0]]
    """
    centred = (signals[(signals != 0).any(axis=1)] - scales.signal_centre_uv) / scales.signal_uv
    second = centred.T.astype(np.float64) @ centred / max(1, len(centred))
    values, vectors = np.linalg.eigh(second)
    values, vectors = values[::-1][:count], vectors[:, ::-1][:, :count]
    # Below rounding of float32 a direction is noise, and its inverse would be all there is.
    kept = values > 1e-10 * values[0]
    found = np.zeros((count, signals.shape[1]))
    found[: len(values)][kept] = (vectors * np.sqrt(np.maximum(values, 0.0))).T[kept]
    return found
