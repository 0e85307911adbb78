"""Bounds on wave V of every recording of a simulated clinic, from the ears that made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.ear_parameters import prior_covariance
from evoscope.abr.benchmark.limits.known_series import KnownSeries, known_series
from evoscope.abr.benchmark.limits.noise_model import NoiseModel, noise_levels
from evoscope.abr.benchmark.limits.wave_bounds import derivatives, wave_v_bounds
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.patients import patient_ears, simulate_patients
from evoscope.abr.simulation.profiles.settings import Profile


@dataclass(frozen=True, eq=False, kw_only=True)
class ClinicBounds:
    """One entry per recording, in the order of the cohort's rows of each series.

    Attributes:
        series_id: ``(n,)``.
        record: ``(n,)`` place in the series.
        fmp: ``(n,)``.
        alone_ms, together_ms: bound on the latency of wave V, the recording read alone or with
            its series; NaN where there is none.
        alone_uv, together_uv: the same of its amplitude.
    """

    series_id: NDArray[np.str_]
    record: NDArray[np.int64]
    fmp: NDArray[np.float64]
    alone_ms: NDArray[np.float64]
    together_ms: NDArray[np.float64]
    alone_uv: NDArray[np.float64]
    together_uv: NDArray[np.float64]


def clinic_bounds(
    profile: Profile,
    *,
    patients: int,
    seed: int,
    enrich: bool = False,
    first: int = 0,
    count: int | None = None,
) -> ClinicBounds:
    """Simulate patients again and bound wave V in each of their recordings.

    The arguments are those of ``simulate_patients``: same arguments, same ears and noise. Noise
    levels are those of ``noise_levels``; see ``wave_v_bounds`` for what is assumed.

    Example:
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> bounds = clinic_bounds(get_profile("clinic"), patients=40, seed=1, count=1)
        >>> bool(np.nanmax(bounds.together_ms - bounds.alone_ms) < 0.01)
        True
    """
    noise = NoiseModel.of(profile)
    priors: dict[str, NDArray[np.float64]] = {}
    rows: list[NDArray[np.float64]] = []
    names: list[str] = []
    made = simulate_patients(
        profile, patients=patients, seed=seed, enrich=enrich, first=first, count=count
    )
    for index, columns in enumerate(made, start=first):
        ears = patient_ears(profile, patients=patients, seed=seed, index=index, enrich=enrich)
        by_side = {ear.side: ear for ear in ears}
        for one in known_series(columns):
            ear = by_side[one.ear_id.rsplit("-", 1)[1]]
            if ear.mechanism not in priors:
                priors[ear.mechanism] = prior_covariance(profile, ear)
            rows.append(_of_series(one, ear, profile, noise, priors[ear.mechanism]))
            names += [one.series_id] * one.level_db.size
    table = np.concatenate(rows)
    return ClinicBounds(
        series_id=np.array(names),
        record=table[:, 0].astype(np.int64),
        fmp=table[:, 1],
        alone_ms=table[:, 2],
        together_ms=table[:, 3],
        alone_uv=table[:, 4],
        together_uv=table[:, 5],
    )


def _of_series(
    one: KnownSeries,
    ear: ClinicEar,
    profile: Profile,
    noise: NoiseModel,
    prior: NDArray[np.float64],
) -> NDArray[np.float64]:
    found = derivatives(
        ear,
        level_db=one.level_db,
        stimulus=one.stimulus,
        frequency_hz=one.frequency_hz,
        rate_hz=one.rate_hz,
        time_ms=profile.time_ms,
    )
    levels = noise_levels(
        noise,
        half_difference=one.half_difference,
        residual_noise_nv=one.residual_noise_nv,
        waveform=one.waveform,
        response_power=np.zeros((one.level_db.size, noise.drift_power.size)),
    )
    covariance = levels.covariance(noise)
    alone = wave_v_bounds(found, covariance, prior, together=False)
    together = wave_v_bounds(found, covariance, prior, together=True)
    return np.column_stack(
        [
            np.arange(one.level_db.size),
            one.fmp,
            alone.latency_ms,
            together.latency_ms,
            alone.amplitude_uv,
            together.amplitude_uv,
        ]
    )
