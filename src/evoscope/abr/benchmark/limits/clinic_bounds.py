"""Bounds on wave V of every recording of simulated series, from the ears that made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.ear_parameters import prior_covariance
from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.noise_model import NoiseModel, noise_levels
from evoscope.abr.benchmark.limits.wave_bounds import WaveBounds, derivatives, wave_v_bounds
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.profiles.settings import Profile
from evoscope.abr.workers import in_order

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class SeriesBounds:
    """Smallest SD of a reading of wave V in each recording of a series, ``(n,)`` each.

    Attributes:
        alone: the recording read without its series.
        together: with it.
    """

    alone: WaveBounds
    together: WaveBounds


def bounds_of(
    series: Sequence[KnownSeries],
    ears: Mapping[str, ClinicEar],
    profile: Profile,
    *,
    processes: int = 1,
    advance: Callable[[], None] = lambda: None,
) -> tuple[SeriesBounds, ...]:
    """Bound wave V in every recording of some series.

    Noise levels are those of ``noise_levels``; see ``wave_v_bounds`` for what is assumed.

    Args:
        series: alternating, of the profile's simulator.
        ears: by ``ear_id``: those that were played to (``patient_ears``).
        profile: what they were drawn from.
        processes: how many work; no bound depends on it.
        advance: called after each series.

    Example:
        >>> from evoscope.abr.benchmark.limits.known_series import known_series
        >>> from evoscope.abr.simulation.patients import patient_ears, simulate_patients
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> clinic = dict(patients=40, seed=1)
        >>> series = known_series(next(simulate_patients("clinic", **clinic)))
        >>> ears = {f"{series[0].patient_id}-{e.side}": e
        ...         for e in patient_ears("clinic", **clinic, index=0)}
        >>> bounds = bounds_of(series[:1], ears, get_profile("clinic"))[0]
        >>> bool(np.nanmax(bounds.together.latency_ms - bounds.alone.latency_ms) < 0.01)
        True
    """
    priors = {
        ear.mechanism: ear for ear in (ears[name] for name in {s.ear_id: None for s in series})
    }
    work = partial(
        _of_series,
        profile=profile,
        noise=NoiseModel.of(profile),
        priors={name: prior_covariance(profile, ear) for name, ear in priors.items()},
    )
    found = []
    for one in in_order(work, [(s, ears[s.ear_id]) for s in series], processes=processes):
        found.append(one)
        advance()
    return tuple(found)


def _of_series(
    both: tuple[KnownSeries, ClinicEar],
    *,
    profile: Profile,
    noise: NoiseModel,
    priors: Mapping[str, Array],
) -> SeriesBounds:
    one, ear = both
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
    covariance, prior = levels.covariance(noise), priors[ear.mechanism]
    return SeriesBounds(
        alone=wave_v_bounds(found, covariance, prior, together=False),
        together=wave_v_bounds(found, covariance, prior, together=True),
    )
