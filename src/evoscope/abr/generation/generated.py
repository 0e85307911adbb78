"""What a generator gives: waveforms, what they show, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

EARLIEST_MS = 0.1
"""No nerve answers sooner."""


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

    def at(self, rows: NDArray[np.integer]) -> Self:
        """Return some of them, in the order of ``rows``."""
        return replace(self, **{name: values[rows] for name, values in _by_recording(self)})


def join(parts: Sequence[Generated]) -> Generated:
    """Put recordings of one generator and one noise under each other; warnings are said once."""
    values: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name, _ in _by_recording(parts[0])
    }
    warnings = tuple(dict.fromkeys(text for part in parts for text in part.warnings))
    return replace(parts[0], **values, warnings=warnings)


def seen_waves(drawn: Generated) -> Generated:
    """Take out waves that were drawn before the stimulus or after the end of the recording."""
    with np.errstate(invalid="ignore"):
        inside = (drawn.latency_ms >= EARLIEST_MS) & (drawn.latency_ms <= drawn.time_ms[-1])
    present = drawn.present & inside
    return replace(
        drawn,
        present=present,
        latency_ms=np.where(present, drawn.latency_ms, np.nan),
        amplitude_uv=np.where(present, np.maximum(drawn.amplitude_uv, 0.0), np.nan),
    )


def _by_recording(drawn: Generated) -> list[tuple[str, NDArray[Any]]]:
    shared = ("time_ms", "residual_noise_nv", "model_sha256", "warnings")
    return [
        (name, values)
        for name, values in vars(drawn).items()
        if name not in shared and values is not None
    ]


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
