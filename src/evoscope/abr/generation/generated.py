"""What a generator gives: waveforms, what they show, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Generated:
    """Synthetic recordings, under each other.

    Attributes:
        waveforms_uv: ``(n, n_samples)`` float32 microvolts, with the residual noise asked for.
        clean_uv: ``(n, n_samples)`` the same without noise; ``None`` from a generator that has
            learned from averages with noise in them.
        time_ms: ``(n_samples,)`` after stimulus onset.
        residual_noise_nv: in each waveform; 0 where clean.
        conditions: ``(n, len(COLUMNS))`` as they were given; NaN = left to chance.
        loss_class: ``(n,)`` text: as given, else as generated.
        level_db, age_years, threshold_db: ``(n,)`` as given, else as generated; NaN for a threshold
            of a class that has none.
        present: ``(n, 5)`` waves I-V.
        latency_ms, amplitude_uv: ``(n, 5)``, NaN where absent.
        seeds: ``(n,)`` of each recording's noise: equal seeds are one ear under other conditions.
        model_sha256: of the pack.
        warnings: conditions that were rare in training.
    """

    waveforms_uv: NDArray[np.float32]
    clean_uv: NDArray[np.float32] | None
    time_ms: NDArray[np.float64]
    residual_noise_nv: float
    conditions: NDArray[np.float32]
    loss_class: NDArray[np.str_]
    level_db: NDArray[np.float64]
    age_years: NDArray[np.float64]
    threshold_db: NDArray[np.float64]
    present: NDArray[np.bool_]
    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]
    seeds: NDArray[np.int64]
    model_sha256: str
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.waveforms_uv)


@dataclass(frozen=True, eq=False)
class Denoised:
    """Measured recordings as the network reads them.

    Attributes:
        waveforms_uv: ``(n, n_samples)`` float32 microvolts, the noise taken out.
        loss_class, level_db, age_years, threshold_db, present, latency_ms, amplitude_uv: as in
            `Generated`, expected from the one recording.
    """

    waveforms_uv: NDArray[np.float32]
    loss_class: NDArray[np.str_]
    level_db: NDArray[np.float64]
    age_years: NDArray[np.float64]
    threshold_db: NDArray[np.float64]
    present: NDArray[np.bool_]
    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]
