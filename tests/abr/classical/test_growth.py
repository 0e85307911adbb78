"""Where the response disappears: judged on data drawn from the model itself, truth known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.fft import idct

from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.cosines import HUMAN_CLICK, Band
from evoscope.abr.classical.growth import Growth, fit_growth
from evoscope.abr.classical.threshold import VISIBLE_SNR

from .builders import RATE_HZ, TIME_MS, Array, halves, prepared, single

LEVELS_DB = np.arange(0.0, 90.0, 10.0)
WINDOW = slice(10, 140)
NOISE_UV = 0.03
STILL = Band(HUMAN_CLICK.low_hz, HUMAN_CLICK.high_hz, (0.0,), 1.0)
DRAWS = range(20)


def growth_law(level_db: Array | float, theta_db: float, rise_db: float, exponent: float) -> Array:
    above = np.clip(np.asarray(level_db) - theta_db, 0.0, None)
    return np.asarray((above / (above + rise_db)) ** exponent)


def draw(seed: int, *, loudest_snr: float = 30.0) -> tuple[Array, float]:
    """Traces ``(n_levels, n_samples)`` of the model, and the level where they become visible."""
    rng = np.random.default_rng(seed)
    theta, rise = rng.uniform(0.0, 50.0), rng.choice([10.0, 30.0])
    exponent, length = rng.choice([1.0, 2.0]), rng.choice([15.0, 30.0, 60.0])
    size = growth_law(LEVELS_DB, theta, rise, exponent)
    relative = size / size[-1]
    gaps = np.abs(LEVELS_DB[:, None] - LEVELS_DB[None, :])
    root = np.linalg.cholesky(np.exp(-gaps / length) + 1e-9 * np.eye(LEVELS_DB.size))
    n = WINDOW.stop - WINDOW.start
    frequency_hz = np.arange(n) * RATE_HZ / 2 / n
    band = (frequency_hz >= STILL.low_hz) & (frequency_hz <= STILL.high_hz)
    coefficients = root @ rng.standard_normal((LEVELS_DB.size, n)) * band
    coefficients *= NOISE_UV * np.sqrt(loudest_snr) * relative[:, None]
    traces = np.zeros((LEVELS_DB.size, TIME_MS.size))
    traces[:, WINDOW] = idct(coefficients, norm="ortho", axis=1)
    fine = np.arange(-40.0, 90.0, 0.1)
    snr = loudest_snr * (growth_law(fine, theta, rise, exponent) / size[-1]) ** 2
    return traces, float(fine[np.argmax(snr >= VISIBLE_SNR)])


def quantile(growth: Growth, probability: float) -> float:
    order = np.argsort(growth.crossing_db)
    cumulative = np.cumsum(growth.weight[order])
    return float(growth.crossing_db[order][np.searchsorted(cumulative, probability)])


@cache
def fitted(seed: int, *, with_halves: bool) -> tuple[Growth, float]:
    traces, truth = draw(seed)
    rng = np.random.default_rng(1000 + seed)
    make = halves if with_halves else single
    series = prepared(LEVELS_DB.tolist(), [make(t, NOISE_UV, rng) for t in traces])
    growth = fit_growth(series, band=STILL, criterion=VISIBLE_SNR)
    assert growth is not None
    return growth, truth


@pytest.mark.parametrize("with_halves", [True, False])
def test_the_interval_contains_the_truth_as_often_as_it_says(with_halves: bool) -> None:
    inside, errors, widths = [], [], []
    for seed in DRAWS:
        growth, truth = fitted(seed, with_halves=with_halves)
        low, high = quantile(growth, 0.05), quantile(growth, 0.95)
        inside.append(low - 1.3 <= truth <= high + 1.3)  # hypotheses are 2.5 dB apart
        errors.append(growth.middle - truth)
        widths.append(high - low)
    assert np.mean(inside) >= 0.75
    # An interval as wide as the range would always be right, and useless.
    assert np.median(widths) < 25.0
    assert np.median(np.abs(errors)) < 6.0
    assert abs(np.median(errors)) < 5.0


def test_weights_are_probabilities_and_readers_disagree_in_order() -> None:
    growth, _ = fitted(0, with_halves=True)
    assert growth.weight.sum() == pytest.approx(1.0)
    assert growth.weight.min() >= 0
    keen, usual, strict = growth.readers_db
    assert (keen <= usual).all()
    assert (usual <= strict).all()
    # A keen reader pulls the lower end down: it is no longer one reader's doubt alone.
    low, high = growth.interval(0.0)
    assert low <= quantile(growth, 0.05)
    assert low <= growth.middle <= high


def test_wide_level_steps_make_the_interval_wider() -> None:
    growth, _ = fitted(0, with_halves=True)
    fine, coarse = growth.interval(5.0), growth.interval(20.0)
    assert coarse[1] - coarse[0] > fine[1] - fine[0]


def test_the_probability_of_a_response_rises_with_level() -> None:
    growth, truth = fitted(3, with_halves=True)
    rising = [growth.probability_below(level) for level in np.arange(-30.0, 100.0, 5.0)]
    assert np.diff(rising).min() > -1e-9
    assert growth.probability_below(truth + 30.0) > 0.9
    assert growth.probability_below(truth - 30.0) < 0.1


@pytest.mark.parametrize("with_halves", [True, False])
def test_noise_has_less_evidence_than_any_response(with_halves: bool) -> None:
    make = halves if with_halves else single
    silent = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        parts = [make(np.zeros(TIME_MS.size), NOISE_UV, rng) for _ in LEVELS_DB]
        growth = fit_growth(prepared(LEVELS_DB.tolist(), parts), band=STILL, criterion=VISIBLE_SNR)
        assert growth is not None
        silent.append(growth.log_evidence)
    heard = [fitted(seed, with_halves=with_halves)[0].log_evidence for seed in range(5)]
    assert max(silent) < min(heard)


def test_the_unit_does_not_matter() -> None:
    # Volts or microvolts, the response is visible at the same level.
    traces, _ = draw(4)
    rng = np.random.default_rng(4)
    parts = [halves(t, NOISE_UV, rng) for t in traces]
    scaled = [replace(p, values=p.values * 1000.0) for p in parts]
    one, other = (
        fit_growth(prepared(LEVELS_DB.tolist(), x), band=STILL, criterion=VISIBLE_SNR)
        for x in (parts, scaled)
    )
    assert one is not None
    assert other is not None
    assert other.middle == pytest.approx(one.middle, abs=2.6)


def test_shares_of_response_are_seen_and_fitted_from_none_to_nearly_all() -> None:
    growth, _ = fitted(1, with_halves=True)
    assert growth.fitted_share[0] < 0.2
    assert growth.fitted_share[-1] > 0.8
    assert np.abs(growth.observed_share - growth.fitted_share)[-3:].max() < 0.2


@pytest.mark.parametrize(("n_levels", "make"), [(1, halves), (1, single), (2, single)])
def test_too_few_levels_give_no_posterior(n_levels: int, make: object) -> None:
    rng = np.random.default_rng(0)
    parts = [make(np.zeros(TIME_MS.size), 1.0, rng) for _ in range(n_levels)]  # type: ignore[operator]
    series = prepared(LEVELS_DB[:n_levels].tolist(), parts)
    assert fit_growth(series, band=STILL, criterion=VISIBLE_SNR) is None


def test_two_levels_with_halves_do() -> None:
    rng = np.random.default_rng(0)
    parts = [halves(np.zeros(TIME_MS.size), 1.0, rng) for _ in range(2)]
    assert fit_growth(prepared([0.0, 10.0], parts), band=STILL, criterion=VISIBLE_SNR) is not None


def test_a_window_under_4_ms_gives_no_posterior() -> None:
    rng = np.random.default_rng(0)
    parts: list[SubAverages] = [halves(np.zeros(TIME_MS.size), 1.0, rng) for _ in range(3)]
    short = replace(prepared([0.0, 10.0, 20.0], parts), window=slice(10, 45))
    assert fit_growth(short, band=STILL, criterion=VISIBLE_SNR) is None
