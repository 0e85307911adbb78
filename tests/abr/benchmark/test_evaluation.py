"""The result file is what every table in the docs is made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.benchmark.evaluation import (
    Data,
    Evaluation,
    Figure,
    commit_of,
    figure_of,
    read_json,
    write_json,
)
from evoscope.abr.benchmark.real import RESULTS
from evoscope.abr.benchmark.tables import markdown
from evoscope.measure import mean_absolute_error
from evoscope.measure.results import fill, number

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("result", RESULTS.values())
def test_every_published_figure_has_n_and_says_whether_it_is_simulated(result: str) -> None:
    evaluation = read_json(ROOT / result)
    assert evaluation.commit != "unknown"
    for figure in evaluation.figures:
        assert figure.n > 0, figure
        assert not figure.simulated, figure
        if figure.low is not None and figure.high is not None and figure.value is not None:
            assert figure.low <= figure.value <= figure.high, figure


def test_an_evaluation_survives_the_disk(tmp_path: Path) -> None:
    figure = Figure(task="threshold", metric="mae_db", value=4.4, n=35, simulated=False)
    evaluation = Evaluation(pack="classical", data=Data(path="a"), commit="abc", figures=(figure,))
    write_json(evaluation, tmp_path / "deep" / "real.json")
    assert read_json(tmp_path / "deep" / "real.json") == evaluation
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["real.json"]


def test_an_undefined_figure_is_empty_and_says_why() -> None:
    nothing = mean_absolute_error([1.0], [2.0], [False])
    figure = figure_of(nothing, task="threshold", metric="mae_db", simulated=True)
    assert figure.value is None
    assert figure.note


def test_the_trivial_guess_stands_beside_the_figure() -> None:
    true = np.array([10.0, 20.0, 30.0])
    figure = figure_of(
        mean_absolute_error(true, true),
        task="threshold",
        metric="mae_db",
        simulated=True,
        trivial=mean_absolute_error(np.full(3, 20.0), true),
    )
    assert figure.trivial == pytest.approx(20 / 3)
    assert "6.67" in markdown([figure])


def test_a_missing_place_for_a_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="table:other"):
        fill("<!-- table:this -->\n<!-- /table -->", "other", "x")


def test_filling_a_table_twice_changes_nothing() -> None:
    once = fill("a\n<!-- table:t -->\nold\n<!-- /table -->\nb", "t", "new \\1")
    assert "old" not in once
    assert fill(once, "t", "new \\1") == once


def test_outside_a_checkout_the_commit_is_unknown(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == "unknown"


def test_numbers_keep_what_matters() -> None:
    assert [number(v) for v in (0.0714, 9.469, 234.2)] == ["0.071", "9.47", "234"]
