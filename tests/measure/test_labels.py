"""Several labels per case, and ranks: scikit-learn's figures, and masks per label."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from evoscope.measure import (
    Measured,
    auc,
    average_precision,
    bootstrap_interval,
    constant_baseline,
    exact_match,
    f1,
    jaccard,
    macro_mean_absolute_error,
    macro_one_vs_rest,
    macro_over_labels,
    majority_baseline,
    mean_absolute_error,
    quadratic_kappa,
)

RNG = np.random.default_rng(31)
SCORE = np.round(RNG.random((70, 5)), 1)  # many ties
TRUE = RNG.random((70, 5)) < [0.5, 0.3, 0.1, 0.2, 0.6]


@pytest.mark.parametrize(
    ("metric", "oracle"),
    [(auc, sk.roc_auc_score), (average_precision, sk.average_precision_score)],
    ids=["auc", "average_precision"],
)
def test_macro_and_micro_are_scikit_learns(
    metric: Callable[..., Measured], oracle: Callable[..., float]
) -> None:
    macro, micro = macro_over_labels(metric, SCORE, TRUE), metric(SCORE, TRUE)
    assert macro.value == pytest.approx(oracle(TRUE, SCORE, average="macro"), rel=1e-12)
    assert micro.value == pytest.approx(oracle(TRUE, SCORE, average="micro"), rel=1e-12)


def test_one_against_the_rest_is_scikit_learns() -> None:
    p = RNG.dirichlet(np.ones(4), size=90)
    true = RNG.integers(0, 4, size=90)
    expected = sk.roc_auc_score(true, p, multi_class="ovr", average="macro")
    got = macro_one_vs_rest(auc, p, true)
    assert (got.value, got.n) == (pytest.approx(expected, rel=1e-12), 90)


def test_label_sets_are_scikit_learns() -> None:
    called = SCORE > 0.5
    macro = macro_over_labels(f1, called, TRUE).value
    assert macro == pytest.approx(sk.f1_score(TRUE, called, average="macro"))
    assert f1(called, TRUE).value == pytest.approx(sk.f1_score(TRUE, called, average="micro"))
    assert exact_match(called, TRUE).value == pytest.approx(sk.accuracy_score(TRUE, called))
    both_empty = ~(called | TRUE).any(axis=1)
    some = ~both_empty
    expected = sk.jaccard_score(TRUE[some], called[some], average="samples", zero_division=0)
    assert jaccard(called[some], TRUE[some]).value == pytest.approx(expected)
    whole = (expected * some.sum() + both_empty.sum()) / 70
    assert jaccard(called, TRUE).value == pytest.approx(whole)


def test_a_label_without_true_cases_is_left_out_and_n_says_so() -> None:
    true = TRUE.copy()
    true[:, 2] = False
    rest = [0, 1, 3, 4]
    got = macro_over_labels(auc, SCORE, true)
    assert got.value == macro_over_labels(auc, SCORE[:, rest], true[:, rest]).value
    assert got.n == 4 * 70
    nothing = macro_over_labels(auc, SCORE, np.zeros_like(true))
    assert nothing.value is None
    assert "all of 5 labels" in nothing.reason


def test_macro_figures_get_patient_intervals() -> None:
    got = bootstrap_interval(
        partial(macro_over_labels, auc), np.arange(70) // 2, SCORE, TRUE, n=50, seed=0
    )
    assert got.low is not None
    assert got.low < (got.value or 0.0)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), junk=st.sampled_from([np.nan, np.inf, 5.0]))
def test_a_masked_label_never_changes_a_figure(seed: int, junk: float) -> None:
    rng = np.random.default_rng(seed)
    score, true = rng.random((8, 3)), (rng.random((8, 3)) < 0.5).astype(float)
    keep = rng.random((8, 3)) < 0.6
    dirty = np.where(keep, score, junk), np.where(keep, true, junk), keep
    called = np.where(keep, (score > 0.5).astype(float), junk)
    for metric in (auc, average_precision):
        column = [metric(score[keep[:, j], j], true[keep[:, j], j]).value for j in range(3)]
        known = [c for c in column if c is not None]
        found = macro_over_labels(metric, *dirty).value
        assert found == (pytest.approx(np.mean(known)) if known else None)
        assert found is None or 0.0 <= found <= 1.0
    for sets in (jaccard, exact_match):
        got = sets(called, dirty[1], keep)
        clean = sets(np.where(keep, score > 0.5, False), np.where(keep, true, 0.0), keep)
        assert got == clean
        assert got.n == keep.any(axis=1).sum()
        assert got.value is None or 0.0 <= got.value <= 1.0


def test_an_average_precision_that_knows_nothing_is_the_prevalence() -> None:
    true = np.arange(200) < 30
    assert constant_baseline(average_precision, true.astype(float)).value == pytest.approx(0.15)
    assert average_precision([0.1, 0.2], [False, False]).value is None


def test_a_table_is_needed_for_labels() -> None:
    for metric in (partial(macro_over_labels, auc), jaccard, exact_match):
        with pytest.raises(ValueError, match="n, labels"):
            metric([1.0, 0.0], [True, False])


def test_kappa_of_ranks_is_scikit_learns() -> None:
    true = RNG.integers(0, 5, size=120)
    predicted = np.clip(true + RNG.integers(-2, 3, size=120), 0, 4)
    expected = sk.cohen_kappa_score(true, predicted, weights="quadratic")
    assert quadratic_kappa(predicted, true).value == pytest.approx(expected, rel=1e-12)
    keep = RNG.random(120) < 0.5
    expected = sk.cohen_kappa_score(true[keep], predicted[keep], weights="quadratic")
    assert quadratic_kappa(predicted, true, keep).value == pytest.approx(expected, rel=1e-12)


def test_the_commonest_rank_for_everyone_is_no_achievement() -> None:
    true = np.repeat([0, 1, 2, 3], [90, 5, 3, 2])
    assert majority_baseline(quadratic_kappa, true).value == pytest.approx(0.0)
    assert majority_baseline(macro_mean_absolute_error, true).value == 1.5
    assert (majority_baseline(mean_absolute_error, true).value or 1.0) < 0.2
    assert quadratic_kappa([1, 1], [1, 1]).value is None
    assert macro_mean_absolute_error([1], [1]).value is None
