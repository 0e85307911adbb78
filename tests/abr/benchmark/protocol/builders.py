"""Small cohorts with truth, made by the minimal simulator, and answers made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.protocol.sums import SUM_COLUMNS
from evoscope.abr.cohort import CLASSES, COLUMNS, Cohort, CohortWriter
from evoscope.abr.findings import WAVES
from evoscope.abr.simulation import simulate_series

RATE_HZ = 15_000.0
LEVELS_DB = (10.0, 30.0, 50.0, 70.0)


def patient_columns(name: str, threshold_db: float, *, loss: str, seed: int) -> dict[str, Any]:
    """One ear over four levels. An ear with total loss is an ear far above the loudest level."""
    series, truth = simulate_series(
        true_threshold_db=threshold_db, levels_db=LEVELS_DB, seed=seed, sampling_rate_hz=RATE_HZ
    )
    n = len(series)
    columns: dict[str, Any] = {column.name: None for column in COLUMNS}
    levels = [truth.levels[r.level_db] for r in series]
    columns |= {
        "patient_id": [name] * n,
        "ear": ["right"] * n,
        "series_id": [f"{name} right click"] * n,
        "record": list(range(n)),
        "species": ["human"] * n,
        "age_years": [30.0] * n,
        "sex": ["unknown"] * n,
        "stimulus": ["click"] * n,
        "level_db": [r.level_db for r in series],
        "level_reference": ["nHL"] * n,
        "rate_hz": [21.1] * n,
        "polarity": ["alternating"] * n,
        "transducer": ["insert"] * n,
        "sweeps": [2000] * n,
        "sampling_rate_hz": [RATE_HZ] * n,
        "onset_sample": [RATE_HZ / 1000.0] * n,
        "fmp": [0.5 + r.level_db / 10.0 for r in series],
        "waveform": np.array([r.waveform for r in series]),
        "half_a": np.array([r.halves[0] for r in series if r.halves is not None]),
        "half_b": np.array([r.halves[1] for r in series if r.halves is not None]),
        "clean_waveform": np.array([one.clean_waveform for one in levels], dtype=np.float32),
        "response_present": [one.response_present for one in levels],
        "loss_type": [loss] * n,
        "true_threshold_db": None if loss == "total" else [threshold_db] * n,
        "lowest_response_level_db": None
        if truth.lowest_response_level_db is None
        else [truth.lowest_response_level_db] * n,
        "synthetic": [False] * n,
        "weight": [1.0] * n,
    }
    for wave in WAVES:
        found = [one.wave(wave) for one in levels]
        columns[f"wave_{wave}_present"] = [w.present for w in found]
        columns[f"wave_{wave}_latency_ms"] = [w.latency_ms if w.present else None for w in found]
        columns[f"wave_{wave}_amplitude_uv"] = [
            w.amplitude_uv if w.present else None for w in found
        ]
        columns[f"marked_{wave}_present"] = columns[f"wave_{wave}_present"]
    return columns


EARS = (
    [(f"N{i:02d}", 6.0 + 3.0 * i, "normal") for i in range(5)]
    + [(f"S{i:02d}", 35.0 + 3.0 * i, "snhl") for i in range(4)]
    + [(f"T{i:02d}", 120.0, "total") for i in range(4)]
)


def write_cohort(
    path: Path, ears: Sequence[tuple[str, float, str]] = tuple(EARS), **provenance: Any
) -> Cohort:
    batches = [
        patient_columns(name, threshold, loss=loss, seed=seed)
        for seed, (name, threshold, loss) in enumerate(ears)
    ]
    n_samples = batches[0]["waveform"].shape[1]
    with CohortWriter(
        path,
        n_samples=n_samples,
        sampling_rate_hz=RATE_HZ,
        onset_sample=RATE_HZ / 1000.0,
        provenance=provenance,
    ) as writer:
        for batch in batches:
            writer.append(batch)
    return Cohort.open(path)


def by_hand(n: int = 40) -> Predictions:
    """Perfect answers for ``n`` ears of one recording each, two ears a patient.

    Every second ear responds; classes take turns; thresholds are 10 to 80 dB.
    """
    rng = np.random.default_rng(3)
    index = np.arange(n)
    loss = np.array(CLASSES, dtype=object)[index % len(CLASSES)]
    present = index % 2 == 0
    recordings = pd.DataFrame(
        {
            "patient_id": [f"P{i // 2:02d}" for i in index],
            "ear": ["right" if i % 2 else "left" for i in index],
            "series_id": [f"S{i:02d}" for i in index],
            "record": 0,
            "row": index,
            "age_years": np.where(index % 3 == 0, np.nan, index % 30.0),
            "level_db": 10.0 * (index % 10),
            "fmp": rng.gamma(1.0, 2.0, n),
            "sweeps": 500.0 * (1 + index % 5),
            "weight": 1.0,
            "loss_type": loss,
            "found_class": loss,
            "response_present": pd.array(present, dtype="boolean"),
            "found_response": present.astype(float),
            "half_f_p": np.where(present, 0.001, 0.5),
            "halves_correlation": np.where(present, 0.9, 0.1),
            "step_db": np.where(index % 4 == 0, 5.0, 10.0),
        }
    )
    sums = dict.fromkeys(SUM_COLUMNS, np.nan) | {
        "clean_n": 10.0,
        "clean_sum": 1.0,
        "clean_square": 4.0,
        "found_sum": 1.0,
        "found_square": 4.0,
        "found_cross": 4.0,
        "found_error": 0.4,
        "raw_sum": 2.0,
        "raw_square": 8.0,
        "raw_cross": 4.0,
        "raw_error": 4.0,
        "wiener_square": 4.0,
        "wiener_error": 0.8,
        "linear_square": 4.0,
        "linear_error": 0.5,
    }
    recordings = recordings.assign(**sums)
    for name in CLASSES:
        recordings[f"found_class_{name}"] = (loss == name).astype(float)
    for k, wave in enumerate(WAVES):
        latency = np.where(present, 1.0 + k + 0.01 * index, np.nan)
        amplitude = np.where(present, 0.1 + 0.01 * index, np.nan)
        for side in ("wave", "marked"):
            recordings[f"{side}_{wave}_present"] = pd.array(present, dtype="boolean")
            recordings[f"{side}_{wave}_latency_ms"] = latency
            recordings[f"{side}_{wave}_amplitude_uv"] = amplitude
        recordings[f"found_{wave}_present"] = present
        recordings[f"found_{wave}_probability"] = present.astype(float)
        for column, values in (("latency_ms", latency), ("amplitude_uv", amplitude)):
            recordings[f"found_{wave}_{column}"] = values
            recordings[f"found_{wave}_{column}_low"] = values - 0.1
            recordings[f"found_{wave}_{column}_high"] = values + 0.1
    threshold = 10.0 + 10.0 * (index % 8)
    censored = np.isin(loss, ("total", "neuropathy"))
    status = np.where(loss == "total", "no_response", "estimated")
    series = pd.DataFrame(
        {
            "series_id": recordings["series_id"],
            "patient_id": recordings["patient_id"],
            "ear": recordings["ear"],
            "age_years": recordings["age_years"],
            "loss_type": loss,
            "view": "alternating",
            "main": True,
            "lowest_level_db": 0.0,
            "step_db": recordings["step_db"],
            "true_threshold_db": np.where(censored, np.nan, threshold),
            "lowest_response_level_db": np.where(loss == "total", np.nan, threshold),
            "marked_threshold_db": np.where(loss == "total", np.nan, threshold + 5.0),
            "truth_status": status,
            "found_status": status,
            "found_threshold_db": np.where(loss == "total", 90.0, threshold),
            "found_fitted_db": np.where(loss == "total", 90.0, threshold),
            "found_low_db": threshold - 5.0,
            "found_high_db": np.where(index % 2, np.nan, threshold + 5.0),
        }
    )
    classes = ["found_class", *(f"found_class_{name}" for name in CLASSES)]
    ears = recordings[["patient_id", "ear", "loss_type", "age_years", *classes]].assign(
        step_db=series["step_db"], view="alternating"
    )
    return Predictions(recordings, series, ears)
