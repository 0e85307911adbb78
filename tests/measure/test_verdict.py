"""A verdict follows from the figures: no model is praised that a constant equals."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoscope.measure import (
    Measured,
    advantage,
    bootstrap_interval,
    combine,
    f1,
    judge,
    macro_f1,
    mean_absolute_error,
    undefined,
)
from evoscope.measure.verdict import WORST_FIRST, Direction

number = st.floats(-1e3, 1e3)


def test_always_present_with_an_f1_of_088_is_not_praised() -> None:
    true = np.arange(300) % 100 < 78
    everyone = np.ones(300, dtype=bool)
    figure = bootstrap_interval(f1, np.arange(300) // 3, everyone, true, n=300, seed=0)
    assert (figure.value or 0.0) > 0.87
    assert judge(figure, f1(everyone, true), better="higher").verdict == "not distinguishable"


def test_a_model_that_knows_something_is_and_its_opposite_is_worse() -> None:
    rng = np.random.default_rng(1)
    true = rng.integers(0, 2, size=200)
    good = np.where(rng.random(200) < 0.9, true, 1 - true)
    for predicted, verdict in ((good, "better than trivial"), (1 - good, "worse than trivial")):
        figure = bootstrap_interval(macro_f1, np.arange(200), predicted, true, n=200, seed=0)
        assert judge(figure, 0.5, better="higher").verdict == verdict


@given(ends=st.tuples(number, number, number).map(sorted), trivial=number)
def test_the_verdict_is_the_place_of_the_baseline(ends: list[float], trivial: float) -> None:
    low, value, high = ends
    figure = Measured(value, 50, low, high)
    up, down = (judge(figure, trivial, better=b).verdict for b in ("higher", "lower"))
    if low <= trivial <= high:
        assert up == down == "not distinguishable"
    elif trivial < low:
        assert (up, down) == ("better than trivial", "worse than trivial")
    else:
        assert (up, down) == ("worse than trivial", "better than trivial")


def test_a_baseline_with_an_interval_must_be_left_behind_whole() -> None:
    figure = Measured(0.80, 90, 0.76, 0.84)
    assert judge(figure, Measured(0.70, 90), better="higher").verdict == "better than trivial"
    blurred = judge(figure, Measured(0.70, 90, 0.62, 0.78), better="higher")
    assert blurred.verdict == "not distinguishable"


@pytest.mark.parametrize(
    ("figure", "trivial", "reason"),
    [
        (undefined(1, "fewer than two values"), 0.5, "fewer than two values"),
        (Measured(0.9, 80), 0.5, "no interval"),
        (Measured(0.9, 80, reason="one group: no interval"), 0.5, "one group"),
        (Measured(0.9, 80, 0.8, 1.0), undefined(0, "no values"), "baseline is undefined"),
    ],
)
def test_what_cannot_be_judged_says_why(
    figure: Measured, trivial: Measured | float, reason: str
) -> None:
    found = judge(figure, trivial, better="lower")
    assert found.verdict == "undefined"
    assert reason in found.reason


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="'higher' or 'lower'"):
        judge(Measured(1.0, 3, 0.0, 2.0), 0.0, better="up")  # type: ignore[arg-type]


def test_hard_cases_common_to_both_do_not_hide_an_advantage() -> None:
    rng = np.random.default_rng(4)
    hard = np.exp(rng.normal(size=60))  # patients whose errors are large for any method
    guess_error, error = hard, hard * 0.9
    true = np.zeros(60)
    groups = np.arange(60)
    alone = bootstrap_interval(mean_absolute_error, groups, error, true, n=300, seed=0)
    trivial = mean_absolute_error(guess_error, true)
    assert judge(alone, trivial, better="lower").verdict == "not distinguishable"
    paired = bootstrap_interval(
        partial(advantage, mean_absolute_error), groups, error, guess_error, true, n=300, seed=0
    )
    assert judge(paired, 0.0, better="lower").verdict == "better than trivial"


def test_an_advantage_over_nothing_is_undefined() -> None:
    def only_of_positive(p: object, t: object, mask: object = None) -> Measured:
        value = float(np.asarray(p, dtype=float).sum())
        return Measured(value, 2) if value > 0 else undefined(2, "nothing called")

    assert "guess" in advantage(only_of_positive, [1, 1], [0, 0], [1, 1]).reason
    assert advantage(only_of_positive, [0, 0], [1, 1], [1, 1]).reason == "nothing called"


def test_a_set_is_worth_what_its_worst_figure_is() -> None:
    better: Direction = "higher"
    each = {
        "good": judge(Measured(0.9, 9, 0.8, 1.0), 0.5, better=better),
        "same": judge(Measured(0.5, 9, 0.4, 0.6), 0.5, better=better),
        "bare": judge(Measured(0.9, 9), 0.5, better=better),
        "bad": judge(Measured(0.2, 9, 0.1, 0.3), 0.5, better=better),
    }
    names = list(each)
    for upto, verdict in zip((1, 2, 3, 4), reversed(WORST_FIRST), strict=True):
        found = combine({name: each[name] for name in names[:upto]})
        assert found.verdict == verdict
        assert sum(len(n) for n in found.names.values()) == upto
    said = str(combine(each))
    assert said.startswith("worse than trivial: bad (1 of 4)")
    assert "better than trivial: good (1 of 4)" in said
    assert combine({}).verdict == "undefined"
