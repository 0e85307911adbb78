"""Log loss and Brier: scikit-learn's figures on what the mask shows; never infinite."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from evoscope.measure import (
    Measured,
    binary_brier,
    binary_log_loss,
    bootstrap_interval,
    brier,
    log_loss,
)

RNG = np.random.default_rng(11)


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_class_scores_are_scikit_learns() -> None:
    p, true = softmax(RNG.normal(size=(80, 4))), RNG.integers(0, 4, size=80)
    assert log_loss(p, true).value == pytest.approx(sk.log_loss(true, p), rel=1e-12)
    onehot = np.eye(4)[true]
    assert brier(p, true).value == pytest.approx(4 * sk.mean_squared_error(onehot, p), rel=1e-12)


def test_yes_no_scores_are_scikit_learns_and_half_of_two_classes() -> None:
    p, true = RNG.random(60), RNG.random(60) < 0.3
    two = np.column_stack([1.0 - p, p])
    assert binary_log_loss(p, true).value == pytest.approx(sk.log_loss(true, p), rel=1e-12)
    assert binary_brier(p, true).value == pytest.approx(sk.brier_score_loss(true, p), rel=1e-12)
    assert log_loss(two, true.astype(int)).value == pytest.approx(binary_log_loss(p, true).value)
    twice = brier(two, true.astype(int)).value
    assert twice == pytest.approx(2.0 * (binary_brier(p, true).value or 0.0))


def test_a_truth_held_impossible_is_undefined_not_infinite() -> None:
    found = binary_log_loss([0.0, 0.5], [True, True])
    assert found.value is None
    assert "probability 0" in found.reason
    assert log_loss([[0.0, 1.0], [0.5, 0.5]], [0, 0]).value is None


def test_logits_in_the_place_of_probabilities_are_refused() -> None:
    with pytest.raises(ValueError, match="sigmoid or softmax"):
        binary_log_loss([3.0, -1.0], [True, False])
    with pytest.raises(ValueError, match="add up to 1"):
        brier([[0.2, 0.2], [0.5, 0.5]], [0, 1])


@pytest.mark.parametrize("metric", [log_loss, brier])
def test_class_numbers_and_shapes_that_do_not_fit_are_refused(
    metric: Callable[..., Measured],
) -> None:
    p = np.full((3, 2), 0.5)
    with pytest.raises(ValueError, match="from 0 to 1"):
        metric(p, [0, 1, 2])
    with pytest.raises(ValueError, match="from 0 to 1"):
        metric(p, [0, 1, -1])
    with pytest.raises(ValueError, match="one row per truth"):
        metric(p, [0, 1])
    with pytest.raises(ValueError, match="one row per truth"):
        metric([0.5, 0.5, 0.5], [0, 1, 1])
    assert metric(p, [0, 1, -1], [True, True, False]).n == 2


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 2), st.booleans()), max_size=20),
    junk=st.sampled_from([np.nan, np.inf, -7.0]),
)
def test_masked_cases_never_change_a_class_score(
    rows: list[tuple[float, int, bool]], junk: float
) -> None:
    true = np.array([r[1] for r in rows], dtype=int)
    keep = np.array([r[2] for r in rows], dtype=bool)
    p = softmax(np.array([[r[0], 0.0, -r[0]] for r in rows]).reshape(-1, 3))
    dirty = np.where(keep[:, None], p, junk)
    for metric, top in ((log_loss, np.inf), (brier, 2.0)):
        found = metric(dirty, np.where(keep, true, -1), keep)
        assert found == metric(p[keep], true[keep])
        assert found.value is None or 0.0 <= found.value <= top


def test_class_scores_get_patient_intervals() -> None:
    p, true = softmax(RNG.normal(size=(60, 3))), RNG.integers(0, 3, size=60)
    patients = np.repeat(np.arange(20), 3)
    keep = RNG.random(60) < 0.8
    for mask in (None, keep):
        got = bootstrap_interval(log_loss, patients, p, true, mask=mask, n=100, seed=0)
        assert got.value == log_loss(p, true, mask).value
        assert got.low is not None
        assert got.high is not None
        assert got.low < (got.value or 0.0) < got.high
