"""Temperature: the lowest log loss there is, and honest only on groups it never saw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from evoscope.measure import (
    binary_log_loss,
    crossed_halves,
    crossed_temperature,
    fit_binary_temperature,
    fit_temperature,
    log_loss,
    sigmoid,
    softmax,
)

RNG = np.random.default_rng(41)


def drawn(n: int, too_sure: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits of four classes that are ``too_sure`` times as large as they should be."""
    rng = np.random.default_rng(seed)
    z = 1.5 * rng.normal(size=(n, 4))
    true = (z + rng.gumbel(size=z.shape)).argmax(axis=1)
    return too_sure * z, true


@pytest.mark.parametrize("too_sure", [1e-3, 0.5, 1.0, 3.0, 500.0])
def test_no_temperature_has_a_lower_log_loss(too_sure: float) -> None:
    z, true = drawn(300, too_sure)
    found = fit_temperature(z, true).value
    assert found is not None

    def loss(log_t: float) -> float:
        p = softmax(z, float(np.exp(log_t)))
        return float(-np.mean(np.log(p[np.arange(300), true])))

    best = minimize_scalar(loss, bounds=np.log(too_sure) + np.array([-3, 3]), method="bounded")
    assert loss(np.log(found)) <= best.fun + 1e-12
    assert found == pytest.approx(np.exp(best.x), rel=1e-3)
    assert found == pytest.approx(too_sure, rel=0.2)


def test_the_binary_fit_is_a_logistic_regression_without_intercept() -> None:
    z = RNG.normal(size=400) * 2.0
    true = RNG.random(400) < sigmoid(z, 2.5)
    oracle = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10).fit(z[:, None], true)
    assert fit_binary_temperature(z, true).value == pytest.approx(1 / oracle.coef_[0, 0], rel=1e-5)
    two = np.column_stack([np.zeros(400), z])
    assert fit_temperature(two, true.astype(int)) == fit_binary_temperature(z, true)


def test_a_table_of_labels_has_one_temperature_over_what_is_known() -> None:
    z = 3.0 * RNG.normal(size=(200, 3))
    true = (RNG.random((200, 3)) < sigmoid(z, 2.0)).astype(float)
    keep = RNG.random((200, 3)) < 0.5
    dirty = np.where(keep, true, np.nan)
    assert fit_binary_temperature(z, dirty, keep) == fit_binary_temperature(z[keep], true[keep])
    assert fit_binary_temperature(z, dirty, keep).n == keep.sum()


def test_where_no_temperature_is_best_it_is_undefined() -> None:
    right = fit_temperature([[2.0, 0.0], [0.0, 1.0]], [0, 1])
    assert right.value is None
    assert "every case is right" in right.reason
    assert "chance" in fit_temperature([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0]], [1, 0, 0]).reason
    assert fit_binary_temperature([3.0, -3.0], [0, 1]).value is None
    assert fit_temperature([[1.0, 0.0]], [0]).value is None
    assert fit_binary_temperature([1.0, 2.0], [0, 1], [True, False]).n == 1


def test_both_maps_survive_extreme_logits() -> None:
    assert softmax([[1000.0, 0.0]]).tolist() == [[1.0, 0.0]]
    assert sigmoid([-1000.0, 1000.0]).tolist() == [0.0, 1.0]
    assert sigmoid(-40.0) == pytest.approx(np.exp(-40.0), rel=1e-12)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), junk=st.sampled_from([np.nan, np.inf, -9.0]))
def test_masked_cases_never_change_the_fit(seed: int, junk: float) -> None:
    rng = np.random.default_rng(seed)
    z, true, keep = rng.normal(size=(12, 3)), rng.integers(0, 3, size=12), rng.random(12) < 0.7
    dirty = np.where(keep[:, None], z, junk)
    found = fit_temperature(dirty, np.where(keep, true, -1), keep)
    assert found == fit_temperature(z[keep], true[keep])
    assert found.value is None or found.value > 0.0


def test_a_temperature_is_never_scored_on_the_groups_it_was_fitted_on() -> None:
    # Patients of one half shout: a fit that saw them would scale them down.
    z, true = drawn(400, 1.0)
    groups = np.arange(400) // 10
    first = crossed_halves(groups, seed=3)
    loud = np.where(first[:, None], 8.0 * z, z)
    got = crossed_temperature(loud, true, groups, outputs="classes", seed=3)
    assert got.first.tolist() == first.tolist()
    on_first, on_second = (t.value for t in got.temperatures)
    assert on_first == fit_temperature(loud[first], true[first]).value
    assert on_second == fit_temperature(z[~first], true[~first]).value
    assert np.allclose(got.probability[first], softmax(8.0 * z[first], on_second or 0.0))
    assert np.allclose(got.probability[~first], softmax(z[~first], on_first or 0.0))


def test_crossed_calibration_lowers_the_log_loss_of_an_overconfident_model() -> None:
    z, true = drawn(600, 4.0)
    groups = np.arange(600) // 3
    got = crossed_temperature(z, true, groups, outputs="classes", seed=0)
    before, after = log_loss(softmax(z), true).value, log_loss(got.probability, true).value
    assert before is not None
    assert after is not None
    assert after < 0.7 * before

    labels, keep = RNG.random((600, 4)) < sigmoid(z, 4.0), RNG.random((600, 4)) < 0.3
    crossed = crossed_temperature(
        z, np.where(keep, labels, np.nan), groups, keep, outputs="labels", seed=0
    )
    after = binary_log_loss(crossed.probability, labels, ~keep).value  # labels never seen
    assert after is not None
    assert after < 0.7 * (binary_log_loss(sigmoid(z), labels, ~keep).value or 0.0)


def test_a_half_without_a_fit_leaves_the_other_as_it_was_and_says_so() -> None:
    groups = np.array([0, 0, 0, 1, 1, 1])
    first = crossed_halves(groups, seed=0)
    z = np.array([[2.0, 0.0]] * 6)
    true = np.where(first, 0, [0, 0, 1, 0, 0, 1])
    got = crossed_temperature(z, true, groups, outputs="classes", seed=0)
    assert "every case is right" in got.temperatures[0].reason
    assert np.array_equal(got.probability[~first], softmax(z[~first]))


def test_halves_hold_whole_groups_and_follow_the_seed() -> None:
    groups = RNG.integers(0, 31, size=200)
    first = crossed_halves(groups, seed=1)
    sides = [len(np.unique(groups[half])) for half in (first, ~first)]
    assert not set(groups[first]) & set(groups[~first])
    assert abs(sides[0] - sides[1]) <= 1
    assert np.array_equal(first, crossed_halves(groups, seed=1))
    assert not np.array_equal(first, crossed_halves(groups, seed=2))


def test_what_cannot_be_crossed_is_refused() -> None:
    with pytest.raises(ValueError, match="two groups"):
        crossed_halves([1, 1], seed=0)
    with pytest.raises(ValueError, match="one row per entry of groups, 3"):
        crossed_temperature([[1.0, 2.0]], [0], [0, 1, 2], outputs="classes", seed=0)
    with pytest.raises(ValueError, match="'classes' or 'labels'"):
        crossed_temperature([[1.0]], [0], [0], outputs="both", seed=0)  # type: ignore[arg-type]
