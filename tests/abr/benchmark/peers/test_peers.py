"""A peer rebuilt badly would be beaten for the wrong reason: each is right where truth is plain."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.benchmark.peers import (
    POINTS,
    adjacent_threshold,
    crossing,
    f_from_trials,
    f_stated_threshold,
    f_threshold,
    picked_threshold,
    picked_v,
    resampled_threshold,
)
from evoscope.abr.benchmark.peers.resampled import mean_correlation
from evoscope.abr.findings import Threshold
from evoscope.abr.recording import Series
from evoscope.abr.simulation import simulate_series

from .builders import heard_from, silent, trial_series

PLAIN = {"criterion": 0.3, "level_reference": "SPL", "method": "test"}


def by_resampling(series: Series) -> Threshold:
    found = resampled_threshold(series, splits=20)
    assert found is not None
    return found


def by_f(points: int) -> object:
    def threshold(series: Series) -> Threshold:
        found = f_threshold(series, points=points)
        assert found is not None
        return found

    return threshold


ON_TRIALS = {
    "resampled": by_resampling,
    "adjacent": adjacent_threshold,
    "Fsp": by_f(POINTS["Fsp"]),
    "Fmp": by_f(POINTS["Fmp"]),
}


@pytest.mark.parametrize("name", ON_TRIALS)
def test_a_plain_threshold_is_found(name: str) -> None:
    found = ON_TRIALS[name](heard_from(50.0))
    assert found.status == "estimated"
    # Rules name 50, curves a level between it and the one below.
    assert 40.0 <= found.value_db <= 50.0


@pytest.mark.parametrize("name", ON_TRIALS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_has_no_threshold(name: str, seed: int) -> None:
    assert ON_TRIALS[name](silent(seed=seed)).status == "no_response"


@pytest.mark.parametrize("name", ON_TRIALS)
def test_a_response_at_every_level_is_below_range(name: str) -> None:
    series = trial_series({float(level): 3.0 for level in range(20, 81, 10)})
    assert ON_TRIALS[name](series).status == "below_range"


def test_find_peaks_names_wave_v_where_it_is() -> None:
    series, truth = simulate_series(true_threshold_db=15, levels_db=range(0, 81, 20), seed=3)
    picked = picked_v(series)
    found = picked_threshold(series, picked)
    assert found is not None
    assert found.value_db in (20.0, 40.0)
    for recording, at in zip(series, picked, strict=True):
        waves = {wave.name: wave for wave in truth.levels[recording.level_db].waves}
        if recording.level_db >= 40.0:
            assert at == pytest.approx(waves["V"].latency_ms, abs=0.25)


def test_find_peaks_names_hardly_anything_in_noise() -> None:
    named = 0
    for seed in range(20):
        series, _ = simulate_series(true_threshold_db=200, levels_db=range(0, 81, 20), seed=seed)
        found = picked_threshold(series, picked_v(series))
        assert found is not None
        named += found.status != "no_response"
    # At the loudest level nothing confirms it.
    assert named <= 2


def test_find_peaks_is_not_asked_of_animals() -> None:
    series = heard_from(50.0)
    assert picked_threshold(series, [None] * len(series)) is None


def test_methods_that_need_trials_say_so_of_averages() -> None:
    series, _ = simulate_series(true_threshold_db=20, levels_db=[0, 20, 40, 60], seed=1)
    assert resampled_threshold(series) is None
    assert f_threshold(series, points=1) is None


def test_the_sigmoid_is_crossed_where_its_formula_says() -> None:
    levels = np.arange(0.0, 91.0, 5.0)
    values = 0.02 + 0.9 / (1.0 + np.exp(-(levels - 40.0) / 6.0))
    true_db = 40.0 - 6.0 * np.log(0.9 / (0.3 - 0.02) - 1.0)
    found = crossing(levels.tolist(), values.tolist(), **PLAIN)
    assert found.value_db == pytest.approx(true_db, abs=0.1)


def test_the_power_law_is_crossed_where_its_formula_says() -> None:
    levels = np.arange(0.0, 91.0, 10.0)
    found = crossing(levels.tolist(), (0.95 * (levels / 90.0) ** 1.7).tolist(), **PLAIN)
    assert found.value_db == pytest.approx(90.0 * (0.3 / 0.95) ** (1.0 / 1.7), abs=0.1)


def test_three_levels_do_not_make_a_curve() -> None:
    assert crossing([0, 10, 20], [0.0, 0.5, 1.0], **PLAIN).status == "inconclusive"


def test_the_mean_correlation_is_what_signal_and_noise_make_it() -> None:
    # Medians of n / 2 Gaussian trials have a variance of pi / n: the correlation is S / (S + N).
    rng = np.random.default_rng(0)
    n, samples, size = 200, 4000, 0.15
    signal = size * np.sqrt(2.0) * np.sin(np.arange(samples))
    trials = signal + rng.standard_normal((n, samples))
    expected = size**2 / (size**2 + np.pi / n)
    found = mean_correlation(trials, np.arange(n) % 2 == 0, splits=10, rng=rng)
    assert found == pytest.approx(expected, abs=0.03)


def test_halves_hold_as_many_trials_of_each_polarity() -> None:
    # What inverts with the polarity cancels in both halves, however trials are drawn.
    inverted = np.arange(40) % 2 == 0
    artefact = np.where(inverted, -1.0, 1.0)[:, None] * np.ones((1, 50))
    small = 1e-3 * np.sin(np.arange(50) / 5)
    found = mean_correlation(artefact + small, inverted, splits=5, rng=np.random.default_rng(1))
    assert found == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("points", POINTS.values())
def test_f_is_one_in_white_noise_and_grows_with_the_signal(points: int) -> None:
    rng = np.random.default_rng(5)
    noise = rng.standard_normal((400, 3000))
    window = slice(0, 3000)
    assert f_from_trials(noise, window=window, points=points) == pytest.approx(1.0, abs=0.2)
    wave = np.sin(np.arange(3000))
    # 1 + n S / N: 400 x 0.5 x 0.04.
    found = f_from_trials(noise + 0.2 * wave, window=window, points=points)
    assert found == pytest.approx(9.0, rel=0.25)


def test_a_level_without_a_stated_f_cannot_be_judged() -> None:
    series, _ = simulate_series(true_threshold_db=20, levels_db=[0, 20, 40], seed=1)
    assert f_stated_threshold(series, [None, 4.0, 9.0]) is None
