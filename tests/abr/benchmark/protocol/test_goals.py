"""Goals decide on figures that are measured, and by the limit where a number cannot be reached."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol import measure, ruler
from evoscope.abr.benchmark.protocol.goals import GOALS, reached, with_goals
from evoscope.abr.benchmark.protocol.page import GOAL_COLUMNS, goal_row

from .builders import by_hand
from .test_limits import observer


@pytest.fixture(scope="module")
def figures() -> tuple[Figure, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruler, "RESAMPLES", 2)
        patch.setattr(ruler, "SLICE_RESAMPLES", 2)
        hand = by_hand(200)
        both = pd.concat([hand.ears, hand.ears.assign(view="pair")], ignore_index=True)
        ideal = observer(hand)
        ears = pd.concat([ideal.ears, ideal.ears.assign(view="pair")], ignore_index=True)
        steps = [5.0, 10.0, 20.0] * 67
        hand.series["step_db"] = steps[:200]
        return measure(
            replace(hand, ears=both), simulated=True, seed=1, ideal=replace(ideal, ears=ears)
        )


def test_every_goal_names_a_figure_that_is_measured(figures: tuple[Figure, ...]) -> None:
    missing = [one.says for one in reached(figures) if one.verdict == "not measured"]
    # A goal with a misspelt figure would stay unmeasured for ever.
    assert missing == []


def test_answers_that_are_perfect_meet_the_goals_of_accuracy(figures: tuple[Figure, ...]) -> None:
    verdicts = {one.says: one.verdict for one in reached(figures)}
    for says in (
        "existence.V auc_below_ideal <= 0.01",
        "latency.V mae_ms (marked=yes) <= 0.15",
        "threshold mae_db (truth=true_threshold_db step=5) <= 3.5",
        "class.ear macro_f1 (polarity=pair) >= 0.85",
    ):
        assert verdicts[says] == "met", says


def of(task: str, metric: str, value: float | None, limit: float | None, where: str) -> str:
    figure = Figure(
        task=task, metric=metric, slice=where, value=value, limit=limit, n=9, simulated=True
    )
    (one,) = [r for r in reached([figure]) if r.verdict != "not measured" or r.value is not None]
    return one.verdict


@pytest.mark.parametrize(
    ("value", "limit", "verdict"),
    [
        (4.4, None, "met"),
        (4.6, None, "not met"),
        (6.2, 6.0, "within 5 % of the limit"),
        (6.4, 6.0, "not met"),
    ],
)
def test_an_error_is_held_to_its_number_or_to_the_limit(
    value: float, limit: float | None, verdict: str
) -> None:
    assert of("threshold", "mae_db", value, limit, "step=10") == verdict


def test_a_distance_from_the_limit_needs_a_limit() -> None:
    far = Figure(task="threshold", metric="mae_db", slice="step=20", value=7.0, n=9, simulated=True)
    verdicts = [
        {r.slice: r.verdict for r in reached([far.model_copy(update={"limit": limit})])}["step=20"]
        for limit in (None, 6.5, 5.5)
    ]
    assert verdicts == ["not measured", "met", "not met"]


def test_a_coverage_too_high_is_as_wrong_as_one_too_low() -> None:
    found = [of("threshold", "coverage_90", value, None, "all") for value in (0.80, 0.9, 0.97)]
    assert found == ["not met", "met", "not met"]


def test_goals_stand_beside_their_figures_and_are_worded(figures: tuple[Figure, ...]) -> None:
    said = {(f.task, f.metric, f.slice): f.goal for f in with_goals(figures)}
    assert said["existence.V", "f1", "fmp=3.1+"] == "existence.V f1 (fmp=3.1+) >= 0.97"
    assert said["existence.V", "f1", "all"] == ""
    row = goal_row(reached(figures)[0])
    assert len(row) == len(GOAL_COLUMNS)
    assert len(reached(figures)) == len(GOALS)
