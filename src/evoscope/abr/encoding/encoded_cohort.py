"""All series of some patients, encoded, with what is so beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

STATUSES = ("estimated", "no_response", "below_range")
"""What the tested levels say of a threshold: between them, above the loudest, below the softest."""
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class EncodedCohort:
    """Recordings under each other, those of a series together; ``first`` says where each begins.

    50 000 recordings of 200 samples take 130 MB: three float32 waveforms and a mask.

    Attributes:
        waveforms, noise, covered, conditions, modelled_noise_nv: see `Encoded`, ``(n, ...)``.
        clean: ``(n, samples)`` float32 microvolts without noise, through the same filter; NaN
            where not known.
        present: ``(n, 5)`` int8 of waves I-V: 1, 0, or -1 where not known.
        latency_ms, amplitude_uv: ``(n, 5)`` float32, NaN where absent or not known.
        response: ``(n,)`` int8: 1, 0, or -1 where not known.
        marked_present, marked_latency_ms, marked_amplitude_uv: the same, as a clinician marked.
        row: ``(n,)`` int64 row of the cohort; the first of several that were pooled.
        first: ``(s + 1,)`` int64: series ``i`` is ``first[i]`` up to ``first[i + 1]``.
        threshold_db, marked_threshold_db: ``(s,)`` float32 on the scale of ``level_db``; NaN where
            there is none or it is not known.
        status: ``(s,)`` int8 index into `STATUSES`, -1 where not known.
        loss_class: ``(s,)`` int8 index into the cohort's classes, -1 where not known.
        weight: ``(s,)`` float32, how many of the clinic one stands for.
        level_offset_db: ``(s,)`` float32, see `Encoded`.
        patient_id, series_id, ear: ``(s,)`` text.
        skipped: ``(k,)`` text: series that cannot be read, and why.
    """

    waveforms: NDArray[np.float32]
    noise: NDArray[np.float32]
    covered: NDArray[np.bool_]
    conditions: NDArray[np.float32]
    modelled_noise_nv: NDArray[np.float32]
    clean: NDArray[np.float32]
    present: NDArray[np.int8]
    latency_ms: NDArray[np.float32]
    amplitude_uv: NDArray[np.float32]
    response: NDArray[np.int8]
    marked_present: NDArray[np.int8]
    marked_latency_ms: NDArray[np.float32]
    marked_amplitude_uv: NDArray[np.float32]
    row: NDArray[np.int64]
    first: NDArray[np.int64]
    threshold_db: NDArray[np.float32]
    marked_threshold_db: NDArray[np.float32]
    status: NDArray[np.int8]
    loss_class: NDArray[np.int8]
    weight: NDArray[np.float32]
    level_offset_db: NDArray[np.float32]
    patient_id: NDArray[np.str_]
    series_id: NDArray[np.str_]
    ear: NDArray[np.str_]
    skipped: NDArray[np.str_]

    def __len__(self) -> int:
        """Number of series."""
        return len(self.patient_id)

    @property
    def n_recordings(self) -> int:
        """Number of recordings."""
        return len(self.waveforms)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Recordings of every series, ``(s,)``."""
        return np.diff(self.first)


def lengthened(cohort: EncodedCohort, samples: int) -> EncodedCohort:
    """Continue recordings by samples that are not covered, up to ``samples``.

    Raises:
        ValueError: recordings that are longer.
    """
    more = samples - cohort.waveforms.shape[1]
    if more < 0:
        raise ValueError(
            f"samples should be {cohort.waveforms.shape[1]} or more, so that nothing is cut off. "
            f"Found {samples}."
        )

    def longer(values: NDArray[np.float32], rest: float = 0.0) -> NDArray[np.float32]:
        return np.pad(values, ((0, 0), (0, more)), constant_values=rest)

    return replace(
        cohort,
        waveforms=longer(cohort.waveforms),
        noise=longer(cohort.noise),
        covered=np.pad(cohort.covered, ((0, 0), (0, more))),
        clean=longer(cohort.clean, np.nan),
    )


def join(parts: Sequence[EncodedCohort]) -> EncodedCohort:
    """Put encoded patients under each other.

    Raises:
        ValueError: no part, or parts of different lengths in time.
    """
    lengths = {part.waveforms.shape[1] for part in parts if part.n_recordings}
    if not parts or len(lengths) > 1:
        raise ValueError(
            "encoded parts should be there and share one number of samples. "
            f"Found {len(parts)} parts of {sorted(lengths)} samples. Encode cohorts of different "
            "grids apart."
        )
    kept = [part for part in parts if part.n_recordings] or parts[:1]
    sizes = np.concatenate([part.sizes for part in kept])
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in kept])
        for field in fields(EncodedCohort)
    }
    arrays["first"] = np.concatenate([[0], np.cumsum(sizes)])
    arrays["skipped"] = np.concatenate([part.skipped for part in parts])
    return EncodedCohort(**arrays)
