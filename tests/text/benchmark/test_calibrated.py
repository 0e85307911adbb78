"""Probabilities and intervals are scored on halves that never saw what was fitted."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.text.benchmark.calibrated import Pooled, calibration_figures, coverage_figures
from evoscope.text.corpora import Corpus, Source
from evoscope.text.taxonomy import INTENT, SAFETY

RNG = np.random.default_rng(0)
N = 4_000


def labels(*, sharpness: float) -> Pooled:
    """Toxic is as likely as its true logit says; stated is that logit, sharpened."""
    logit = RNG.normal(0.0, 1.5, N)
    true, known = np.zeros((N, 5), dtype=bool), np.zeros((N, 5), dtype=bool)
    true[:, 0] = RNG.random(N) < 1.0 / (1.0 + np.exp(-logit))
    known[:, 0] = True
    scores = np.full((N, 5), 0.5)
    scores[:, 0] = 1.0 / (1.0 + np.exp(-sharpness * logit))
    return Pooled(scores, true, known, np.array([str(i) for i in range(N)]))


def values(task: str, cases: Pooled) -> dict[tuple[str, str], float | None]:
    figures, _ = calibration_figures(task, cases)
    return {(one.metric, one.slice): one.found.value for one in figures}


def test_an_overconfident_head_is_seen_and_a_temperature_mends_it() -> None:
    found = values("safety", labels(sharpness=4.0))
    assert found["ece_shipped", "all"] > 0.1  # type: ignore[operator]
    assert found["ece_crossed", "all"] < 0.03  # type: ignore[operator]
    assert ("ece_crossed", f"label={SAFETY[1]}") not in found


def test_reliability_says_what_came_true() -> None:
    _, bins = calibration_figures("safety", labels(sharpness=1.0))
    assert len(bins) == 10
    assert all(abs(one.stated - one.observed) < 0.1 for one in bins)
    assert sum(one.n for one in bins) == N


def test_classes_are_judged_by_the_first_of_them() -> None:
    true = RNG.integers(0, 6, N)
    right = RNG.random(N) < 0.6
    first = np.where(right, true, (true + 1) % 6)
    scores = np.full((N, 6), 0.002)
    scores[np.arange(N), first] = 0.99
    cases = Pooled(
        scores, np.eye(6, dtype=bool)[true], np.ones((N, 6), dtype=bool),
        np.array([str(i) for i in range(N)]),
    )  # fmt: skip
    found = values("intent", cases)
    assert found["ece_shipped", "all"] == pytest.approx(0.39, abs=0.04)
    assert found["ece_crossed", "all"] < 0.05  # type: ignore[operator]
    assert len(INTENT) == 6


def test_intervals_that_are_too_narrow_are_seen_and_widened_on_the_other_half() -> None:
    true = RNG.uniform(0.2, 0.8, (N, 3)).astype(np.float32)
    corpus = Corpus(
        source=Source("emobank", "CC0", True, True, "this test"),
        split="dev",
        texts=tuple(str(i) for i in range(N)),
        targets={"vad": true},
        known={"vad": np.ones((N, 3), dtype=bool)},
        domains=("",) * N,
        groups=tuple(str(i) for i in range(N)),
    )
    mean = true + RNG.normal(0.0, 0.1, (N, 3))
    found = {
        (one.metric, one.slice): one.found
        for one in coverage_figures(mean, np.full((N, 3), 0.05), corpus, resamples=20)
    }
    assert found["coverage_90_shipped", "label=valence"].value < 0.5  # type: ignore[operator]
    crossed = found["coverage_90", "label=valence"]
    assert crossed.value == pytest.approx(0.9, abs=0.02)
    assert crossed.low is not None
    assert found["width_90", "label=valence"].value == pytest.approx(2 * 0.164, abs=0.03)
