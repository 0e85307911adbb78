"""A test series: what an observer is told of it, what it records, and what is really so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class KnownSeries:
    """One simulated series.

    Attributes:
        series_id, ear_id, patient_id: names.
        stimulus, frequency_hz, rate_hz: what was played; frequency ``None`` for clicks.
        age_years: as recorded, NaN where missing.
        sex: as recorded.
        record: ``(n,)`` as the cohort numbers them.
        level_db, residual_noise_nv, fmp: ``(n,)``.
        waveform, half_difference: ``(n, samples)`` uV; the latter is (A - B) / 2.
        inverting: ``(n, samples)`` uV, half of rarefaction minus condensation; ``None`` without.
        clean: ``(n, samples)`` uV, the response without noise.
        loss: true class.
        threshold_db: true, NaN where censored.
        lowest_db: lowest tested level with a response, NaN without one.
        response, wave_v: ``(n,)`` what is there.
    """

    series_id: str
    ear_id: str
    patient_id: str
    stimulus: str
    frequency_hz: float | None
    rate_hz: float
    age_years: float
    sex: str
    record: NDArray[np.int64]
    level_db: NDArray[np.float64]
    residual_noise_nv: NDArray[np.float64]
    fmp: NDArray[np.float64]
    waveform: NDArray[np.float32]
    half_difference: NDArray[np.float32]
    inverting: NDArray[np.float32] | None
    clean: NDArray[np.float32]
    loss: str
    threshold_db: float
    lowest_db: float
    response: NDArray[np.bool_]
    wave_v: NDArray[np.bool_]


def known_series(columns: Mapping[str, Any]) -> list[KnownSeries]:
    """Split cohort columns (of any number of patients) into series.

    Args:
        columns: by name, waveforms as ``(rows, samples)``: what ``simulate_patients`` yields, or
            the columns of a cohort. Series are the alternating rows; single polarities, where
            they are beside them, give the difference.

    Raises:
        KeyError: a column that is not there; truth and halves are needed.

    Example:
        >>> from evoscope.abr.simulation.patients import simulate_patients
        >>> series = known_series(next(simulate_patients("clinic", patients=5, seed=1)))
        >>> series[0].waveform.shape[1], series[0].loss in ("normal", "snhl", "chl")
        (200, True)
    """
    ids = np.asarray(columns["series_id"])
    alternating = np.asarray(columns["polarity"]) == "alternating"
    found = []
    for name in dict.fromkeys(ids[alternating].tolist()):
        rows = np.flatnonzero((ids == name) & alternating)
        first = int(rows[0])

        def of(column: str, rows: NDArray[np.intp] = rows) -> NDArray[Any]:
            return np.asarray(columns[column])[rows]

        frequency_hz = float(of("frequency_hz")[0])
        halves = [of(half).astype(np.float32) for half in ("half_a", "half_b")]
        found.append(
            KnownSeries(
                series_id=str(name),
                ear_id=f"{columns['patient_id'][first]}-{columns['ear'][first]}",
                patient_id=str(columns["patient_id"][first]),
                stimulus=str(columns["stimulus"][first]),
                frequency_hz=None if np.isnan(frequency_hz) else frequency_hz,
                rate_hz=float(of("rate_hz")[0]),
                age_years=float(of("age_years")[0]),
                sex=str(columns["sex"][first]),
                record=of("record").astype(np.int64),
                level_db=of("level_db").astype(np.float64),
                residual_noise_nv=of("residual_noise_nv").astype(np.float64),
                fmp=of("fmp").astype(np.float64),
                waveform=of("waveform").astype(np.float32),
                half_difference=0.5 * (halves[0] - halves[1]),
                inverting=_inverting(columns, ids == name, of("level_db")),
                clean=of("clean_waveform").astype(np.float32),
                loss=str(columns["loss_type"][first]),
                threshold_db=float(of("true_threshold_db")[0]),
                lowest_db=float(of("lowest_response_level_db")[0]),
                response=of("response_present").astype(bool),
                wave_v=of("wave_V_present").astype(bool),
            )
        )
    return found


def _inverting(
    columns: Mapping[str, Any], own: NDArray[np.bool_], level_db: NDArray[np.float64]
) -> NDArray[np.float32] | None:
    polarity, levels = np.asarray(columns["polarity"]), np.asarray(columns["level_db"])
    single = [np.flatnonzero(own & (polarity == p)) for p in ("rarefaction", "condensation")]
    # The n-th of each polarity are the sweeps of the n-th alternating average.
    if not all(np.array_equal(levels[rows], level_db) for rows in single):
        return None
    rare, condensed = (np.asarray(columns["waveform"])[rows] for rows in single)
    return np.asarray(0.5 * (rare - condensed), dtype=np.float32)
