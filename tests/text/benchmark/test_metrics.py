"""Figures agree with an independent implementation, and thresholds do not peek."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import (  # type: ignore[import-untyped]  # it has no types
    f1_score,
    precision_recall_curve,
)

from evoscope.text.benchmark import (
    class_figures,
    crossed_calls,
    label_figures,
    number_figures,
    quartile_accuracy,
    rank_correlation,
    tuned_thresholds,
    weighted_f1,
)
from evoscope.text.benchmark.thresholds import best_threshold
from evoscope.text.taxonomy import EMOTIONS, SAFETY, VAD

RNG = np.random.default_rng(7)


def test_weighted_f1_is_that_of_scikit_learn() -> None:
    true, called = RNG.integers(0, 4, 300), RNG.integers(0, 4, 300)
    expected = f1_score(true, called, average="weighted")
    assert weighted_f1(called, true).value == pytest.approx(expected)


def test_rank_correlation_is_that_of_scipy_and_masks_hold() -> None:
    true, score = RNG.normal(size=200).round(1), RNG.normal(size=200)
    assert rank_correlation(score, true).value == pytest.approx(spearmanr(score, true).statistic)
    mask = np.arange(200) < 100
    spoilt = np.where(mask, true, np.nan)
    assert rank_correlation(score, spoilt, mask) == rank_correlation(score[:100], true[:100])


def test_quartile_accuracy_is_half_by_chance_and_one_when_perfect() -> None:
    true = RNG.normal(size=4000)
    assert quartile_accuracy(RNG.normal(size=4000), true).value == pytest.approx(0.5, abs=0.05)
    assert quartile_accuracy(true, true).value == 1.0


def test_the_best_threshold_is_the_best_there_is() -> None:
    probability = RNG.random((400, 1)).round(2)
    true = RNG.random((400, 1)) < probability**2
    threshold = best_threshold(probability[:, 0], true[:, 0])
    precision, recall, _ = precision_recall_curve(true[:, 0], probability[:, 0])
    best = np.nanmax(2 * precision * recall / np.maximum(precision + recall, 1e-12))
    assert f1_score(true[:, 0], probability[:, 0] >= threshold) == pytest.approx(best)


def test_counts_weigh_as_repeated_cases_do() -> None:
    rng = np.random.default_rng(1)
    probability, true = rng.random(60), rng.random(60) < 0.4
    counts = rng.integers(0, 3, 60)
    repeated = best_threshold(np.repeat(probability, counts), np.repeat(true, counts))
    assert np.array_equal(
        (probability >= best_threshold(probability, true, counts))[counts > 0],
        (probability >= repeated)[counts > 0],
    )


def test_tuned_thresholds_of_rare_labels_are_steadier_and_better_on_other_texts() -> None:
    rng = np.random.default_rng(3)

    def drawn(n: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        true = rng.random(n) < 0.03
        return 1.0 / (1.0 + np.exp(3.5 - 2.0 * true - rng.normal(size=n))), true

    unseen, there = drawn(20000)
    found = []
    for _ in range(25):
        p, t = drawn(1500)
        found.append((best_threshold(p, t), float(tuned_thresholds(p[:, None], t[:, None])[0])))
    best, tuned = np.array(found).T
    scores = [[f1_score(there, unseen >= one) for one in column] for column in (best, tuned)]
    assert np.log(tuned).std() < np.log(best).std()
    assert np.mean(scores[1]) > np.mean(scores[0])


def test_a_label_that_is_never_there_keeps_the_default() -> None:
    assert tuned_thresholds(np.ones((5, 1)), np.zeros((5, 1))).tolist() == [0.5]


def test_crossed_calls_do_not_see_their_own_truth() -> None:
    probability = RNG.random((500, 1))
    true, groups = RNG.random((500, 1)) < 0.3, np.arange(500)
    called = crossed_calls(probability, true, groups, seed=0)
    one = int(np.flatnonzero(called[:, 0])[0])
    changed = true.copy()
    changed[one] = ~changed[one]
    assert crossed_calls(probability, changed, groups, seed=0)[one] == called[one]


def test_label_figures_stand_beside_calling_everything_and_leave_out_the_unknown() -> None:
    n = 600
    true = (RNG.random((n, 5)) < 0.2).astype(float)
    true[:, SAFETY.index("self_harm")] = np.nan
    known = ~np.isnan(true)
    informed = np.where(known, 0.25 + 0.5 * true, 0.5)
    figures = {(f.metric, f.slice): f for f in label_figures("safety", informed, true, known)}
    assert ("auc", "label=self_harm") not in figures
    tuned = figures["macro_f1_tuned", "all"]
    assert tuned.found.value == pytest.approx(1.0)
    assert tuned.trivial == pytest.approx(2 * 0.2 / 1.2, abs=0.05)
    assert figures["macro_ece", "all"].found.value == pytest.approx(0.25, abs=0.03)


def test_an_emotion_without_support_is_left_out_rather_than_counted_as_zero() -> None:
    true = np.zeros((40, len(EMOTIONS)))
    true[::2, 0] = 1.0
    figures = label_figures("emotions", true, true, np.ones(true.shape, dtype=bool))
    assert {f.slice for f in figures} == {"all", "label=joy"}


def test_class_figures_stand_beside_the_commonest_class() -> None:
    true = np.array([0] * 90 + [1] * 10)
    figures = {f.metric: f for f in class_figures("x", np.eye(2)[true], true)}
    assert figures["accuracy"].trivial == pytest.approx(0.9)
    assert figures["macro_f1"].found.value == 1.0
    assert figures["macro_f1"].trivial == pytest.approx(0.9474 / 2, abs=1e-3)


def test_number_figures_stand_beside_the_mean() -> None:
    true = RNG.random((50, 3))
    rows = number_figures(
        "vad", true + 0.1, true, np.ones(true.shape, dtype=bool), fitted=true.mean(axis=0)
    )
    found = {(f.metric, f.slice): f for f in rows}
    assert {s for _, s in found} == {f"label={name}" for name in VAD}
    assert found["mae", "label=valence"].found.value == pytest.approx(0.1)
    concordance = found["concordance", "label=valence"].found.value
    assert concordance is not None
    assert concordance < 1.0
    assert found["correlation", "label=valence"].found.value == pytest.approx(1.0)
