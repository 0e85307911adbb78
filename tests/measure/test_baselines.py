"""Trivial baselines: the figures a model must beat, and proportion intervals."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.measure import (
    accuracy,
    always_present_baseline,
    auc,
    balanced_accuracy,
    constant_baseline,
    f1,
    macro_f1,
    majority_baseline,
    mean_absolute_error,
    proportion_interval,
    r2,
)


def test_no_constant_beats_the_median_in_mae() -> None:
    true = np.array([10.0, 15.0, 20.0, 80.0, 95.0])
    best = min(mean_absolute_error(np.full(5, c), true).value or 0.0 for c in range(0, 101, 5))
    assert constant_baseline(mean_absolute_error, true).value == best


def test_the_mean_scores_zero_r2_and_a_training_mean_less() -> None:
    true = [1.0, 2.0, 6.0]
    assert constant_baseline(r2, true, centre="mean").value == pytest.approx(0.0)
    elsewhere = constant_baseline(r2, true, centre="mean", train=[0.0, 0.0]).value
    assert elsewhere is not None
    assert elsewhere < 0.0


def test_always_normal_looks_accurate_and_is_not() -> None:
    true = ["normal"] * 80 + ["snhl"] * 15 + ["neuropathy"] * 5
    assert majority_baseline(accuracy, true).value == pytest.approx(0.80)
    assert majority_baseline(balanced_accuracy, true).value == pytest.approx(1 / 3)
    macro = majority_baseline(macro_f1, true).value
    assert macro is not None
    assert macro < 0.31


def test_majority_follows_the_training_labels() -> None:
    assert majority_baseline(accuracy, ["a", "a", "b"], train=["b", "b", "a"]).value == 1 / 3


def test_always_present_ranks_nothing() -> None:
    true = np.arange(100) < 78
    assert always_present_baseline(f1, true).value == pytest.approx(0.876, abs=0.001)
    assert always_present_baseline(auc, true).value == 0.5


def test_masked_labels_do_not_vote() -> None:
    true, keep = np.array([1.0, 1.0, np.nan, 5.0, 5.0, 5.0]), np.array([1, 1, 0, 1, 0, 0], bool)
    assert majority_baseline(accuracy, true, keep).value == pytest.approx(2 / 3)
    assert constant_baseline(mean_absolute_error, true, keep).value == pytest.approx(4 / 3)


def test_nothing_to_learn_from_is_undefined() -> None:
    assert constant_baseline(mean_absolute_error, [1.0], [False]).value is None
    assert majority_baseline(accuracy, ["a"], [False]).value is None


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (1, 20), (10, 20), (20, 20), (7, 90)])
def test_wilson_ends_are_where_the_score_test_turns(successes: int, n: int) -> None:
    low, high = proportion_interval(successes, n, level=0.90)
    assert 0.0 <= low <= successes / n <= high <= 1.0
    for end in (low, high):
        if 0.0 < end < 1.0:
            z = abs(successes / n - end) / (end * (1 - end) / n) ** 0.5
            assert z == pytest.approx(1.6449, abs=1e-3)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="Found 5 of 4"):
        proportion_interval(5, 4)
