import numpy as np
import pytest

from evoscope.abr.benchmark.limits import (
    LevelConditional,
    NoiseModel,
    StationaryWiener,
    mse_over_noise,
    noise_levels,
)
from evoscope.abr.simulation.patients import simulate_patients
from evoscope.abr.simulation.profiles import get_profile


def rows(count: int, first: int) -> dict[str, np.ndarray]:
    parts = list(simulate_patients("clinic", patients=100, seed=3, first=first, count=count))
    names = ("level_db", "waveform", "half_a", "half_b", "clean_waveform", "residual_noise_nv")
    return {n: np.concatenate([p[n] for p in parts]).astype(np.float64) for n in names}


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    train, test = rows(25, 0), rows(10, 60)
    half = 0.5 * (test["half_a"] - test["half_b"])
    noise = NoiseModel.of(get_profile("clinic"))
    levels = noise_levels(
        noise,
        half_difference=half,
        residual_noise_nv=test["residual_noise_nv"],
        waveform=test["waveform"],
        response_power=np.zeros((len(half), noise.drift_power.size)),
    )
    linear = LevelConditional.fit(train["level_db"], train["clean_waveform"])
    wiener = StationaryWiener.fit(train["clean_waveform"])
    found = {
        "raw": test["waveform"],
        "zero": np.zeros_like(half),
        "linear": linear(test["level_db"], test["waveform"], levels.covariance(noise)),
        "wiener": wiener(test["waveform"], half),
    }
    return {
        name: mse_over_noise(values, test["clean_waveform"], test["residual_noise_nv"])
        for name, values in found.items()
    }


def test_the_raw_average_scores_about_one(scores: dict[str, float]) -> None:
    # Above one by the slow baseline that no device counts as noise.
    assert 0.9 < scores["raw"] < 1.5


def test_a_filter_beats_the_raw_average_and_silence(scores: dict[str, float]) -> None:
    assert scores["wiener"] < min(scores["raw"], scores["zero"])


def test_knowing_when_waves_come_beats_knowing_their_spectrum(scores: dict[str, float]) -> None:
    assert scores["linear"] < scores["wiener"]


def test_a_level_that_was_not_fitted_takes_the_nearest() -> None:
    linear = LevelConditional.fit(
        np.array([20.0, 20.0, 60.0, 60.0]), np.repeat([[1.0], [3.0]], 2, axis=0) * np.ones(5)
    )
    found = linear(np.array([70.0]), np.zeros((1, 5)), np.eye(5))
    np.testing.assert_allclose(found, 3.0)
