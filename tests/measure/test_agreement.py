"""Agreement, RMSE and R2: the same figure in seconds and volts, and scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from evoscope.measure import (
    concordance,
    constant_baseline,
    correlation,
    limit_of_agreement,
    r2,
    root_mean_square_error,
)

RNG = np.random.default_rng(21)
UNITS = pytest.mark.parametrize(
    ("mean", "spread"),
    [
        pytest.param(5.6e-3, 3e-4, id="latency in seconds"),
        pytest.param(3e-7, 1e-7, id="amplitude in volts"),
        pytest.param(0.3, 0.1, id="amplitude in microvolts"),
        pytest.param(0.0, 2e-9, id="nanovolts around zero"),
    ],
)


@UNITS
def test_r2_and_rmse_are_scikit_learns_in_seconds_and_volts(mean: float, spread: float) -> None:
    true = mean + spread * RNG.normal(size=200)
    good = true + 0.5 * spread * RNG.normal(size=200)
    garbage = mean + spread * RNG.normal(size=200)
    keep = RNG.random(200) < 0.7
    for predicted in (good, garbage):
        got = r2(predicted, true, keep)
        assert got.n == keep.sum()
        assert got.value == pytest.approx(sk.r2_score(true[keep], predicted[keep]), rel=1e-9)
        rmse = root_mean_square_error(predicted, true, keep).value
        reference = sk.root_mean_squared_error(true[keep], predicted[keep])
        assert rmse == pytest.approx(reference, rel=1e-12)
    assert (r2(garbage, true).value or 0.0) < 0.0


@UNITS
def test_concordance_is_lins_formula_in_any_unit(mean: float, spread: float) -> None:
    t = mean + spread * RNG.normal(size=90)
    p = 0.8 * t + 0.4 * spread * RNG.normal(size=90) + 0.3 * spread
    covariance = np.cov(p, t, ddof=0)
    expected = 2 * covariance[0, 1] / (np.trace(covariance) + (p.mean() - t.mean()) ** 2)
    assert concordance(p, t).value == pytest.approx(expected, rel=1e-9)


def test_a_shift_or_a_wrong_scale_costs_concordance_and_not_correlation() -> None:
    t = RNG.normal(size=50)
    assert concordance(t, t).value == pytest.approx(1.0)
    assert concordance(-t, t).value == pytest.approx(-1.0, abs=0.1)
    for wrong in (t + 1.0, 3.0 * t):
        assert correlation(wrong, t).value == pytest.approx(1.0)
        assert (concordance(wrong, t).value or 1.0) < 0.75


def test_the_trivial_concordance_is_zero() -> None:
    t = RNG.normal(size=30)
    assert constant_baseline(concordance, t, centre="mean").value == pytest.approx(0.0, abs=1e-12)


def test_limits_of_agreement_hold_95_percent_of_normal_differences() -> None:
    t = RNG.normal(size=4000)
    p = t + 2.0 + 3.0 * RNG.normal(size=4000)
    low = limit_of_agreement(p, t, side="low").value
    high = limit_of_agreement(p, t, side="high").value
    assert low is not None
    assert high is not None
    assert (low + high) / 2 == pytest.approx(np.mean(p - t))
    assert np.mean((p - t > low) & (p - t < high)) == pytest.approx(0.95, abs=0.01)


def test_too_few_or_constant_is_undefined() -> None:
    assert concordance([1.0, 2.0], [3.0, 3.0]).value is None
    assert concordance([1.0], [1.0]).value is None
    assert limit_of_agreement([1.0], [1.0], side="low").value is None
    assert root_mean_square_error([1.0, 2.0], [1.0, 2.0], [True, False]).value is None
    assert root_mean_square_error([1.0, 2.0], [1.0, 2.0]).value == 0.0


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(-99, 99), st.integers(-99, 99), st.booleans()), max_size=20
    ),
    junk=st.sampled_from([np.nan, np.inf, 1e300]),
)
def test_masks_and_bounds(rows: list[tuple[int, int, bool]], junk: float) -> None:
    p, t = (np.array([r[i] for r in rows], dtype=float) for i in (0, 1))
    keep = np.array([r[2] for r in rows], dtype=bool)
    for metric, low, high in ((concordance, -1.0, 1.0), (root_mean_square_error, 0.0, np.inf)):
        found = metric(np.where(keep, p, junk), np.where(keep, t, junk), keep)
        assert found == metric(p[keep], t[keep])
        assert found.value is None or low <= found.value <= high
    r, c = correlation(p, t, keep).value, concordance(p, t, keep).value
    assert r is None or c is None or abs(c) <= abs(r) + 1e-9
