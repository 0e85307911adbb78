"""Calibration error without the noise's share, and reliability that never splits ties."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from evoscope.measure import (
    Measured,
    ReliabilityBin,
    expected_calibration_error,
    macro_one_vs_rest,
    reliability,
    root_mean_square_calibration_error,
    sigmoid,
    top_class,
)
from evoscope.measure.intervals import effective_size

BOTH = pytest.mark.parametrize(
    "metric", [expected_calibration_error, root_mean_square_calibration_error]
)


def plain_error(p: np.ndarray, true: np.ndarray) -> float:
    return sum(
        abs(b.stated - (b.observed.value or 0.0)) * b.observed.n for b in reliability(p, true)
    ) / len(p)


def figures(too_sure: float, n: int, times: int) -> np.ndarray:
    """Plain, first and second figure on fresh data, ``(times, 3)``."""
    rng = np.random.default_rng(5)
    rows = []
    for _ in range(times):
        z = 2.0 * rng.normal(size=n)
        p, true = sigmoid(too_sure * z), rng.random(n) < sigmoid(z)
        found = (expected_calibration_error(p, true), root_mean_square_calibration_error(p, true))
        rows.append([plain_error(p, true), *(f.value or 0.0 for f in found)])
    return np.array(rows)


def test_a_perfect_model_is_blamed_for_noise_by_the_plain_sum_only() -> None:
    plain, first, second = np.median(figures(1.0, 1000, 60), axis=0)
    assert plain > 0.03
    assert first < 0.7 * plain
    assert second < 0.5 * plain


def test_the_square_is_unbiased_where_the_model_is_wrong() -> None:
    z = 2.0 * np.random.default_rng(0).normal(size=200_000)
    apart = sigmoid(2.0 * z) - sigmoid(z)
    second = figures(2.0, 500, 100)[:, 2]
    assert np.mean(second**2) == pytest.approx(np.mean(apart**2), rel=0.08)
    first = figures(2.0, 3000, 30)[:, 1]
    assert np.mean(first) == pytest.approx(np.mean(np.abs(apart)), rel=0.03)


def test_the_noise_of_a_bin_is_that_of_its_mean() -> None:
    # 0.65 apart; the variance of the four distances is 1/4, of their mean 1/16.
    found = root_mean_square_calibration_error([0.9] * 4, [1, 0, 0, 0], bins=1).value
    assert found == pytest.approx((0.65**2 - 1 / 16) ** 0.5)


def test_bins_are_scikit_learns_quantile_bins_where_nothing_ties() -> None:
    rng = np.random.default_rng(2)
    p = rng.random(600)
    true = rng.random(600) < p
    observed, stated = calibration_curve(true, p, n_bins=10, strategy="quantile")
    found = reliability(p, true, bins=10)
    assert [b.stated for b in found] == pytest.approx(stated.tolist(), abs=2e-3)
    assert [b.observed.value for b in found] == pytest.approx(observed.tolist(), abs=0.02)
    assert [b.observed.n for b in found] == [60] * 10


def test_equal_probabilities_stay_together() -> None:
    p = np.array([0.2] * 50 + [0.3] * 3 + [0.9] * 47)
    bins = reliability(p, np.arange(100) % 2 == 0, bins=10)
    assert [(b.low, b.high, b.observed.n) for b in bins] == [
        (0.2, 0.2, 50),
        (0.3, 0.3, 3),
        (0.9, 0.9, 47),
    ]


@BOTH
def test_a_wrong_constant_is_found_to_its_size(metric: Callable[..., Measured]) -> None:
    true = np.arange(2000) % 10 < 6
    assert metric(np.full(2000, 0.9), true).value == pytest.approx(0.3, abs=0.001)
    assert metric(np.full(2000, 0.6), true).value == pytest.approx(0.0, abs=1e-9)


@BOTH
@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), junk=st.sampled_from([np.nan, np.inf, 7.0]))
def test_masks_order_and_bounds(metric: Callable[..., Measured], seed: int, junk: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 40))
    p, true, keep = np.round(rng.random(n), 1), rng.random(n) < 0.5, rng.random(n) < 0.7
    found = metric(np.where(keep, p, junk), np.where(keep, true, junk), keep)
    assert found == metric(p[keep], true[keep])
    assert (found.value is None) == (keep.sum() < 2)
    assert found.value is None or 0.0 <= found.value <= 1.0
    order = rng.permutation(n)
    again = metric(p[order], true[order], keep[order]).value
    assert again == (None if found.value is None else pytest.approx(found.value, abs=1e-7))


def test_logits_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        expected_calibration_error([2.0, -1.0], [1, 0])
    with pytest.raises(ValueError, match="bins should be 1 or more"):
        reliability([0.5], [1], bins=0)
    assert reliability([], []) == ()


def test_classes_reduce_to_the_first_one_or_to_each() -> None:
    p = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1]])
    stated, right = top_class(p, [0, 1, -1], [True, True, False])
    assert stated.tolist() == [0.6, 0.6]
    assert right.tolist() == [True, False]
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(3), size=400)
    true = np.array([rng.choice(3, p=row) for row in p])
    worst = macro_one_vs_rest(expected_calibration_error, np.roll(p, 1, axis=1), true).value
    good = macro_one_vs_rest(expected_calibration_error, p, true).value
    assert worst is not None
    assert good is not None
    assert good < 0.05 < worst


def test_bins_of_few_patients_have_wide_intervals() -> None:
    rng = np.random.default_rng(7)
    patient = np.repeat(np.arange(30), 20)
    true = np.repeat(rng.random(30) < 0.5, 20)  # all cases of a patient are alike
    p = np.full(600, 0.5)
    (alone,) = reliability(p, true)
    (grouped,) = reliability(p, true, groups=patient)
    assert alone.observed.value == grouped.observed.value

    def width(b: ReliabilityBin) -> float:
        low, high = b.observed.low, b.observed.high
        assert low is not None
        assert high is not None
        return high - low

    assert width(grouped) == pytest.approx(20**0.5 * width(alone), rel=0.15)


def test_effective_size_counts_patients_when_they_agree_and_cases_when_they_do_not() -> None:
    rng = np.random.default_rng(8)
    patient = np.repeat(np.arange(100), 10)
    alike = np.repeat(rng.random(100) < 0.3, 10)
    apart = rng.random(1000) < 0.3
    by_hand = effective_size([1, 1, 0, 0, 1, 0], ["a", "a", "b", "b", "c", "c"])
    assert by_hand == pytest.approx(3.0)  # 1/4 over 1/12
    assert effective_size(alike, patient) == pytest.approx(100, rel=0.05)
    assert effective_size(apart, patient) > 700
    assert effective_size(np.ones(1000), patient) == 100
    assert effective_size(apart) == 1000
    assert effective_size(apart, np.zeros(1000)) == 1


def test_masked_cases_are_in_no_bin_and_of_no_patient() -> None:
    rng = np.random.default_rng(6)
    stated, patient = rng.random(60), np.arange(60) // 4
    true, keep = rng.random(60) < stated, rng.random(60) < 0.7
    dirty = np.where(keep, stated, np.nan)
    found = reliability(dirty, true, keep, groups=patient, bins=4, level=0.8)
    shown = reliability(stated[keep], true[keep], groups=patient[keep], bins=4, level=0.8)
    assert found == shown
    wider = reliability(dirty, true, keep, groups=patient, bins=4, level=0.95)
    for narrow, wide in zip(found, wider, strict=True):
        assert (wide.observed.low or 0.0) < (narrow.observed.low or 1.0)
