"""Metrics against independent implementations, in the domain's own units; undefined is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from evoscope.measure import (
    Measured,
    accuracy,
    auc,
    balanced_accuracy,
    bias,
    correlation,
    coverage,
    f1,
    macro_f1,
    mean_absolute_error,
    r2,
    sensitivity_at_fpr,
    sensitivity_at_specificity,
    within,
)

RNG = np.random.default_rng(3)


def exact_r2(predicted: np.ndarray, true: np.ndarray) -> float:
    """1 - residual / total sum of squares, in rational arithmetic."""
    p, t = ([Fraction(float(x)) for x in side] for side in (predicted, true))
    mean = sum(t) / len(t)
    residual = sum((a - b) ** 2 for a, b in zip(t, p, strict=True))
    return float(1 - residual / sum((a - mean) ** 2 for a in t))


@pytest.mark.parametrize(
    ("mean", "spread"),
    [
        pytest.param(6.0, 0.4, id="milliseconds"),
        pytest.param(6e-3, 4e-4, id="seconds"),
        pytest.param(2e-7, 1e-7, id="volts"),
        pytest.param(1e9, 1.0, id="far from zero"),
        pytest.param(2e-200, 1e-200, id="squares underflow"),
    ],
)
def test_r2_is_exact_in_any_unit(mean: float, spread: float) -> None:
    true = mean + spread * RNG.normal(size=60)
    good, garbage = true + 0.3 * spread * RNG.normal(size=60), mean + spread * RNG.normal(size=60)
    assert r2(good, true).value == pytest.approx(exact_r2(good, true), rel=1e-9)
    value = r2(garbage, true).value
    assert value == pytest.approx(exact_r2(garbage, true), rel=1e-9)
    assert value is not None
    assert value < 0.0  # garbage scores below the mean, in volts too


def test_correlation_matches_numpy() -> None:
    x, y = RNG.normal(size=50), RNG.normal(size=50)
    assert correlation(x * 1e-7, y).value == pytest.approx(float(np.corrcoef(x, y)[0, 1]))


def test_auc_matches_counting_pairs() -> None:
    score = RNG.integers(0, 6, size=40).astype(float)  # many ties
    true = RNG.random(40) < 0.4
    pairs = [(a > b) + 0.5 * (a == b) for a, b in product(score[true], score[~true])]
    assert auc(score, true).value == pytest.approx(float(np.mean(pairs)))


@pytest.mark.parametrize("fpr", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_sensitivity_is_the_best_of_all_criteria_that_keep_the_promise(fpr: float) -> None:
    score = RNG.integers(0, 9, size=80).astype(float)
    true = RNG.random(80) < 0.5
    best = max(
        float(np.mean(score[true] >= c))
        for c in [*np.unique(score), np.inf]
        if np.mean(score[~true] >= c) <= fpr
    )
    assert sensitivity_at_fpr(score, true, fpr=fpr).value == best


def test_five_percent_false_alarms_is_95_percent_specificity() -> None:
    score, true = RNG.normal(size=200), np.arange(200) < 100
    assert sensitivity_at_specificity(score, true, specificity=0.95) == sensitivity_at_fpr(
        score, true, fpr=0.05
    )


def test_f1_family_matches_precision_and_recall() -> None:
    true, predicted = RNG.integers(0, 4, size=90), RNG.integers(0, 3, size=90)
    scores, recalls = [], []
    for c in range(4):
        hit = np.sum((true == c) & (predicted == c))
        precision = hit / max(1, np.sum(predicted == c))
        recall = hit / np.sum(true == c)
        recalls.append(recall)
        scores.append(0.0 if hit == 0 else 2 * precision * recall / (precision + recall))
    assert macro_f1(predicted, true).value == pytest.approx(float(np.mean(scores)))
    assert balanced_accuracy(predicted, true).value == pytest.approx(float(np.mean(recalls)))
    assert f1(predicted == 1, true == 1).value == pytest.approx(scores[1])
    assert accuracy(predicted, true).value == pytest.approx(float(np.mean(true == predicted)))


def test_a_class_never_predicted_pulls_macro_f1_down() -> None:
    true = ["normal"] * 9 + ["neuropathy"]
    value = macro_f1(["normal"] * 10, true).value
    assert value is not None
    assert value < 0.5


def test_bias_has_the_sign_of_the_overestimate() -> None:
    assert bias([25.0, 35.0], [20.0, 30.0]).value == 5.0
    assert mean_absolute_error([25.0, 25.0], [20.0, 30.0]).value == 5.0


def test_within_counts_the_edge_despite_rounding() -> None:
    assert within([0.3, 15.0], [0.2, 10.0], tolerance=0.1).value == 0.5


def test_coverage_counts_both_ends() -> None:
    assert coverage([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.1]).value == pytest.approx(2 / 3)


METRICS: list[Callable[..., Measured]] = [
    mean_absolute_error, bias, r2, correlation, auc, sensitivity_at_fpr, f1, accuracy,
    balanced_accuracy, macro_f1,
]  # fmt: skip


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.__name__)
def test_nothing_left_after_the_mask_is_undefined_with_a_reason(
    metric: Callable[..., Measured],
) -> None:
    for keep in ([False, False, False], [False, True, False]):
        found = metric([1.0, math.nan, 0.0], [1.0, 0.0, 1.0], keep) if not any(keep) else metric(
            [1.0, 1.0, 0.0], [1.0, 0.0, 1.0], keep)  # fmt: skip
        assert found.value is None
        assert found.n == sum(keep)
        assert found.reason


@pytest.mark.parametrize(
    "found",
    [
        r2([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]),
        correlation([5.0, 5.0], [1.0, 2.0]),
        r2([1e3, 1e3], [0.0, 1e-300]),
        auc([0.1, 0.9], [True, True]),
        f1([False, False], [False, False]),
        balanced_accuracy(["a", "a"], ["a", "a"]),
    ],
    ids=[
        "constant truth",
        "constant prediction",
        "overflow",
        "one class",
        "nothing called",
        "one class names",
    ],
)
def test_what_cannot_be_told_is_undefined_never_nan(found: Measured) -> None:
    assert found.value is None
    assert found.reason


def test_a_missing_label_that_is_not_masked_is_an_error() -> None:
    with pytest.raises(ValueError, match="Mask what is missing"):
        mean_absolute_error([1.0, 2.0], [1.0, math.nan])


def test_shapes_and_masks_that_do_not_fit_are_errors() -> None:
    with pytest.raises(ValueError, match="shape"):
        mean_absolute_error([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="shape"):
        auc([1.0, 2.0, 3.0], [True, False])
    with pytest.raises(ValueError, match="boolean"):
        mean_absolute_error([1.0, 2.0], [1.0, 2.0], [1.0, 0.0])


def test_an_answer_is_never_nan() -> None:
    with pytest.raises(ValueError, match="finite"):
        Measured(math.nan, 3)
    with pytest.raises(ValueError, match="reason"):
        Measured(None, 3)
