"""Coverage is a test: neither luck nor a small calibration set is read as a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evoscope.measure import conformal_quantile, coverage_test
from evoscope.measure.promised import held_chances


@pytest.mark.parametrize("m", [1, 7, 100, 5000])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_chances_are_scipys(m: int, level: float) -> None:
    x = np.arange(m + 1)
    assert np.allclose(held_chances(m, level=level), stats.binom.pmf(x, m, level), atol=1e-12)
    n = 250
    k = int(np.ceil((n + 1) * level - 1e-9))
    expected = stats.betabinom.pmf(x, m, k, n + 1 - k)
    got = held_chances(m, level=level, calibrated_on=n)
    assert np.allclose(got, expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("held", [60, 80, 85, 90, 95, 100])
def test_the_p_value_is_twice_the_smaller_tail(held: int) -> None:
    got = coverage_test(np.arange(100) < held, level=0.9)
    tails = stats.binom.cdf(held, 100, 0.9), stats.binom.sf(held - 1, 100, 0.9)
    assert got.p_value == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)
    assert got.coverage.value == held / 100
    expected = "as promised" if 84 <= held <= 95 else "too low" if held < 84 else "too high"
    assert got.verdict == expected


@settings(max_examples=60, deadline=None)
@given(held=st.integers(0, 60), n=st.one_of(st.none(), st.integers(9, 500)))
def test_the_verdict_is_where_coverage_lies_in_the_expected_range(held: int, n: int | None) -> None:
    got = coverage_test(np.arange(60) < held, level=0.9, calibrated_on=n)
    assert got.expected_low is not None
    assert got.expected_high is not None
    value = got.coverage.value or 0.0
    if got.verdict == "as promised":
        assert got.expected_low <= value <= got.expected_high
    else:
        assert (got.verdict == "too low") == (value < got.expected_low)
        assert (got.verdict == "too high") == (value > got.expected_high)


def verdicts(level: float, bias: float, calibrated: bool) -> dict[str, float]:
    rng = np.random.default_rng(9)
    found = []
    for _ in range(300):
        q = conformal_quantile(rng.normal(size=40), level=level)
        held = rng.normal(size=400) + bias <= q
        found.append(
            coverage_test(held, level=level, calibrated_on=40 if calibrated else None).verdict
        )
    return {name: found.count(name) / 300 for name in set(found)}


def test_split_conformal_is_as_promised_about_95_percent_of_the_time() -> None:
    assert verdicts(0.9, 0.0, calibrated=True)["as promised"] > 0.93
    # Blind to its 40 calibration scores the binomial test cries wolf.
    assert verdicts(0.9, 0.0, calibrated=False)["as promised"] < 0.6


def test_intervals_that_miss_are_found() -> None:
    assert verdicts(0.9, 1.5, calibrated=True)["too low"] > 0.95


def test_recordings_of_few_patients_are_no_proof() -> None:
    rng = np.random.default_rng(2)
    patient = np.repeat(np.arange(12), 50)
    held = np.repeat(rng.permutation(12) < 9, 50)  # 9 of 12 patients held: 75 %
    alone = coverage_test(held, level=0.9)
    grouped = coverage_test(held, level=0.9, groups=patient)
    assert alone.verdict == "too low"
    assert grouped.verdict == "as promised"
    assert grouped.effective_n == pytest.approx(12, abs=1.1)
    assert grouped.coverage.n == 600


def test_masked_truths_take_no_part() -> None:
    held = np.array([1.0, 0.0, np.nan, 1.0])
    keep = np.array([True, True, False, True])
    assert coverage_test(held, keep, level=0.9) == coverage_test(held[keep], level=0.9)


def test_too_few_is_undefined_and_impossible_promises_are_refused() -> None:
    got = coverage_test([True], level=0.9)
    assert (got.verdict, got.p_value) == ("undefined", None)
    with pytest.raises(ValueError, match="level should be between"):
        coverage_test([True, True], level=90)
    with pytest.raises(ValueError, match="calibrated_on should be enough"):
        coverage_test([True, True], level=0.9, calibrated_on=5)
