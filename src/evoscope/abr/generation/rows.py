"""Synthetic recordings as rows of a cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import null_where_nan
from evoscope.abr.encoding import ONSET_SAMPLE, SAMPLING_RATE_HZ, SPECIES
from evoscope.abr.findings import WAVES
from evoscope.abr.generation.contract import column
from evoscope.abr.generation.generated import Generated


@dataclass(frozen=True)
class Ids:
    """Whose recordings they are: ``(n,)`` names and numbers in the order of the rows."""

    patient: Sequence[str]
    series: Sequence[str]
    record: Sequence[int]

    @classmethod
    def new(cls, ears: int, per_ear: int, *, first: int = 0) -> Ids:
        """Name ears that are nobody's: each is a patient, and its recordings are one series.

        The first of them has the number ``first``.

        Example:
            >>> Ids.new(1, 2).patient, Ids.new(1, 2).record
            (['synthetic-000000', 'synthetic-000000'], [0, 1])
        """
        patient = [
            f"synthetic-{ear:06d}" for ear in range(first, first + ears) for _ in range(per_ear)
        ]
        return cls(patient, [f"{name} ear" for name in patient], list(range(per_ear)) * ears)


def rows_of(
    drawn: Generated,
    ids: Ids,
    *,
    half_difference_uv: NDArray[np.float64] | None = None,
) -> dict[str, Any]:
    """Return every column of a cohort but the grid's.

    What a network drew beside a waveform is that waveform's truth; nobody marked it.

    Args:
        drawn: recordings of an ear together.
        ids: whose they are.
        half_difference_uv: ``(n, n_samples)`` of the halves of each average; ``None``: no halves.
    """
    n = len(drawn)
    frequency = drawn.conditions[:, column("frequency_hz")].astype(np.float64)
    species = drawn.conditions[:, column("species")]
    animal = ~np.isnan(species) & (np.nan_to_num(species) != SPECIES.index("human"))
    columns: dict[str, Any] = {
        "patient_id": list(ids.patient),
        "ear": ["unknown"] * n,
        "series_id": list(ids.series),
        "record": np.asarray(ids.record),
        "species": ["human" if np.isnan(s) else SPECIES[int(s)] for s in species],
        "age_years": drawn.age_years,
        "age_weeks": None,
        "sex": ["unknown"] * n,
        "stimulus": [_stimulus(f) for f in frequency],
        "frequency_hz": np.where(frequency > 0.0, frequency, np.nan),
        "level_db": drawn.level_db,
        "level_reference": np.where(animal, "unknown", "nHL").tolist(),
        "rate_hz": drawn.conditions[:, column("rate_hz")].astype(np.float64),
        "polarity": ["unknown"] * n,
        "transducer": ["unknown"] * n,
        "sweeps": None,
        "sampling_rate_hz": np.full(n, SAMPLING_RATE_HZ),
        "onset_sample": np.full(n, ONSET_SAMPLE),
        "residual_noise_nv": np.full(n, drawn.residual_noise_nv),
        "fmp": None,
        "waveform": drawn.waveforms_uv,
        "half_a": None,
        "half_b": None,
        "loss_type": [name or None for name in drawn.loss_class.tolist()],
        "true_threshold_db": drawn.threshold_db,
        "lowest_response_level_db": _lowest(drawn, ids),
        "response_present": drawn.present.any(axis=1),
        "clean_waveform": drawn.clean_uv,
        "marked_threshold_db": None,
        "synthetic": np.ones(n, dtype=bool),
        "model_sha256": [drawn.model_sha256] * n,
        # -1: carried over from a measured recording, not drawn from a seed.
        "seed": np.ma.MaskedArray(drawn.seeds, mask=drawn.seeds < 0),
        "weight": np.ones(n),
    }
    if half_difference_uv is not None:
        columns["half_a"] = drawn.waveforms_uv + half_difference_uv
        columns["half_b"] = drawn.waveforms_uv - half_difference_uv
    for i, wave in enumerate(WAVES):
        columns[f"wave_{wave}_present"] = drawn.present[:, i]
        columns[f"wave_{wave}_latency_ms"] = drawn.latency_ms[:, i]
        columns[f"wave_{wave}_amplitude_uv"] = drawn.amplitude_uv[:, i]
        for what in ("present", "latency_ms", "amplitude_uv"):
            columns[f"marked_{wave}_{what}"] = None
    return null_where_nan(columns)


def _stimulus(frequency_hz: float) -> str:
    if np.isnan(frequency_hz):
        return "unknown"
    return "tone" if frequency_hz > 0.0 else "click"


def _lowest(drawn: Generated, ids: Ids) -> NDArray[np.float64]:
    """Lowest level of each ear with a response, beside every recording; NaN where there is none."""
    heard = np.where(drawn.present.any(axis=1), drawn.level_db, np.inf)
    _, ear = np.unique(np.asarray(ids.series), return_inverse=True)
    lowest = np.full(int(ear.max()) + 1, np.inf)
    np.minimum.at(lowest, ear, heard)
    return np.where(np.isfinite(lowest), lowest, np.nan)[ear]
