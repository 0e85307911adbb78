"""Goals are judged by the right side of the right figure, and the page shows every contestant."""

from __future__ import annotations

import pytest

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.generator_networks import BANDS, networks_table
from evoscope.abr.benchmark.synthetic import (
    GOALS,
    SHOWN,
    Goal,
    cells_table,
    contestants_table,
    goal_reached,
)


def figure(metric: str, value: float, where: str = f"model={SHOWN}", **more: float) -> Figure:
    return Figure(
        task="generation", metric=metric, slice=where, value=value, n=100, simulated=True, **more
    )


@pytest.mark.parametrize(
    ("value", "low", "expected"), [(0.2, 0.1, "met"), (0.2, 0.0, "not met"), (0.2, -0.1, "not met")]
)
def test_a_gain_needs_an_interval_above_zero(value: float, low: float, expected: str) -> None:
    goal = Goal("diffusion", "a gain", SHOWN, "minority_gain_10", 0.0, by="low")
    found = goal_reached(goal, [figure("minority_gain_10", value, low=low, high=0.4)])
    assert (found.verdict, found.value) == (expected, value)


def test_a_goal_is_not_met_by_another_contestants_figure() -> None:
    goal = next(g for g in GOALS if g.metric == "frechet_over_floor" and g.model == SHOWN)
    other = figure("frechet_over_floor", 1.0, "model=simulator")
    slice_of_it = figure("frechet_over_floor", 1.0, f"model={SHOWN} class=snhl")
    assert goal_reached(goal, [other, slice_of_it]).verdict == "not measured"
    assert goal_reached(goal, [other, figure("frechet_over_floor", 1.51)]).verdict == "not met"
    assert goal_reached(goal, [other, figure("frechet_over_floor", 1.5)]).verdict == "met"


def test_tables_have_a_row_for_each_contestant_and_each_cell() -> None:
    cell = "class=normal level=40"
    figures = [
        figure("c2st_auc", 0.52, low=0.51, high=0.53),
        figure("c2st_auc", 0.9, "model=gaussian"),
        figure("latency_w1_over_floor", 1.25, f"model={SHOWN} {cell}"),
        figure("latency_w1_over_floor", 2.5, f"model=gaussian {cell}"),
    ]
    rows = contestants_table(figures).splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == [f"| {SHOWN}", "| gaussian"]
    assert "0.520 (0.510 to 0.530)" in rows[2]
    cells = cells_table(figures).splitlines()
    assert len(cells) == 3
    assert f"| {cell} | 1.25 |" in cells[2]
    assert "| 2.50 |" in cells[2]


def test_networks_stand_beside_what_their_time_bought() -> None:
    stated = {"value": 1.0, "low": 0.9, "high": 1.1, "n": 10}
    row = {
        "name": "unet",
        "seconds": 60.0,
        "parameters": 7,
        "recordings": 640,
        "losses": {"signal": [0.1] * len(BANDS)},
        "figures": {"c2st_auc": stated},
    }
    table = networks_table({"networks": [row], "recordings": 10, "floor_auc": 0.5})
    assert "| unet | 7 | 640 | 1.00 (0.900 to 1.10) | 0.100 |" in table
