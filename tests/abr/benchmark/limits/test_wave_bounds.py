import numpy as np
import pytest

from evoscope.abr.benchmark.limits import (
    Derivatives,
    bounds_of,
    derivatives,
    known_series,
    wave_v_bounds,
)
from evoscope.abr.benchmark.limits.ear_parameters import draw_one, prior_covariance
from evoscope.abr.benchmark.limits.noise_model import NoiseLevels, NoiseModel
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.patients import patient_ears, simulate_patients
from evoscope.abr.simulation.profiles import get_profile

PROFILE = get_profile("clinic")
LEVELS_DB = np.array([80.0, 60.0, 40.0])


@pytest.fixture(scope="module")
def ear() -> ClinicEar:
    rng = np.random.default_rng(8)
    while True:
        found = draw_one(rng, PROFILE, "normal")
        if found.morphology.name == "separate IV/V" and found.size[4] > 0.4:
            return found


@pytest.fixture(scope="module")
def found(ear: ClinicEar) -> Derivatives:
    return derivatives(
        ear,
        level_db=LEVELS_DB,
        stimulus="click",
        frequency_hz=None,
        rate_hz=33.1,
        time_ms=PROFILE.time_ms,
    )


def covariance(eeg_uv: float) -> np.ndarray:
    n = np.ones(LEVELS_DB.size)
    levels = NoiseLevels(eeg=eeg_uv**2 * n, drift=0.07**2 * n, locked=0.02**2 * n)
    return levels.covariance(NoiseModel.of(PROFILE))


def test_wave_v_of_a_good_recording_can_be_read_to_a_tenth_of_a_millisecond(
    ear: ClinicEar, found: Derivatives
) -> None:
    prior = prior_covariance(PROFILE, ear)
    bounds = wave_v_bounds(found, covariance(0.02), prior, together=False)
    assert (bounds.latency_ms < 0.1).all()
    assert (bounds.amplitude_uv < 0.06).all()


def test_reading_the_whole_series_helps_and_more_noise_hurts(
    ear: ClinicEar, found: Derivatives
) -> None:
    prior = prior_covariance(PROFILE, ear)
    alone = wave_v_bounds(found, covariance(0.02), prior, together=False)
    together = wave_v_bounds(found, covariance(0.02), prior, together=True)
    noisier = wave_v_bounds(found, covariance(0.04), prior, together=False)
    assert (together.latency_ms < alone.latency_ms).all()
    assert (noisier.latency_ms > alone.latency_ms).all()


def test_a_delayed_ear_delays_its_wave_by_as_much(found: Derivatives) -> None:
    # The five delays together move all waves alike, and what is read on them.
    np.testing.assert_allclose(found.latency[:, :5].sum(axis=1), 1.0, atol=0.05)
    # The jitter of a recording is a delay, too: per ms, not per standard normal.
    np.testing.assert_allclose(found.latency[:, -2], 1.0, atol=0.05)


def test_a_wave_that_is_not_there_has_no_bound(ear: ClinicEar) -> None:
    silent = derivatives(
        ear,
        level_db=np.array([-40.0]),
        stimulus="click",
        frequency_hz=None,
        rate_hz=33.1,
        time_ms=PROFILE.time_ms,
    )
    prior = prior_covariance(PROFILE, ear, ears=60)
    bounds = wave_v_bounds(silent, covariance(0.02)[:1], prior, together=False)
    assert np.isnan(bounds.latency_ms).all()


def test_bounds_of_a_clinic_belong_to_its_recordings() -> None:
    clinic = {"patients": 100, "seed": 2}
    made = simulate_patients("clinic", **clinic, first=3, count=3)
    series = [one for columns in made for one in known_series(columns)]
    ears = {
        f"clinic-2-{index:06d}-{ear.side}": ear
        for index in range(3, 6)
        for ear in patient_ears("clinic", **clinic, index=index)
    }
    bounds = bounds_of(series, ears, PROFILE)
    alone = np.concatenate([one.alone.latency_ms for one in bounds])
    # The ear that was drawn again is the ear that was recorded: a bound where there is a wave V.
    there = np.concatenate([s.wave_v for s in series])
    clear = np.concatenate([s.fmp for s in series]) > 3.1
    assert np.isnan(alone[~there & ~clear]).mean() > 0.8
    assert np.isfinite(alone[there & clear]).mean() > 0.8
