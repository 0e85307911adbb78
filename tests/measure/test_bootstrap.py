"""Patient intervals: as wide as the patients differ, covering what they claim to cover."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.measure import (
    Measured,
    bias,
    bootstrap_interval,
    mean_absolute_error,
    r2,
    resampled_rows,
)


def test_whole_patients_are_drawn() -> None:
    groups = np.array(["b", "a", "b", "c", "b"])
    for rows in resampled_rows(groups, n=50, seed=0):
        drawn, counts = np.unique(rows, return_counts=True)
        times = dict(zip(drawn.tolist(), counts.tolist(), strict=True))
        assert times.get(0, 0) == times.get(2, 0) == times.get(4, 0)
        patients = times.get(0, 0) + times.get(1, 0) + times.get(3, 0)
        assert patients == 3


def test_recordings_of_one_patient_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(0)
    offset = rng.normal(size=12)
    errors, groups = np.repeat(offset, 50), np.repeat(np.arange(12), 50)
    zeros = np.zeros_like(errors)
    by_patient = bootstrap_interval(bias, groups, errors, zeros, n=300, seed=1)
    by_row = bootstrap_interval(bias, np.arange(600), errors, zeros, n=300, seed=1)
    assert width(by_patient) > 4.0 * width(by_row)
    assert width(by_patient) == pytest.approx(2 * 1.645 * float(np.std(offset)) / 12**0.5, rel=0.25)


def test_ninety_percent_intervals_hold_the_truth_about_ninety_percent_of_the_time() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for trial in range(120):
        patient = rng.normal(size=40)
        errors = (patient[:, None] + 0.5 * rng.normal(size=(40, 3))).ravel()
        got = bootstrap_interval(
            bias, np.repeat(np.arange(40), 3), errors, np.zeros(120), n=150, seed=trial
        )
        assert got.low is not None
        assert got.high is not None
        held += got.low <= 0.0 <= got.high
    assert 0.80 <= held / 120 <= 0.97


def test_same_seed_same_interval_other_seed_other() -> None:
    rng = np.random.default_rng(2)
    p, t, g = rng.normal(size=30), rng.normal(size=30), np.arange(30) // 2
    first = bootstrap_interval(r2, g, p, t, n=50, seed=4)
    assert first == bootstrap_interval(r2, g, p, t, n=50, seed=4)
    assert first != bootstrap_interval(r2, g, p, t, n=50, seed=5)


def test_masked_rows_take_no_part() -> None:
    p, t = np.array([1.0, 2.0, np.nan, 4.0]), np.array([1.5, 2.5, 3.0, 5.0])
    keep = np.array([True, True, False, True])
    got = bootstrap_interval(mean_absolute_error, [0, 1, 1, 2], p, t, mask=keep, n=200, seed=0)
    assert got.n == 3
    assert got.value == pytest.approx(2 / 3)


def test_two_dimensional_targets_are_grouped_by_row() -> None:
    t = np.arange(12.0).reshape(4, 3)
    got = bootstrap_interval(bias, [0, 0, 1, 2], t + 1.0, t, n=20, seed=0)
    assert (got.value, got.low, got.high, got.n) == (1.0, 1.0, 1.0, 12)


def test_one_patient_has_no_interval_and_says_so() -> None:
    got = bootstrap_interval(bias, [7, 7, 7], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0], n=10, seed=0)
    assert got == Measured(2.0, 3, reason="one group: no interval")


def test_too_many_undefined_resamples_leave_no_interval() -> None:
    # One patient of two carries all the variance: half of the resamples have a constant truth.
    got = bootstrap_interval(r2, [0, 0, 1, 1], [1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0],
                             n=100, seed=0)  # fmt: skip
    assert got.value == 1.0
    assert got.low is None
    assert "resamples" in got.reason


def test_undefined_metric_stays_undefined() -> None:
    got = bootstrap_interval(r2, [0, 1], [1.0, 2.0], [3.0, 3.0], n=10, seed=0)
    assert got.value is None


def test_groups_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one row per entry of groups, 3"):
        bootstrap_interval(bias, [0, 1, 2], [1.0, 2.0], [1.0, 2.0], n=10, seed=0)


def width(measured: Measured) -> float:
    assert measured.low is not None
    assert measured.high is not None
    return measured.high - measured.low
