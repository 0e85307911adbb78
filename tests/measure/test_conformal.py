"""Split conformal keeps its promise on new patients, and refuses where it cannot."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from crepes import ConformalClassifier, ConformalRegressor
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.measure import (
    absolute_interval,
    absolute_score,
    class_scores,
    class_sets,
    conformal_quantile,
    fit_conformal,
    interval_score,
    softmax,
    true_class_score,
    widened_interval,
)
from evoscope.measure.conformal import fewest
from evoscope.measure.conformal_classes import Rule

RULES = pytest.mark.parametrize("rule", ["least_ambiguous", "adaptive"])


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("n", [19, 20, 57, 200])
@pytest.mark.parametrize("by_stratum", [False, True])
def test_intervals_are_those_of_crepes(n: int, level: float, by_stratum: bool) -> None:
    rng = np.random.default_rng(n)
    predicted, spread = rng.normal(size=2 * n), 0.5 + rng.random(2 * n)
    true = predicted + spread * rng.normal(size=2 * n)
    strata = np.tile([0, 1], n) if by_stratum else None
    theirs = ConformalRegressor().fit(true - predicted, sigmas=spread, bins=strata)
    # A hair below: where (n + 1) (1 - level) is whole, theirs is one score further by rounding.
    below = level - 1e-12
    expected = theirs.predict_int(predicted, sigmas=spread, bins=strata, confidence=below)
    ours = fit_conformal(absolute_score(predicted, true, spread), level=level, strata=strata)
    quantile = ours.quantile() if strata is None else ours.quantile_of(strata)
    low, high = absolute_interval(predicted, quantile, spread)
    assert np.allclose(np.column_stack([low, high]), expected, rtol=1e-12)


@RULES
def test_class_sets_are_those_of_crepes(rule: Rule) -> None:
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.ones(4), size=400)
    true = np.array([rng.choice(4, p=row) for row in p])
    cal, new = slice(0, 150), slice(150, 400)
    theirs = ConformalClassifier().fit(class_scores(p[cal], rule=rule)[np.arange(150), true[cal]])
    scores = class_scores(p[new], rule=rule)
    expected = theirs.predict_set(scores, confidence=0.85, smoothing=False).astype(bool)
    quantile = fit_conformal(true_class_score(p[cal], true[cal], rule=rule), level=0.85).quantile()
    assert np.array_equal(class_sets(p[new], quantile, rule=rule), expected)


@settings(max_examples=80, deadline=None)
@given(
    scores=st.lists(st.integers(-50, 50), min_size=1, max_size=40),
    level=st.floats(0.05, 0.97),
    junk=st.sampled_from([np.nan, np.inf]),
)
def test_the_quantile_is_the_smallest_that_counts_the_new_case(
    scores: list[int], level: float, junk: float
) -> None:
    n = len(scores)
    if n < fewest(level):
        with pytest.raises(ValueError, match=f"stand on {fewest(level)} scores"):
            conformal_quantile(scores, level=level)
        return
    q = conformal_quantile(scores, level=level)
    below = [s for s in scores if s < q]
    assert sum(s <= q for s in scores) >= level * (n + 1) - 1e-6
    assert len(below) < level * (n + 1)
    assert conformal_quantile(scores, level=level, groups=np.arange(n)) == q
    dirty = [*scores, junk]
    masked = fit_conformal(dirty, [True] * n + [False], level=level)
    assert (masked.quantile(), masked.n[""]) == (q, n)


def test_in_exact_arithmetic_nine_scores_are_enough_for_ninety_percent() -> None:
    assert conformal_quantile(np.arange(9.0), level=0.9) == 8.0
    assert conformal_quantile(np.arange(19.0), level=0.9) == 17.0
    assert conformal_quantile(np.arange(99.0), level=0.9) == 89.0
    with pytest.raises(ValueError, match=r"9 scores or more. Found 8"):
        conformal_quantile(np.arange(8.0), level=0.9)


def patients(rng: np.random.Generator, n: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores that differ between patients much more than within, and the patient of each."""
    size = rng.integers(1, most, size=n)
    who = np.repeat(np.arange(n), size)
    return np.abs(rng.normal(size=n)[who] + 0.1 * rng.normal(size=who.size)), who


def test_the_promise_holds_for_recordings_of_new_patients() -> None:
    rng = np.random.default_rng(0)
    by_patient, pooled = [], []
    for _ in range(400):
        scores, who = patients(rng, 12, 30)
        new, _ = patients(rng, 30, 2)  # one recording each
        by_patient.append(np.mean(new <= conformal_quantile(scores, level=0.8, groups=who)))
        pooled.append(np.mean(new <= conformal_quantile(scores, level=0.8)))
    assert np.mean(by_patient) == pytest.approx(0.82, abs=0.03)
    assert np.mean(by_patient) > 0.795
    assert np.mean(pooled) < 0.775  # as if 180 recordings were 180 patients


def test_many_recordings_of_few_patients_are_few() -> None:
    with pytest.raises(ValueError, match=r"9 groups or more. Found 3"):
        conformal_quantile(np.arange(300.0), level=0.9, groups=np.arange(300) % 3)
    found = fit_conformal(np.arange(100.0), level=0.9, groups=np.arange(100) // 5)
    assert found.n[""] == 20


def test_a_patient_with_many_recordings_counts_once() -> None:
    scores = [1.0, 2.0, *[9.0] * 50]
    groups = [0, 1, *[2] * 50]
    assert conformal_quantile(scores, level=0.5, groups=groups) == 2.0
    assert conformal_quantile(scores, level=0.5) == 9.0


def test_a_predicted_spread_makes_hard_cases_wide_and_easy_ones_narrow() -> None:
    rng = np.random.default_rng(3)
    spread = np.repeat([0.1, 2.0], 500)
    true = spread * rng.normal(size=1000)
    zero = np.zeros(1000)
    plain = fit_conformal(absolute_score(zero, true), level=0.9).quantile()
    scaled = fit_conformal(absolute_score(zero, true, spread), level=0.9).quantile()
    low, high = absolute_interval(zero, scaled, spread)
    for rows in (spread == 0.1, spread == 2.0):
        assert np.mean((low <= true) & (true <= high), where=rows) == pytest.approx(0.9, abs=0.03)
    assert np.mean(np.abs(true) <= plain, where=spread == 2.0) < 0.85


def test_predicted_quantiles_are_widened_to_the_promise() -> None:
    rng = np.random.default_rng(4)
    true = rng.normal(size=2000)
    for half_width in (0.5, 4.0):  # far too narrow, far too wide
        low, high = np.full(2000, -half_width), np.full(2000, half_width)
        scores = interval_score(low[:1000], high[:1000], true[:1000])
        quantile = fit_conformal(scores, level=0.9).quantile()
        a, b = widened_interval(low[1000:], high[1000:], quantile)
        held = np.mean((a <= true[1000:]) & (true[1000:] <= b))
        assert held == pytest.approx(0.9, abs=0.03)


def test_ends_never_cross() -> None:
    low, high = widened_interval([0.0, 0.0], [1.0, 10.0], -3.0)
    assert (low.tolist(), high.tolist()) == ([0.5, 3.0], [0.5, 7.0])


def test_a_stratum_keeps_the_promise_by_itself() -> None:
    rng = np.random.default_rng(5)
    noisy = rng.random(4000) < 0.2
    scores = np.abs(rng.normal(size=4000)) * np.where(noisy, 5.0, 1.0)
    cal, new = np.arange(4000) < 2000, np.arange(4000) >= 2000
    names = np.where(noisy, "noisy", "quiet")
    for strata in (None, names):
        found = fit_conformal(
            scores[cal], level=0.9, strata=None if strata is None else strata[cal]
        )
        q = found.quantile() if strata is None else found.quantile_of(strata[new])
        held = np.mean((scores[new] <= q)[noisy[new]])
        assert (held < 0.7) if strata is None else (0.85 < held < 0.95)


def test_a_rare_class_is_found_as_often_as_promised_when_calibrated_by_class() -> None:
    rng = np.random.default_rng(6)
    true = (rng.random(6000) < 0.05).astype(int)
    logits = rng.normal(size=(6000, 2))
    logits[:, 1] += 1.5 * true
    p = softmax(logits + np.array([3.0, 0.0]))
    cal, new = slice(0, 3000), slice(3000, 6000)
    for rule in ("least_ambiguous", "adaptive"):
        score = true_class_score(p[cal], true[cal], rule=rule)
        together = class_sets(p[new], fit_conformal(score, level=0.9).quantile(), rule=rule)
        each = fit_conformal(score, level=0.9, strata=true[cal]).quantile_of([0, 1])
        apart = class_sets(p[new], each, rule=rule)
        rare = true[new] == 1
        assert together[rare, 1].mean() < 0.75
        for found in (apart[rare, 1].mean(), apart[~rare, 0].mean()):
            assert found > 0.85
            assert found < 0.96 or rule == "adaptive"  # which errs on the large side


@RULES
@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_sets_take_in_classes_from_the_most_probable_on(rule: Rule, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = np.round(rng.dirichlet(np.ones(5), size=6), 1)  # with ties
    inside = class_sets(p, rng.random(), rule=rule)
    for row, chosen in zip(p, inside, strict=True):
        if chosen.any():
            assert chosen[row >= row[chosen].min()].all()
    shuffled = rng.permutation(5)
    assert np.allclose(
        class_scores(p[:, shuffled], rule=rule), class_scores(p, rule=rule)[:, shuffled]
    )


def test_masked_classes_take_no_part() -> None:
    p, keep = np.array([[0.8, 0.2], [np.nan, np.nan]]), np.array([True, False])
    score = true_class_score(p, [1, -1], keep, rule="least_ambiguous")
    assert score[0] == pytest.approx(0.8)
    assert np.isnan(score[1])
    assert fit_conformal(score, keep, level=0.5).n[""] == 1


def test_a_stratum_with_too_few_is_named_and_an_unknown_one_refused() -> None:
    with pytest.raises(ValueError, match=r"In stratum 'mouse'.*Found 2"):
        fit_conformal(np.arange(22.0), level=0.9, strata=["human"] * 20 + ["mouse"] * 2)
    found = fit_conformal(np.arange(20.0), level=0.9, strata=["human"] * 20)
    with pytest.raises(ValueError, match="Found \\['rat'\\]"):
        found.quantile_of(["human", "rat"])
    with pytest.raises(ValueError, match="use quantile_of"):
        found.quantile()


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="level should be between"):
        conformal_quantile([1.0], level=1.0)
    with pytest.raises(ValueError, match="one entry per score"):
        conformal_quantile([1.0, 2.0], level=0.5, groups=[1])
    with pytest.raises(ValueError, match="spread should be positive"):
        absolute_score([1.0], [2.0], [0.0])
    with pytest.raises(ValueError, match="Mask what is missing"):
        fit_conformal([1.0, np.nan], level=0.5)
    with pytest.raises(ValueError, match="n, classes"):
        class_scores([0.5, 0.5], rule="adaptive")
    with pytest.raises(ValueError, match="'least_ambiguous' or 'adaptive'"):
        class_scores([[0.5, 0.5]], rule="best")  # type: ignore[arg-type]


def test_a_calibration_goes_into_a_card_as_json() -> None:
    found = fit_conformal(np.arange(40.0), level=0.9, strata=np.arange(40) % 2)
    back = json.loads(json.dumps(asdict(found)))
    assert type(found)(**back) == found
