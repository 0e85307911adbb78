"""What every metric promises: two values suffice, fewer have a reason, n counts what was shown.

A figure without its n, or one that counts what the mask hides, would be trusted too much.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import ArrayLike

from evoscope.measure import (
    Measured,
    accuracy,
    advantage,
    auc,
    average_precision,
    balanced_accuracy,
    bias,
    binary_brier,
    binary_log_loss,
    brier,
    concordance,
    correlation,
    coverage,
    coverage_test,
    exact_match,
    expected_calibration_error,
    f1,
    fit_binary_temperature,
    fit_temperature,
    jaccard,
    limit_of_agreement,
    log_loss,
    macro_f1,
    macro_mean_absolute_error,
    macro_one_vs_rest,
    macro_over_labels,
    mean_absolute_error,
    quadratic_kappa,
    r2,
    root_mean_square_calibration_error,
    root_mean_square_error,
    sensitivity_at_fpr,
    sensitivity_at_specificity,
    within,
)


class Promise(NamedTuple):
    """Cases that suffice, what the metric makes of them, and what leaves it undefined."""

    metric: Callable[..., Measured]
    arrays: tuple[ArrayLike, ...]
    value: float
    n: int = 2
    lacking: tuple[ArrayLike, ...] | None = None
    n_of_one: int = 1


NUMBERS: tuple[ArrayLike, ...] = ([1.0, 4.0], [2.0, 3.0])
SAME: tuple[ArrayLike, ...] = ([2.0, 2.0], [2.0, 2.0])
CLASSES: tuple[ArrayLike, ...] = (["a", "b"], ["a", "a"])
CALLS: tuple[ArrayLike, ...] = ([1, 1], [1, 0])
SCORES: tuple[ArrayLike, ...] = ([0.9, 0.2], [1, 0])
CHANCES: tuple[ArrayLike, ...] = ([[0.5, 0.5], [0.25, 0.75]], [0, 1])
LABELS: tuple[ArrayLike, ...] = ([[1, 0], [1, 0]], [[1, 0], [0, 0]])
ALL_FALSE: tuple[ArrayLike, ...] = ([0.9, 0.2], [0, 0])

PROMISES = {
    "accuracy": Promise(accuracy, CLASSES, 0.5),
    "advantage": Promise(
        partial(advantage, mean_absolute_error), ([1.0, 4.0], [0.0, 5.0], [2.0, 3.0]), -1.0
    ),
    "auc": Promise(auc, SCORES, 1.0, lacking=ALL_FALSE),
    "average precision": Promise(average_precision, SCORES, 1.0, lacking=ALL_FALSE),
    "balanced accuracy": Promise(
        balanced_accuracy, (["a", "a"], ["a", "b"]), 0.5, lacking=CLASSES
    ),
    "bias": Promise(bias, ([1.0, 5.0], [2.0, 3.0]), 0.5),
    "binary Brier": Promise(binary_brier, SCORES, (0.01 + 0.04) / 2),
    "binary log loss": Promise(
        binary_log_loss, ([0.5, 0.5], [1, 0]), np.log(2), lacking=([0.0, 0.5], [1, 0])
    ),
    "Brier": Promise(brier, CHANCES, (0.5 + 0.125) / 2),
    "concordance": Promise(concordance, NUMBERS, 0.6, lacking=([1.0, 4.0], [2.0, 2.0])),
    "correlation": Promise(correlation, NUMBERS, 1.0, lacking=([1.0, 4.0], [2.0, 2.0])),
    "coverage": Promise(coverage, ([0.0, 0.0], [1.0, 1.0], [1.0, 1.5]), 0.5),
    "coverage test": Promise(
        lambda *given: coverage_test(*given, level=0.9).coverage, ([True, False],), 0.5
    ),
    "exact match": Promise(exact_match, LABELS, 0.5),
    "expected calibration error": Promise(
        partial(expected_calibration_error, bins=1), ([0.5, 0.5], [1, 1]), 0.5
    ),
    "F1": Promise(f1, CALLS, 2 / 3, lacking=([0, 0], [0, 0])),
    "Jaccard": Promise(jaccard, LABELS, 0.5),
    "limit of agreement": Promise(
        partial(limit_of_agreement, side="low"), ([1.0, 3.0], [2.0, 2.0]), -1.96 * 2**0.5
    ),
    "log loss": Promise(
        log_loss, CHANCES, -np.log(0.5 * 0.75) / 2, lacking=([[0.0, 1.0], [0.5, 0.5]], [0, 0])
    ),
    "macro F1": Promise(
        partial(macro_f1, classes=["a", "c"]), CLASSES, 2 / 3, lacking=(["b", "b"], ["b", "b"])
    ),
    "macro mean absolute error": Promise(
        macro_mean_absolute_error, ([0, 0, 0], [0, 0, 3]), 1.5, 3
    ),
    "macro one against rest": Promise(
        partial(macro_one_vs_rest, auc), CHANCES, 1.0, lacking=(CHANCES[0], [0, 0])
    ),
    # A label's values count where its metric is defined: the first has no false case here.
    "macro over labels": Promise(
        partial(macro_over_labels, auc),
        ([[0.9, 0.9], [0.2, 0.1]], [[1, 1], [1, 0]]),
        1.0,
        lacking=([[0.9, 0.9], [0.2, 0.1]], [[1, 1], [1, 1]]), n_of_one=2,
    ),
    "mean absolute error": Promise(mean_absolute_error, ([1.0, 5.0], [2.0, 3.0]), 1.5),
    "quadratic kappa": Promise(quadratic_kappa, NUMBERS, 0.6, lacking=SAME),
    "R2": Promise(r2, NUMBERS, -3.0, lacking=([1.0, 4.0], [2.0, 2.0])),
    "R2 of huge errors": Promise(r2, NUMBERS, -3.0, lacking=([1e300, -1e300], [0.0, 1e-9])),
    "root mean square calibration error": Promise(
        partial(root_mean_square_calibration_error, bins=1), ([0.5, 0.5], [1, 1]), 0.5
    ),
    "root mean square error": Promise(root_mean_square_error, ([1.0, 5.0], [2.0, 3.0]), 2.5**0.5),
    "sensitivity at false alarms": Promise(sensitivity_at_fpr, SCORES, 1.0, lacking=ALL_FALSE),
    "sensitivity, all called": Promise(partial(sensitivity_at_fpr, fpr=1.0), SCORES, 1.0),
    "sensitivity at specificity": Promise(
        sensitivity_at_specificity, SCORES, 1.0, lacking=ALL_FALSE
    ),
    "temperature": Promise(
        fit_temperature, ([[2.0, 0.0]] * 4, [0, 0, 0, 1]), 2.0 / np.log(3.0), 4,
        lacking=([[2.0, 0.0]] * 2, [0, 1]),
    ),
    "temperature, all right": Promise(
        fit_binary_temperature, ([2.0] * 4, [1, 1, 1, 0]), 2.0 / np.log(3.0), 4,
        lacking=([2.0, -1.0], [1, 0]),
    ),
    "within": Promise(partial(within, tolerance=1.0), ([1.0, 5.0], [2.0, 3.0]), 0.5),
}  # fmt: skip

ranged = pytest.mark.parametrize("promise", PROMISES.values(), ids=PROMISES)


@ranged
def test_few_cases_suffice_and_are_counted(promise: Promise) -> None:
    found = promise.metric(*promise.arrays)
    assert found.value == pytest.approx(promise.value)
    assert found.n == promise.n
    assert found.reason == ""


@ranged
def test_one_case_is_too_few_and_said_to_be_one(promise: Promise) -> None:
    found = promise.metric(*(np.asarray(a)[:1] for a in promise.arrays))
    assert (found.value, found.n) == (None, promise.n_of_one)
    assert found.reason


@ranged
def test_what_the_mask_hides_is_not_counted(promise: Promise) -> None:
    hidden = [np.concatenate([np.asarray(a)[:1], np.asarray(a)]) for a in promise.arrays]
    last = hidden[-1]
    mask = np.ones(last.shape, dtype=bool)
    mask[0] = False
    assert promise.metric(*hidden, mask) == promise.metric(*promise.arrays)
    nothing = promise.metric(*hidden, np.zeros(last.shape, dtype=bool))
    assert (nothing.value, nothing.n) == (None, 0)
    assert nothing.reason


@pytest.mark.parametrize(
    "promise", [p for p in PROMISES.values() if p.lacking],
    ids=[name for name, p in PROMISES.items() if p.lacking],
)  # fmt: skip
def test_what_cannot_be_measured_has_a_reason_and_its_cases(promise: Promise) -> None:
    assert promise.lacking is not None
    found = promise.metric(*promise.lacking)
    assert found.value is None
    assert found.n == np.size(promise.lacking[-1])
    assert isinstance(found.reason, str)
    assert found.reason
