"""For any data: what is masked never matters, order never matters, values stay in bounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.measure import (
    Measured,
    accuracy,
    auc,
    balanced_accuracy,
    bias,
    correlation,
    f1,
    macro_f1,
    mean_absolute_error,
    r2,
    sensitivity_at_fpr,
    within,
)

NUMBERS: list[Callable[..., Measured]] = [
    mean_absolute_error, bias, r2, correlation, partial(within, tolerance=1.0),
]  # fmt: skip
SCORES: list[Callable[..., Measured]] = [auc, sensitivity_at_fpr]
CLASSES: list[Callable[..., Measured]] = [f1, accuracy, balanced_accuracy, macro_f1]
BOUNDS = {
    "mean_absolute_error": (0.0, np.inf),
    "bias": (-np.inf, np.inf),
    "r2": (-np.inf, 1.0),
    "correlation": (-1.0, 1.0),
}

number = st.floats(-1e3, 1e3, allow_subnormal=False)
rows = st.lists(st.tuples(number, number, st.booleans()), min_size=0, max_size=25)
garbage = st.sampled_from([np.nan, np.inf, -np.inf, 1e300, 0.0])


def name_of(metric: Callable[..., Measured]) -> str:
    return metric.func.__name__ if isinstance(metric, partial) else metric.__name__


def sides(
    metric: Callable[..., Measured], data: list[tuple[float, float, bool]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Three decimals: a truth that varies in its last bit only has no order-free R2.
    predicted = np.round([r[0] for r in data], 3)
    true = np.round([r[1] for r in data], 3)
    if metric in SCORES:
        true = (true > 0).astype(float)
    if metric in CLASSES:
        predicted, true = np.sign(np.round(predicted / 500)), np.sign(np.round(true / 500))
    return predicted, true, np.array([r[2] for r in data], dtype=bool)


@pytest.mark.parametrize("metric", [*NUMBERS, *SCORES, *CLASSES], ids=name_of)
@settings(max_examples=40, deadline=None)
@given(data=rows, junk=garbage)
def test_masked_values_never_change_the_result(
    metric: Callable[..., Measured], data: list[tuple[float, float, bool]], junk: float
) -> None:
    predicted, true, keep = sides(metric, data)
    dirty_p, dirty_t = np.where(keep, predicted, junk), np.where(keep, true, junk)
    assert metric(dirty_p, dirty_t, keep) == metric(predicted[keep], true[keep])


@pytest.mark.parametrize("metric", [*NUMBERS, *SCORES, *CLASSES], ids=name_of)
@settings(max_examples=30, deadline=None)
@given(data=rows, seed=st.integers(0, 99))
def test_order_never_matters(
    metric: Callable[..., Measured], data: list[tuple[float, float, bool]], seed: int
) -> None:
    predicted, true, keep = sides(metric, data)
    order = np.random.default_rng(seed).permutation(len(data))
    before = metric(predicted, true, keep)
    after = metric(predicted[order], true[order], keep[order])
    assert (before.n, before.defined) == (after.n, after.defined)
    if before.value is not None:
        assert after.value == pytest.approx(before.value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("metric", [*NUMBERS, *SCORES, *CLASSES], ids=name_of)
@settings(max_examples=30, deadline=None)
@given(data=rows)
def test_values_stay_in_bounds(
    metric: Callable[..., Measured], data: list[tuple[float, float, bool]]
) -> None:
    found = metric(*sides(metric, data))
    low, high = BOUNDS.get(name_of(metric), (0.0, 1.0))
    assert found.value is None or low <= found.value <= high
