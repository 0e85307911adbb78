"""A small cohort that holds, to break one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.abr.cohort import COLUMNS, Cohort, CohortWriter

N_SAMPLES = 200
GRID: dict[str, Any] = {"n_samples": N_SAMPLES, "sampling_rate_hz": 15_000.0, "onset_sample": 14.6}
LEVELS_DB = (20.0, 40.0, 60.0)


def patient_rows(
    patients: list[str], *, loss: str | None = "normal", seed: int = 0, halves: bool = True
) -> dict[str, Any]:
    """Every column of one ear per patient at three levels; truth is null where it may be."""
    rng = np.random.default_rng(seed)
    n = len(patients) * len(LEVELS_DB)
    block = rng.standard_normal((2, n, N_SAMPLES)).astype(np.float32)
    owners = [patient for patient in patients for _ in LEVELS_DB]
    columns: dict[str, Any] = {column.name: None for column in COLUMNS}
    return columns | {
        "patient_id": owners,
        "ear": ["right"] * n,
        "series_id": [f"{owner} right" for owner in owners],
        "record": [i for _ in patients for i in range(len(LEVELS_DB))],
        "species": ["human"] * n,
        "age_years": [None if i % 4 == 0 else float(i % 3) for i in range(n)],
        "sex": ["unknown"] * n,
        "stimulus": ["click"] * n,
        "level_db": list(LEVELS_DB) * len(patients),
        "level_reference": ["nHL"] * n,
        "rate_hz": [33.1] * n,
        "polarity": ["alternating"] * n,
        "transducer": ["insert"] * n,
        "sweeps": [2000] * n,
        "sampling_rate_hz": [15_000.0] * n,
        "onset_sample": [14.6] * n,
        "residual_noise_nv": rng.gamma(3.0, 30.0, n),
        "fmp": rng.gamma(1.0, 1.0, n),
        "waveform": block.mean(axis=0),
        "half_a": block[0] if halves else None,
        "half_b": block[1] if halves else None,
        "loss_type": [loss] * n,
        "marked_V_present": [True] * n,
        "marked_V_latency_ms": rng.normal(7.0, 0.5, n),
        "marked_V_amplitude_uv": rng.gamma(2.0, 0.1, n),
        "synthetic": [False] * n,
        "weight": [1.0] * n,
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Cohort]:
    def writing(*batches: Any, name: str = "cohort.parquet", **grid: Any) -> Cohort:
        path = tmp_path / name
        with CohortWriter(path, **(GRID | grid)) as writer:
            for batch in batches:
                writer.append(batch)
        return Cohort.open(path)

    return writing


@pytest.fixture
def rows() -> Callable[..., dict[str, Any]]:
    return patient_rows
