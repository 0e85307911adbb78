"""Cohort columns of one patient's recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evoscope.abr.norms import WAVE_LABELS, person
from evoscope.abr.simulation.blocks import Averages
from evoscope.abr.simulation.classes import CENSORED
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.measure import MeasuredWaves
from evoscope.abr.simulation.profiles.settings import Profile
from evoscope.abr.simulation.protocol import Played

Columns = dict[str, Any]
"""Columns by name: an array or a list of one value per recording each."""


def recording_columns(
    profile: Profile,
    who: Mapping[str, Any],
    ears: Sequence[ClinicEar],
    played: Played,
    age_known: bool,
) -> Columns:
    """What a device knows, the waveforms excepted, and where the rows come from."""
    n = played.level_db.size
    plans = [played.plans[k] for k in played.series]
    weeks = ears[0].age_weeks
    # Clinics write completed years: every infant is 0. Laboratories know a mouse's weeks.
    years = float(int(weeks / person.WEEKS_PER_YEAR)) if age_known else np.nan
    return {
        "patient_id": [who["patient_id"]] * n,
        "ear": [ears[p.ear].side for p in plans],
        "series_id": [
            f"{who['patient_id']}-{ears[p.ear].side}-{_stimulus_name(p.stimulus, p.frequency_hz)}"
            for p in plans
        ],
        "record": np.arange(n),
        "species": [profile.species] * n,
        "age_years": np.full(n, years),
        "age_weeks": np.full(n, weeks),
        "sex": [ears[0].sex] * n,
        "stimulus": [p.stimulus for p in plans],
        "frequency_hz": np.array([p.frequency_hz or np.nan for p in plans]),
        "level_db": played.level_db,
        "level_reference": [profile.level_reference] * n,
        "rate_hz": np.full(n, played.rate_hz),
        "transducer": [profile.transducer] * n,
        "sampling_rate_hz": np.full(n, profile.sampling_rate_hz),
        "onset_sample": np.full(n, profile.onset_sample),
        "synthetic": np.zeros(n, dtype=bool),
        "model_sha256": [None] * n,
        "seed": np.full(n, who["seed"], dtype=np.int64),
        "weight": np.full(n, who["weight"]),
    }


def truth_columns(ears: Sequence[ClinicEar], played: Played, truth: MeasuredWaves) -> Columns:
    """What is so. Censored classes have no true threshold, whatever their ears can do."""
    n = played.level_db.size
    threshold, lowest = np.full(n, np.nan), np.full(n, np.nan)
    present = np.zeros(n, dtype=bool)
    loss = []
    for k, plan in enumerate(played.plans):
        rows = played.series == k
        ear = ears[plan.ear]
        value = ear.threshold_db(plan.stimulus, plan.frequency_hz)
        if ear.loss not in CENSORED:
            threshold[rows] = value
        answered = played.level_db[rows] > value
        present[rows] = answered
        if answered.any():
            lowest[rows] = played.level_db[rows][answered].min()
        loss += [ear.loss] * int(rows.sum())
    return {
        "loss_type": loss,
        "true_threshold_db": threshold,
        "lowest_response_level_db": lowest,
        "response_present": present,
        **wave_columns("wave", truth),
    }


def wave_columns(prefix: str, waves: MeasuredWaves) -> Columns:
    """Presence, latency and amplitude of waves I-V."""
    columns: Columns = {}
    for index, wave in enumerate(WAVE_LABELS):
        columns[f"{prefix}_{wave}_present"] = waves.present[:, index]
        columns[f"{prefix}_{wave}_latency_ms"] = waves.latency_ms[:, index]
        columns[f"{prefix}_{wave}_amplitude_uv"] = waves.amplitude_uv[:, index]
    return columns


def unmarked_columns(n: int) -> Columns:
    """Marks of recordings that nobody looked at: null, which is not the same as absent."""
    columns: Columns = {}
    for wave in WAVE_LABELS:
        columns[f"marked_{wave}_present"] = [None] * n
        columns[f"marked_{wave}_latency_ms"] = np.full(n, np.nan)
        columns[f"marked_{wave}_amplitude_uv"] = np.full(n, np.nan)
    return columns


def average_columns(made: Averages, sweeps: Any, polarity: str) -> Columns:
    """What the device averaged, and its own measures of noise."""
    return {
        "polarity": [polarity] * len(made.fmp),
        "sweeps": np.asarray(sweeps, dtype=np.int64),
        "residual_noise_nv": made.residual_noise_nv,
        "fmp": made.fmp,
        "waveform": made.waveform,
        "half_a": made.half_a,
        "half_b": made.half_b,
    }


def interleave(parts: Sequence[Columns]) -> Columns:
    """Put the n-th rows of all parts under each other; the first part keeps its record numbers."""
    n, m = len(parts[0]["record"]), len(parts)
    order = np.arange(n * m).reshape(m, n).T.ravel()
    columns: Columns = {}
    for name in parts[0]:
        values = [part[name] for part in parts]
        if all(isinstance(value, np.ndarray) for value in values):
            columns[name] = np.concatenate(values)[order]
        else:
            flat = [item for value in values for item in value]
            columns[name] = [flat[i] for i in order]
    columns["record"] = np.arange(n * m).reshape(m, n).T.ravel()
    return columns


def _stimulus_name(stimulus: str, frequency_hz: float | None) -> str:
    return stimulus if frequency_hz is None else f"{stimulus}{frequency_hz:g}"
