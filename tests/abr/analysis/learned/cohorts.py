"""Encoded patients and a network's answers about them, whose errors are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis.learned import THRESHOLDS_DB
from evoscope.abr.encoding import CONDITIONS, EncodedCohort, column, grid_time_ms

SAMPLES = 200
LEVELS_DB = np.array([20.0, 40.0, 60.0, 80.0])
Outputs = dict[str, NDArray[np.float32]]


def cohort_of(
    patients: int,
    *,
    seed: int,
    temperature: float = 2.0,
    latency_factor: float = 2.0,
    amplitude_factor: float = 3.0,
    threshold_off_db: float = 4.0,
) -> tuple[EncodedCohort, Outputs]:
    """Patients of one series each, and answers that are too sure of themselves.

    Args:
        patients: how many.
        seed: of everything random.
        temperature: by which the logits of existence, response and class are too large.
        latency_factor, amplitude_factor: by which errors are larger than predicted.
        threshold_off_db: SD of the threshold's error beyond its own distribution.
    """
    rng = np.random.default_rng(seed)
    r = patients * LEVELS_DB.size
    of_patient = np.repeat(np.arange(patients), LEVELS_DB.size)
    conditions = np.full((r, len(CONDITIONS)), np.nan, dtype=np.float32)
    noise_nv = np.repeat(np.exp(rng.normal(np.log(40.0), 0.5, patients)), LEVELS_DB.size)
    for name, values in {
        "level_db": np.tile(LEVELS_DB, patients),
        "residual_noise_nv": noise_nv,
        "rms_uv": np.hypot(noise_nv / 1000.0, rng.uniform(0.0, 0.15, r)),
        "rate_hz": 33.1,
        "frequency_hz": 0.0,
        "species": 0,
        "noise_kind": 0,
    }.items():
        conditions[:, column(name)] = values
    waveforms = (noise_nv[:, None] / 1000.0 * rng.standard_normal((r, SAMPLES))).astype(np.float32)

    belief = rng.normal(0.5, 2.5, (r, 5))
    present = rng.random((r, 5)) < 1.0 / (1.0 + np.exp(-belief))
    centre = np.array([1.6, 2.7, 3.8, 5.0, 5.8]) + rng.normal(0.0, 0.05, (r, 1))
    sd = rng.uniform(0.05, 0.12, (r, 1))
    # Patients differ: their own error is shared by all their recordings.
    own = rng.normal(0.0, 0.5, (patients, 1))[of_patient]
    error = np.sqrt(0.75) * rng.standard_normal((r, 5)) + own
    latency = centre + latency_factor * sd * error
    place = (grid_time_ms(SAMPLES) - centre[..., None]) / sd[..., None]
    size = rng.uniform(0.1, 0.4, (r, 5))
    responds = rng.normal(0.0, 3.0, r)
    response = rng.random(r) < 1.0 / (1.0 + np.exp(-responds))
    middle = rng.uniform(25.0, 75.0, patients)
    threshold = middle + rng.normal(0.0, np.hypot(3.0, threshold_off_db), patients)
    peak = -0.5 * ((THRESHOLDS_DB - middle[:, None]) / 3.0) ** 2
    class_belief = rng.normal(0.0, 1.5, (patients, 5))
    shares = np.exp(class_belief) / np.exp(class_belief).sum(axis=1, keepdims=True)
    loss = np.array([rng.choice(5, p=p) for p in shares])

    outputs = {
        "signal.mean": np.zeros((r, SAMPLES)),
        "existence.logits": temperature * belief,
        "latency.logits": -0.5 * place**2,
        "amplitude.mean": size,
        "amplitude.log_variance": np.full((r, 5), 2.0 * np.log(0.02)),
        "response.logits": temperature * responds[:, None],
        "threshold.logits": np.column_stack([peak, np.full(patients, -20.0)])[of_patient],
        "loss_class.logits": temperature * class_belief[of_patient],
    }
    none, flags = np.full((r, 5), np.nan, np.float32), np.full((r, 5), -1, np.int8)
    amplitude = size + amplitude_factor * 0.02 * rng.standard_normal((r, 5))
    cohort = EncodedCohort(
        waveforms=waveforms,
        noise=waveforms,
        covered=np.ones((r, SAMPLES), dtype=bool),
        conditions=conditions,
        modelled_noise_nv=noise_nv.astype(np.float32),
        clean=np.zeros((r, SAMPLES), np.float32),
        present=present.astype(np.int8),
        latency_ms=np.where(present, latency, np.nan).astype(np.float32),
        amplitude_uv=np.where(present, amplitude, np.nan).astype(np.float32),
        response=response.astype(np.int8),
        marked_present=flags,
        marked_latency_ms=none,
        marked_amplitude_uv=none,
        row=np.arange(r),
        first=np.arange(0, r + 1, LEVELS_DB.size),
        threshold_db=threshold.astype(np.float32),
        marked_threshold_db=np.full(patients, np.nan, np.float32),
        status=np.zeros(patients, np.int8),
        loss_class=loss.astype(np.int8),
        weight=np.ones(patients, np.float32),
        level_offset_db=np.zeros(patients, np.float32),
        patient_id=np.array([f"P{i}" for i in range(patients)]),
        series_id=np.array([f"S{i}" for i in range(patients)]),
        ear=np.array(["left"] * patients),
        skipped=np.empty(0, dtype=np.str_),
    )
    return cohort, {name: values.astype(np.float32) for name, values in outputs.items()}
