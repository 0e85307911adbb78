"""Trivial baselines: the figures a model must beat, and proportion intervals."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.measure import (
    accuracy,
    always_present_baseline,
    auc,
    average_precision,
    balanced_accuracy,
    binary_log_loss,
    brier,
    class_shares_baseline,
    constant_baseline,
    f1,
    label_shares_baseline,
    log_loss,
    macro_f1,
    macro_over_labels,
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


def test_no_fixed_probabilities_beat_the_class_shares() -> None:
    rng = np.random.default_rng(0)
    true = rng.choice(3, p=[0.7, 0.2, 0.1], size=60)
    entropy = -sum(s * np.log(s) for s in np.bincount(true) / 60)
    assert class_shares_baseline(log_loss, true, classes=3).value == pytest.approx(entropy)
    least = class_shares_baseline(brier, true, classes=3).value
    for guess in rng.dirichlet(np.ones(3), size=50):
        assert (brier(np.tile(guess, (60, 1)), true).value or 0.0) >= (least or 1.0)


def test_shares_come_from_training_where_it_is_given() -> None:
    true = [0, 0, 0, 1]
    flat = class_shares_baseline(log_loss, true, classes=2, train=[0, 1]).value
    assert flat == pytest.approx(np.log(2.0))
    never_seen = class_shares_baseline(log_loss, true, classes=2, train=[0, 0])
    assert "probability 0" in never_seen.reason
    labels = np.array([[1, 0], [1, 0], [0, 1]])
    known = np.array([[True, True], [True, True], [False, False]])
    train = [[1, 0], [0, 1], [0, 0]]
    even = label_shares_baseline(binary_log_loss, labels, train=train, train_mask=known).value
    assert even == pytest.approx(np.log(2.0))


def test_knowing_which_labels_are_common_is_no_knowledge_of_the_case() -> None:
    rng = np.random.default_rng(1)
    true = rng.random((400, 3)) < [0.9, 0.5, 0.02]
    keep = rng.random((400, 3)) < 0.5
    dirty = np.where(keep, true, np.nan)
    micro = label_shares_baseline(auc, dirty, keep).value
    assert micro is not None
    assert micro > 0.8  # looks like a model
    macro = label_shares_baseline(lambda *a: macro_over_labels(auc, *a), dirty, keep).value
    assert macro == 0.5
    one = constant_baseline(binary_log_loss, dirty, keep, centre="mean").value
    each = label_shares_baseline(binary_log_loss, dirty, keep).value
    assert one is not None
    assert each is not None
    assert each < 0.7 * one


def test_a_label_nobody_knows_leaves_the_baseline_undefined() -> None:
    found = label_shares_baseline(average_precision, [[1, 0], [0, 1]], [[True, False]] * 2)
    assert found.reason == "a label has no known value"
    assert class_shares_baseline(log_loss, [0], [False], classes=2).value is None
    with pytest.raises(ValueError, match="n, labels"):
        label_shares_baseline(auc, [1, 0])


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
