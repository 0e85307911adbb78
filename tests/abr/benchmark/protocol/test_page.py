"""The page: every picture from the predictions, every figure in a table, nothing that runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evoscope.abr.benchmark.evaluation import Data, Evaluation
from evoscope.abr.benchmark.protocol import judge, measure, ruler, with_limits
from evoscope.abr.benchmark.protocol.page import overall_row, render_page, slice_tables
from evoscope.abr.benchmark.protocol.plots import pictures

from .builders import by_hand


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruler, "RESAMPLES", 10)
        patch.setattr(ruler, "SLICE_RESAMPLES", 2)
        figures = measure(by_hand(60), simulated=True, seed=1)
    figures = with_limits(figures, {("detection", "auc", "all"): 0.987})
    return Evaluation(
        pack="<b>mine</b>",
        data=Data(path="a&b.parquet", split="test", note="A quick look: 3 of 9 patients."),
        commit="abc",
        figures=figures,
        gates=judge(figures),
    )


def test_every_picture_is_drawn_where_there_are_cases(evaluation: Evaluation) -> None:
    hand = by_hand(400)
    drawn = pictures(hand.recordings, hand.series, evaluation.figures)
    assert [p.name for p in drawn] == [
        "bland_altman",
        "latency_error",
        "reliability",
        "coverage",
        "roc",
    ]
    assert all(p.svg.startswith("<svg") for p in drawn)


def test_predictions_without_cases_draw_nothing(evaluation: Evaluation) -> None:
    hand = by_hand()
    nobody = replace(hand, recordings=hand.recordings[:0], series=hand.series[:0])
    assert pictures(nobody.recordings, nobody.series, ()) == ()


def test_the_page_escapes_names_and_says_what_it_stands_on(evaluation: Evaluation) -> None:
    page = render_page(evaluation, by_hand(60))
    assert "<b>mine" not in page
    assert "&lt;b&gt;mine" in page
    assert "a&amp;b.parquet" in page
    assert "A quick look: 3 of 9 patients." in page
    assert "Simulated data" in page
    assert page.count('class="passed"') == sum(g.verdict == "passed" for g in evaluation.gates) > 0


def test_a_known_limit_stands_beside_its_figure(evaluation: Evaluation) -> None:
    rows = {overall_row(f)[0]: overall_row(f) for f in evaluation.figures if f.slice == "all"}
    assert rows["detection auc"][4] == "0.987"
    assert rows["detection sensitivity_at_5fpr"][4] == "-"


def test_no_figure_is_missing_from_the_tables(evaluation: Evaluation) -> None:
    cells = sum(
        bool(value)
        for table in slice_tables(evaluation.figures)
        for _, row in table.rows
        for value, _ in row
    )
    assert cells == len(evaluation.figures)
